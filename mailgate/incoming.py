"""One mail, understood: `Read` is what the mail itself says, `Incoming` adds what the desk knows. Both frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mailgate.desk import conversation, passing_on, pictures, quoting
from mailgate.desk.agent_writes import AgentMail, CommandResult
from mailgate.desk.kept import Held
from mailgate.desk.letters_answered import edited, message_brought, text_of_letter, written_at
from mailgate.desk.threads import Thread
from mailgate.mail.body import NewWords, agent_words
from mailgate.mail.bounce import Bounce
from mailgate.mail.classify import Facts
from mailgate.mail.forwarded import Forwarded
from mailgate.mail.layout import Layout
from mailgate.mail.message import Address, Attachment, Envelope, Message
from mailgate.rules.commands import Written
from mailgate.rules.match import Mail
from mailgate.rules.routing import Asked, FollowUp, Route
from mailgate.rules.sort import Sort
from mailgate.sentence import Sentence
from mailgate.settings.model import Target
from mailgate.store.db import Tx
from mailgate.trust.own_hand import Signature
from mailgate.trust.verdict import Authentication, Level

_NO_TOKEN = Sentence("no token of ours", "sie trägt kein Kennzeichen von uns")
_OWN_TOKEN = Sentence(
    "its own token: {role} {person}, from letter {letter}", "sie trägt das Kennzeichen einer Mail von uns an {person}"
)
_OTHER_TOKEN = Sentence(
    "somebody else's token: {role} {person}, from letter {letter}",
    "sie trägt ein fremdes Kennzeichen: einer Mail von uns an {person}",
)


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
    layout: Layout
    words: NewWords
    """The new words as a reporter's mail."""
    targets: tuple[Target, ...]
    """The addresses of ours it was sent to, in order."""
    twin: int | None = None
    """The first arrival with the same bytes, for other recipients."""
    released: bool = False
    """An admin released it: nothing holds it any more."""
    known_as: int | None = None
    """The arrival that this very transmission is counted on, where `explain` looks at it again."""
    parents: tuple[int, ...] = ()
    """Older arrivals that come first: those whose Message-IDs it names, and its sibling."""
    sibling: int | None = None
    """The first arrival of this mail at another address of ours, where each address has its own ticket."""
    forwarded: Forwarded | None = None
    """The mail that it passes on."""
    signature: Signature | None = None
    """What came of an agent's own signature, where he made one."""

    @property
    def is_signed(self) -> bool:
        """By the agent whom From names; what is read is what he signed."""
        return self.signature is not None and self.signature.hand is not None

    def having(self, **known: Any) -> Read:
        """With what is known by now; itself where that is nothing new."""
        new = {name: value for name, value in known.items() if getattr(self, name) is not value}
        return replace(self, **new) if new else self

    def evidence(self, thread: Thread) -> tuple[Sentence, ...]:
        """What proves who wrote it, and what does not."""
        token, signature = thread.token, (self.signature.evidence,) if self.signature else ()
        if token is None:
            return (*signature, *self.authentication.evidence, _NO_TOKEN)
        said = _OWN_TOKEN if token.by_person else _OTHER_TOKEN
        filled = said.filled(role=token.role, person=token.person, letter=token.template)
        return (*signature, *self.authentication.evidence, filled)

    def as_seen(self, thread: Thread, trust: Level, passed_on: Forwarded | None) -> Mail:
        """As rules look at it; of what an agent passes on to us they see whoever wrote that, and his words."""
        seen = Mail(
            message=self.message,
            envelope=self.envelope,
            new_text=self.words.text,
            size=len(self.raw),
            facts=self.facts,
            level=trust,
            has_token=thread.token is not None,
        )
        if passed_on is None:
            return seen
        message = passing_on.as_original(self.message, passed_on)
        # What stands in that mail was not written by whoever vouches for the agent.
        unvouched = replace(self.envelope, authserv_id=None)
        return replace(seen, message=message, envelope=unvouched, new_text=passed_on.text, level=Level.claimed)


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
    changes: FollowUp | None = None
    """What follow_up_rules change of its ticket."""
    is_alert: bool = False
    """The ticket was found by the key of an alert."""
    replay_of: int | None = None
    """The proven mail of an agent that this is once more."""
    passed_on: Forwarded | None = None
    """The mail of somebody outside that an agent passes on to us: its writer's ticket is opened."""

    @property
    def message(self) -> Message:
        """The mail as read."""
        return self.read.message

    @property
    def sender(self) -> Address:
        """Who wrote it; an empty address where From names nobody."""
        return self.read.message.sender or Address("", self.read.envelope.sender or "unknown@invalid")

    def quoted(self, tx: Tx) -> str:
        """What it quotes that we never had."""
        read = self.read
        return quoting.of_mail(tx, read.message, read.layout, read.words, self.thread.ticket)

    def all_of_it(self, tx: Tx, agent: str) -> Held:
        """What an agent wrote where he had no right to write as one: his words with the commands in them."""
        token, person = self.thread.token, tx.settings.agents[agent]
        answered = text_of_letter(tx, token.letter if token else None)
        said = pictures.cleaned(self.message, agent_words(self.message, tx.settings.limits, answered, self.read.layout))
        return Held(
            agent=agent,
            language=person.language or tx.settings.site.language,
            ticket=None,
            answered=None,
            commands=(),
            words=said.text,
            files=conversation.keep_files(tx, _travelling(self.message, said.text)),
            message_id=self.message.message_id,
            uncertain=not said.certain,
            to_letter=token.letter if token else None,
        )

    def of_agent(self, tx: Tx) -> AgentMail:
        """The mail as an agent's: what he wrote, and how far it is believed. Stores its files."""
        assert self.agent is not None, "only an agent's mail is worked on as one"
        return AgentMail(
            agent=self.agent,
            level=self.level,
            thread=self.thread,
            written=self.written,
            text=self.message.text,
            certain=self.words.certain,
            uncertain_because=self.words.why,
            files=conversation.keep_files(tx, _travelling(self.message, self.words.text)),
            message_id=self.message.message_id,
            language=tx.settings.agents[self.agent].language or tx.settings.site.language,
            about=message_brought(tx, self.thread.token.letter if self.thread.token else None),
            seen=written_at(tx, self.thread.token.letter if self.thread.token else None),
            draft_edited=self._quotes_edited_draft(tx),
            shown=self.read.words.text,
            to_letter=self.thread.token.letter if self.thread.token else None,
        )

    def _quotes_edited_draft(self, tx: Tx) -> bool:
        token = self.thread.token
        return token is not None and token.template == "merged_draft" and edited(tx, token.letter, self._quoted)

    @property
    def _quoted(self) -> str:
        """What he quotes of ours."""
        lines = self.message.text.split("\n")
        return "\n".join(line for fold in self.words.folds for line in lines[fold.start : fold.end])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler made of a mail: its state from now on (CONTRACT 3), and the ticket it belongs to."""

    state: str = "handled"
    ticket: int | None = None
    commands: tuple[CommandResult, ...] = ()


def _travelling(message: Message, words: str) -> tuple[Attachment, ...]:
    """Without pictures that stand elsewhere than in the words: the logo of a signature, what our letter brought. Of an
    encrypted mail nothing: nobody but us could have its key."""
    if message.seal and message.seal.encrypted:
        return ()
    files = (each for each in message.attachments if each.decoration is None)
    return tuple(each for each in files if not _is_elsewhere(each.content_id, message.text, words))


def _is_elsewhere(content_id: str | None, text: str, words: str) -> bool:
    mark = f"[cid:{content_id}]"
    return content_id is not None and mark in text and mark not in words
