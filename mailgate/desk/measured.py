"""How long a ticket took: in each status, to the first answer, to the solution, and at work; in working time, less the
times in which its clock stood, and by the wall clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailgate.desk import deadlines
from mailgate.desk.change import EVENT
from mailgate.desk.finding import FINAL
from mailgate.desk.tickets import Ticket
from mailgate.rules import promises
from mailgate.rules.hours import open_time
from mailgate.rules.promises import Pause
from mailgate.store.db import Tx

AT_WORK = ("in_progress",)
"""Statuses in which somebody handles it."""


@dataclass(frozen=True, slots=True)
class Took:
    """So long, in both measures."""

    working: timedelta
    wall: timedelta

    def __add__(self, other: Took) -> Took:
        return Took(self.working + other.working, self.wall + other.wall)


@dataclass(frozen=True, slots=True)
class Met:
    """A promise, and what became of it."""

    due: datetime | None
    """When it falls due; None: nothing is promised."""
    at: datetime | None
    """When it was done."""
    took: Took | None
    kept: bool | None
    """None: nothing was promised, or it can still be kept."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The times of one ticket."""

    calendar: str | None
    """Whose opening hours are working time; None: all time is."""
    statuses: dict[str, Took]
    """In the order in which it came to them first; while its clock stands, working time goes on here."""
    first_response: Met
    solution: Met
    handling: Took
    """While somebody was at work on it."""


NONE = Took(timedelta(), timedelta())


def measured(tx: Tx, ticket: Ticket) -> Measured:
    """As things are now."""
    calendar, stood = promises.calendar_for(tx.settings, ticket.kind), _stood(tx, ticket)
    statuses = dict[str, Took]()
    for status, begins, ends in _stretches(tx, ticket):
        took = Took(open_time(tx.settings, calendar, begins, ends), max(ends - begins, timedelta()))
        if took.wall:  # what it only passed through is not worth a line
            statuses[status] = statuses.get(status, NONE) + took
    return Measured(
        calendar,
        statuses,
        _met(tx, ticket, ticket.response_due, ticket.first_response_at, stood),
        _met(tx, ticket, ticket.deadline, deadlines.done_at(ticket), stood),
        sum((statuses.get(each, NONE) for each in AT_WORK), NONE),
    )


def _stood(tx: Tx, ticket: Ticket) -> tuple[Pause, ...]:
    now = ((ticket.stands_since, tx.now),) if ticket.stands_since else ()
    return (*deadlines.pauses(tx, ticket), *now)


def _met(tx: Tx, ticket: Ticket, due: datetime | None, at: datetime | None, stood: tuple[Pause, ...]) -> Met:
    calendar, begun = promises.calendar_for(tx.settings, ticket.kind), ticket.created_at
    took = Took(promises.spent(tx.settings, calendar, begun, at, stood), at - begun) if at else None
    in_time = due is None or (at or ticket.stands_since or tx.now) <= due
    return Met(due, at, took, None if due is None or (at is None and in_time) else in_time)


def _stretches(tx: Tx, ticket: Ticket) -> Iterator[tuple[str, datetime, datetime]]:
    """Status, and from when until when it had it, by its history; what is closed or merged is not measured."""
    begins = ticket.created_at
    rows = tx.all(sa.select(EVENT.c.at, EVENT.c.detail).where(EVENT.c.ticket == ticket.number).order_by(EVENT.c.seq))
    changes = [(row.detail["status_before"], row.at) for row in rows if "status_before" in row.detail]
    for status, ends in (*changes, (ticket.status, tx.now)):
        if status not in FINAL:
            yield status, begins, ends
        begins = ends
