"""Answers to the reporter that cross: a colleague has answered since the letter that an agent's answer is about.

He could not know of it, so he is asked before the second answer leaves (CONTRACT 4, `crossing`; `asking.py` asks). A
newer message of the reporter is no such thing, and neither is what he wrote himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, people
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.answers import LETTER_OF
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.letters_answered import LETTER
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules.destination import RELEASE, Destination
from mailgate.rules.written import Command
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

WITHOUT_WORDS = ("resolve", RELEASE)
"""Commands that write to the reporter even where the mail has no text."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One answer of a colleague. `why` says whose and when."""

    why: Sentence
    writer: str
    words: str


def last_seen(tx: Tx, mail: AgentMail, number: int | None) -> datetime | None:
    """Up to when he can know what was said on the ticket: the letter he answers says it; None: nothing says it.

    Of another ticket than that letter's, it says less than the newest letter to him about that one.
    """
    own = mail.thread.ticket is not None and number == mail.thread.ticket.number
    if mail.was_asked or number is None or (own and mail.seen is not None):
        return mail.seen
    person = tx.settings.agents[mail.agent]
    his = [each.lower() for each in (person.email, *person.aliases)]
    to_him = (LETTER.c.ticket == number, sa.func.lower(LETTER.c.to).in_(his))
    newest: datetime | None = tx.value(sa.select(sa.func.max(LETTER.c.created_at)).where(*to_him))
    return max(filter(None, (mail.seen, newest)), default=None)


def of_case(
    case: Case, seen: datetime | None, commands: tuple[Command, ...], where: Destination
) -> tuple[Crossing, ...]:
    """What this mail crosses; nothing where it is no answer to the reporter."""
    return met(case.tx, case.ticket, case.agent, seen) if concerned(case, commands, where) else ()


def concerned(case: Case, commands: tuple[Command, ...], where: Destination) -> bool:
    """Whether this is an answer to the reporter."""
    speaks = case.words.strip() or case.files or any(each.name in WITHOUT_WORDS for each in commands)
    return where is Destination.reporter and bool(speaks)


def met(tx: Tx, ticket: Ticket | None, agent: str, seen: datetime | None) -> tuple[Crossing, ...]:
    """What colleagues have answered the reporter since, oldest first; nothing where nobody wants to be asked."""
    if ticket is None or seen is None or tx.settings.crossing != "ask":
        return ()
    answers = (MESSAGE.c.ticket == ticket.number, MESSAGE.c.direction == "out", MESSAGE.c.public)
    by_others = (MESSAGE.c.purpose.in_(LETTER_OF), MESSAGE.c.author != f"agent:{agent}", MESSAGE.c.at > seen)
    rows = tx.all(sa.select(MESSAGE).where(*answers, *by_others).order_by(MESSAGE.c.id))
    zone, reporter = absence.zone_of(tx.settings, agent), people.by_id(tx, ticket.reporter).shown
    return tuple(_crossing(tx, row, reporter, zone) for row in rows)


def _crossing(tx: Tx, row: sa.Row[Any], reporter: str, zone: str) -> Crossing:
    writer = people.agent_name(tx.settings, row.author.removeprefix("agent:"))
    when = phrases.when_sentence(row.at, zone)
    why = sentence("crossing.why", name=writer, reporter=reporter, when=when)
    return Crossing(why, writer, row.new_text)
