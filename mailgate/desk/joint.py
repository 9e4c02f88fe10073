"""What one agent's mail asks of several people: kept on its `Case` while the commands are read, done with the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from mailgate.desk import parts
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.letters_answered import LETTER
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules.arguments import Who
from mailgate.rules.recipients import Asking, Recipient
from mailgate.rules.written import Command, Portion
from mailgate.store.db import Tx

OUTWARD = ("ask", "forward", "release")
"""Commands that carry words to somebody outside."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of ours, and when it was written."""

    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """One part, as its line names it."""

    who: Who
    due_at: datetime | None
    hidden: bool
    text: str


@dataclass(slots=True)
class Joint:
    """Whatever a mail says of parts, statements and forwards."""

    portions: tuple[Portion, ...] = ()
    """The words of each part, in the order of the `#part` lines."""
    planned: list[Planned] = field(default_factory=list)
    asking: Asking | None = None
    informed: tuple[Recipient, ...] = ()
    told: set[str] = field(default_factory=set)
    """Agents who got a part: the letter about that is enough for them."""
    answered: Ticket | None = None
    """The part, where its handler has just answered it."""
    released: bool = False
    answers_draft: Letter | None = None
    """The letter `merged_draft` that it answers, or that asks about such an answer."""


def of_mail(tx: Tx, mail: AgentMail, *, own: bool) -> Joint:
    """What the mail itself says of it. `own`: of the ticket whose letter it answers."""
    if not own:
        return Joint()
    token, letter = mail.thread.token, None
    if token is not None and token.template == "merged_draft" and token.letter is not None:
        at = tx.value(sa.select(LETTER.c.created_at).where(LETTER.c.id == token.letter))
        letter = Letter(token.letter, at) if at else None
    return Joint(portions=mail.written.portions, answers_draft=letter)


def check_draft(mail: AgentMail, commands: tuple[Command, ...]) -> None:
    """An edited draft is sent in neither form: nobody could tell which one was meant."""
    if mail.draft_edited and any(each.name == "release" for each in commands):
        raise RefusedCommand(sentence("refused.release.edited"))


def check_part(tx: Tx, ticket: Ticket) -> None:
    """Nothing more is done on a part whose split was taken back: its letters promised that words stay with us."""
    if parts.was_part(tx, ticket):
        raise RefusedCommand(sentence("refused.part_undone", number=ticket.number))
