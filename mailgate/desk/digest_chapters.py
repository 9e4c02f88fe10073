"""The chapters of a digest: an ordered table of questions. A ticket stands in the first chapter whose question
it answers with yes, and in no other; what is out of sight stands in none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import digest_lines, people, showing
from mailgate.desk.audience import Reader
from mailgate.desk.digest_scope import Hands, Scope
from mailgate.desk.overview import line
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import say
from mailgate.outbox.view import Chapter, TicketLine
from mailgate.rules import mornings
from mailgate.rules.hours import wall_clock_in
from mailgate.rules.light import light, stands
from mailgate.store.db import Tx
from mailgate.store.tables import Mark, table_of

MARK = table_of(Mark)
MOST = 15
"""Tickets in one chapter."""
REST = "open"
"""The last chapter: nothing is up with these."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What the questions go by."""

    now: datetime
    begins: datetime
    ends: datetime
    """Of the day, by the wall clock of the digest's calendar; UTC."""
    hands: Hands
    woken: Collection[int] = ()
    """Tickets that came back in sight since the day began."""


Question = Callable[[Ticket, Morning], bool]


def morning(tx: Tx, scope: Scope) -> Morning:
    """This morning, for whoever's scope that is."""
    zone, day = mornings.zone(tx.settings), mornings.day_of(tx.settings, tx.now)
    begins, ends = (wall_clock_in(zone, each, timedelta()) for each in (day, day + timedelta(days=1)))
    return Morning(tx.now, begins, ends, scope.hands, _woken(tx, scope, begins))


def _woken(tx: Tx, scope: Scope, since: datetime) -> frozenset[int]:
    """As the clock has marked it; the column is empty then."""
    came = (MARK.c.what == "snooze", MARK.c.at >= since)
    rows = tx.all(sa.select(MARK.c.ticket).where(*came)) if scope.numbers else ()
    return frozenset(row.ticket for row in rows) & scope.numbers


def _is_red(ticket: Ticket, at: Morning) -> bool:
    """While it waits for the reporter its light stands still; a date that we gave passes all the same."""
    if ticket.due_at is not None and ticket.due_at <= at.now:
        return True
    is_late = light(ticket, at.now) == "red" or _owes_answer(ticket, at.now)
    return is_late and not stands(ticket.status, ticket.waiting_for)


def _owes_answer(ticket: Ticket, by: datetime) -> bool:
    """A first answer was promised until then, and there is none."""
    return ticket.first_response_at is None and ticket.response_due is not None and ticket.response_due <= by


def _is_due_today(ticket: Ticket, at: Morning) -> bool:
    deadline = ticket.deadline
    is_due = (deadline is not None and deadline < at.ends) or _owes_answer(ticket, at.ends)
    return is_due and not stands(ticket.status, ticket.waiting_for)


def _is_yellow(ticket: Ticket, at: Morning) -> bool:
    return light(ticket, at.now) == "yellow" and not stands(ticket.status, ticket.waiting_for)


def _is_asked(ticket: Ticket, at: Morning) -> bool:
    """It waits for him to accept it: as the handler, or as the coordinator of what nobody has yet."""
    if ticket.assignee is not None:
        return ticket.status == "assigned" and ticket.assignee in at.hands.all
    return ticket.coordinator in at.hands.all and ticket.coordinator_accepted_at is None


def _is_unassigned(ticket: Ticket, at: Morning) -> bool:
    return ticket.assignee is None and ticket.status != "waiting"


def _is_back(ticket: Ticket, at: Morning) -> bool:
    until = ticket.snoozed_until
    return ticket.number in at.woken or (until is not None and at.begins <= until < at.ends)


def _is_waiting(ticket: Ticket, at: Morning) -> bool:
    return ticket.status == "waiting"


QUESTIONS: tuple[tuple[str, Question], ...] = (
    ("red", _is_red),
    ("today", _is_due_today),
    ("yellow", _is_yellow),
    ("asked", _is_asked),
    ("back", _is_back),
    ("unassigned", _is_unassigned),
    ("waiting", _is_waiting),
    (REST, lambda ticket, at: True),
)
"""Asked in this order: what is gravest stands on top."""


def chapters(tx: Tx, reader: Reader, scope: Scope) -> Iterator[Chapter]:
    """Those that have anything in them."""
    at = morning(tx, scope)
    found = sort(scope.tickets, at)
    rest = found.pop(REST)
    for name, those in found.items():
        yield from _of_tickets(tx, reader, scope, at, name, those)
    yield from chapter(reader, "late", digest_lines.late(tx, reader, scope))
    yield from chapter(reader, "unsent", digest_lines.unsent(tx, reader, scope))
    yield from _of_tickets(tx, reader, scope, at, REST, rest)


def sort(tickets: Iterable[Ticket], at: Morning) -> dict[str, list[Ticket]]:
    """Which ticket stands where. What is out of sight beyond today stands nowhere."""
    found: dict[str, list[Ticket]] = {name: [] for name, _ in QUESTIONS}
    for ticket in tickets:
        if ticket.snoozed_until is None or ticket.snoozed_until < at.ends:
            found[next(name for name, question in QUESTIONS if question(ticket, at))].append(ticket)
    return found


def _of_tickets(
    tx: Tx, reader: Reader, scope: Scope, at: Morning, name: str, those: Sequence[Ticket]
) -> Iterator[Chapter]:
    rows = (_line(tx, reader, scope, at, name, each) for each in those[:MOST])
    return chapter(reader, name, rows, more=max(0, len(those) - MOST))


def chapter(
    reader: Reader, name: str, rows: Iterable[TicketLine], *, more: int = 0, most: int = MOST
) -> Iterator[Chapter]:
    """One, unless it is empty. `more`: how many there are that `rows` leaves out already."""
    shown = tuple(rows)
    if len(shown) > most:
        shown, more = shown[:most], more + len(shown) - most
    if shown:
        yield Chapter(say(f"digest.section.{name}", reader.language), shown, more)


def _line(tx: Tx, reader: Reader, scope: Scope, at: Morning, name: str, ticket: Ticket) -> TicketLine:
    """A ticket as every list shows it, and what this chapter adds."""
    shown, language = marked(tx, reader, scope, ticket), reader.language
    said: Any = None
    if name == "waiting":
        since = digest_lines.waiting_since(tx, ticket)
        said = say("digest.since", language, when=showing.when(tx.settings, since, language)) if since else None
    elif name == "back" and ticket.snoozed_until is not None and ticket.snoozed_until > at.now:
        said = say("digest.back_at", language, when=showing.when(tx.settings, ticket.snoozed_until, language))
    elif name in ("red", "today") and ticket.response_due is not None and _owes_answer(ticket, at.ends):
        said = say("digest.response", language, when=showing.when(tx.settings, ticket.response_due, language))
    if not said:
        return shown
    deadline = say("digest.deadline", language, when=shown.due) if shown.due else None
    return replace(shown, due=", ".join(filter(None, (said, deadline))))


def marked(tx: Tx, reader: Reader, scope: Scope, ticket: Ticket) -> TicketLine:
    """With whom he stands in for."""
    shown, other = line(tx, reader, ticket), scope.instead_of(ticket)
    if other is None:
        return shown
    name = people.agent_name(tx.settings, other)
    return replace(shown, whose=say("digest.instead_of", reader.language, whose=name))
