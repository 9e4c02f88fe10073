"""One agent's mail at work on one ticket: what is done, what is said, and who has to be told when all of it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailgate.desk import absence, change, people
from mailgate.desk.joint import Joint
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
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
    concerned: set[str] = field(default_factory=set)
    """Agents who are told of the changes, whatever `letters:` says."""
    elsewhere: list[tuple[Ticket, Sentence]] = field(default_factory=list)
    """What the handlers of other tickets are told."""
    merged_into: Ticket | None = None
    """The ticket it lives on in."""
    beside: frozenset[str] = frozenset()
    """Names of all commands of the mail for this ticket."""
    postponed: bool = False
    """What we commit ourselves to lies later than the reporter knew or wished."""
    entrusted: str | None = None
    """The coordinator whose ticket it is now, to be told as of what is for him."""
    wrote_himself: int | None = None
    """The ticket that the writer of what he passes on has opened by the same mail."""
    reason: str = ""
    """Why he declines it."""
    displaced: str | None = None
    """The agent whose ticket it was until now."""
    message: int | None = None
    """The message that the words became."""
    letter: int | None = None
    """The letter that takes them to the reporter."""
    noted: bool = False
    """The words are an internal note."""
    reopened: bool = False
    closed: bool = False
    joint: Joint = field(default_factory=Joint)
    """What it says of parts, statements and forwards."""

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

    def acts_for(self, agent: str | None) -> bool:
        """Whether what is done here counts as that agent's: it is he, or the deputy of him who is away."""
        return agent is not None and agent in (self.agent, *absence.stands_in_for(self.tx, self.agent))

    def when(self, at: datetime) -> str:
        """A moment in the agent's words, where he is."""
        return phrases.when_words(at, self.language, self.zone)

    @property
    def zone(self) -> str:
        """The time zone in which the agent writes and reads dates."""
        return absence.zone_of(self.tx.settings, self.agent)

    @property
    def calendar(self) -> str | None:
        """The calendar of the ticket's kind; None: the usual one."""
        kind = self.tx.settings.all_kinds.get(self.ticket.kind)
        return kind.calendar if kind else None

    def move(self, action: str, also: Mapping[str, Any] | None = None, /, **columns: Any) -> None:
        """Let `action` happen to the ticket. `also`: what the event says besides."""
        absent = self._absent
        counts_as = absent if absent == self.ticket.assignee else None
        said = {**(also or {}), **({"stands_in_for": absent} if absent else {})}
        self.ticket = change.move(self.tx, self.ticket, self.actor, action, detail=said, counts_as=counts_as, **columns)

    @property
    def _absent(self) -> str | None:
        """In whose place the agent acts: that of the handler, else of the coordinator, who is away."""
        own = self.agent in (self.ticket.assignee, self.ticket.coordinator)
        holders = () if own else (self.ticket.assignee, self.ticket.coordinator)
        return next((each for each in holders if each and self.acts_for(each)), None)

    def apply(self, action: str, **columns: Any) -> None:
        """Set columns of the ticket."""
        self.ticket = change.apply(self.tx, self.ticket, self.actor, action, **columns)

    def did(self, key: str, undo: str | None = None, **values: Value) -> None:
        """Note an effect for the confirmation."""
        text = say(key, self.language, number=self.ticket.number, **values)
        self.effects.append(Effect(text, spoken(undo).in_language(self.language) if undo else None))

    def tell_workers(self, key: str, **values: Value) -> None:
        """Note a change that whoever works on the ticket has to know of, whatever `letters:` says."""
        self.tell(key, **values)
        self.concerned.update(each for each in (self.ticket.assignee, self.ticket.coordinator) if each)

    def tell(self, key: str, **values: Value) -> None:
        """Note a change for others of us."""
        self.changes.append(sentence(key, name=self.agent_name, number=self.ticket.number, **values))
