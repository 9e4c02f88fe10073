"""One mail, understood: `Read` is what the mail itself says, `Incoming` adds what the desk knows. Both frozen."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.desk import conversation
from mailgate.desk.agent_writes import AgentMail, CommandResult
from mailgate.desk.threads import Thread
from mailgate.mail.body import NewWords
from mailgate.mail.bounce import Bounce
from mailgate.mail.classify import Facts
from mailgate.mail.message import Address, Envelope, Message
from mailgate.rules.commands import Written
from mailgate.rules.routing import Asked, Route
from mailgate.rules.sort import Sort
from mailgate.sentence import Sentence
from mailgate.settings.model import Target
from mailgate.store.db import Tx
from mailgate.trust.verdict import Authentication, Level


@dataclass(frozen=True, slots=True)
class Read:
    """A stored mail, read; nothing of it depends on tickets. Made outside the transaction."""

    mail: int | None
    """The arrival's id; None for a file that `explain` looks at."""
    raw: bytes
    envelope: Envelope
    message: Message
    facts: Facts
    bounce: Bounce | None
    authentication: Authentication
    words: NewWords
    """The new words as a reporter's mail."""
    targets: tuple[Target, ...]
    """The addresses of ours it was sent to, in order."""
    twin: int | None = None
    """The first arrival with the same bytes, for other recipients."""
    released: bool = False
    """An admin released it: nothing holds it any more."""
    parents: tuple[int, ...] = ()
    """Older arrivals whose Message-IDs it names."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail with every decision about it, each with its reason."""

    read: Read
    sort: Sort
    why: str
    level: Level
    evidence: tuple[Sentence, ...]
    thread: Thread
    route: Route
    asked: tuple[Asked, ...]
    agent: str | None
    """The agent who wrote it in his role, or None."""
    words: NewWords
    """The new words, cut as its writer's role demands."""
    written: Written
    """Commands, near misses and the text without them; only of agents."""

    @property
    def message(self) -> Message:
        """The mail as read."""
        return self.read.message

    @property
    def sender(self) -> Address:
        """Who wrote it; an empty address where From names nobody."""
        return self.read.message.sender or Address("", self.read.envelope.sender or "unknown@invalid")

    def of_agent(self, tx: Tx) -> AgentMail:
        """The mail as an agent's: what he wrote, and how far it is believed. Stores its files."""
        assert self.agent is not None, "only an agent's mail is worked on as one"
        return AgentMail(
            agent=self.agent,
            level=self.level,
            evidence=self.evidence,
            thread=self.thread,
            written=self.written,
            certain=self.words.certain,
            uncertain_because=self.words.why,
            files=conversation.keep_files(tx, self.message.attachments),
            message_id=self.message.message_id,
            language=tx.settings.agents[self.agent].language or tx.settings.site.language,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler made of a mail: its state from now on (CONTRACT 3), and the ticket it belongs to."""

    state: str = "handled"
    ticket: int | None = None
    commands: tuple[CommandResult, ...] = ()
