"""One agent's mail at work on one ticket: what is done, what is said, and who has to be told when all of it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mailgate.desk import change, people
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.sentences import Value, say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules.arguments import spoken
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


@dataclass
class Case:
    """Acts change `ticket` through the door and note in the lists what letters have to follow: recipients are computed
    after all changes of a mail, so that each person gets one letter."""

    tx: Tx
    ticket: Ticket
    agent: str
    language: str
    words: str = ""
    files: tuple[Enclosure, ...] = ()
    trust: str = "proven"
    text: str = ""
    """All of the mail, with what it quoted."""
    message_id: str | None = None
    """Of the mail."""
    effects: list[Effect] = field(default_factory=list)
    changes: list[Sentence] = field(default_factory=list)
    """What others of us are told, each in his language."""
    assigned: bool = False
    """Somebody else got the ticket and has to be told."""
    handed_to_group: bool = False
    displaced: str | None = None
    """The agent whose ticket it was until now."""
    message: int | None = None
    """The message that the words became."""
    noted: bool = False
    """The words are an internal note."""
    reopened: bool = False
    closed: bool = False

    @property
    def actor(self) -> str:
        """As an event names him."""
        return f"agent:{self.agent}"

    @property
    def agent_name(self) -> str:
        """The name of the acting agent."""
        return people.agent_name(self.tx.settings, self.agent)

    @property
    def reporter(self) -> people.Person:
        """Who reported the ticket."""
        return people.by_id(self.tx, self.ticket.reporter)

    def move(self, action: str, **columns: Any) -> None:
        """Let `action` happen to the ticket."""
        self.ticket = change.move(self.tx, self.ticket, self.actor, action, **columns)

    def apply(self, action: str, **columns: Any) -> None:
        """Set columns of the ticket."""
        self.ticket = change.apply(self.tx, self.ticket, self.actor, action, **columns)

    def did(self, key: str, undo: str | None = None, **values: Value) -> None:
        """Note an effect for the confirmation."""
        text = say(key, self.language, number=self.ticket.number, **values)
        self.effects.append(Effect(text, spoken(undo).in_language(self.language) if undo else None))

    def tell(self, key: str, **values: Value) -> None:
        """Note a change for others of us."""
        self.changes.append(sentence(key, name=self.agent_name, number=self.ticket.number, **values))
