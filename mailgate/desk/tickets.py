"""A ticket as the desk holds it: one frozen value, read whole, changed only through `change.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Cursor, TicketRow, table_of

TICKET = table_of(TicketRow)
CURSOR = table_of(Cursor)

OPEN = ("new", "accepted", "assigned", "in_progress", "waiting", "answered", "resolved")
"""Neither closed nor merged."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """CONTRACT 3, ticket; `reporter` is a person's id. Times are UTC."""

    number: int
    subject: str
    kind: str
    status: str
    category: str
    source_address: str
    reporter: int
    language: str
    created_at: datetime
    updated_at: datetime
    old_number: str | None = None
    waiting_for: str | None = None
    priority: str = "normal"
    channel: str = "email"
    end_customer: int | None = None
    foreign_number: str | None = None
    group: str | None = None
    assignee: str | None = None
    coordinator: str | None = None
    level: int = 1
    visible: bool = True
    parent: int | None = None
    tags: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    wanted_by: datetime | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
    handling_minutes: int = 0
    solution: str | None = None
    rating: dict[str, Any] | None = None
    rule: str | None = None

    @property
    def is_open(self) -> bool:
        """Neither closed nor merged."""
        return self.status in OPEN


_NAMES = tuple(field.name for field in fields(Ticket))
_ALL = sa.select(*(TICKET.c[name] for name in _NAMES))
_BY_NUMBER = Prepared(_ALL.where(TICKET.c.number == sa.bindparam("number")))
_OTHERS_OPEN = Prepared(
    _ALL.where(
        TICKET.c.reporter == sa.bindparam("reporter"),
        TICKET.c.number != sa.bindparam("number"),
        TICKET.c.status.in_(OPEN),
    )
    .order_by(TICKET.c.updated_at.desc(), TICKET.c.number.desc())
    .limit(sa.bindparam("most"))
)
_NEXT_NUMBER = Prepared(sa.select(CURSOR.c.value).where(CURSOR.c.name == "ticket"))
_LAST_NUMBER = Upsert(CURSOR, "value")


def of_row(row: sa.Row[Any]) -> Ticket:
    """A ticket from a row of `_ALL`."""
    values = dict(zip(_NAMES, row, strict=True))
    return Ticket(**{**values, "tags": tuple(values["tags"])})


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """What stands in its row."""
    return {name: getattr(ticket, name) for name in _NAMES}


def load(tx: Tx, number: int) -> Ticket | None:
    """The ticket of that number, or None."""
    row = tx.first(_BY_NUMBER, {"number": number})
    return of_row(row) if row else None


def by_old_number(tx: Tx, number: str) -> Ticket | None:
    """The ticket that an earlier system knew by this number, whatever its case; the newest where it had several."""
    same = TICKET.c.old_number.in_((number, number.upper(), number.lower()))
    row = tx.first(_ALL.where(same).order_by(TICKET.c.number.desc()).limit(1))
    return of_row(row) if row else None


def loaded(tx: Tx, number: int) -> Ticket:
    """The ticket of that number, which exists."""
    ticket = load(tx, number)
    assert ticket is not None, f"ticket {number} vanished"
    return ticket


def select(tx: Tx, *conditions: Any, limit: int | None = None, offset: int = 0) -> list[Ticket]:
    """Tickets that fulfil all conditions, newest change first."""
    found = _ALL.where(*conditions).order_by(TICKET.c.updated_at.desc(), TICKET.c.number.desc())
    return [of_row(row) for row in tx.all(found.limit(limit).offset(offset))]


def others_open(tx: Tx, ticket: Ticket, most: int) -> list[Ticket]:
    """Open tickets of the same reporter, newest change first."""
    rows = tx.all(_OTHERS_OPEN, {"reporter": ticket.reporter, "number": ticket.number, "most": most})
    return [of_row(row) for row in rows]


def next_number(tx: Tx) -> int:
    """The next free number: from a row, so that a rolled-back `explain` uses none up."""
    number = next(tx.once(_numbers))
    tx.later(_LAST_NUMBER, {"name": "ticket", "value": number + 1}, instead="ticket")
    return number


def _numbers(tx: Tx) -> Iterator[int]:
    return count(max(tx.settings.tickets.first, tx.value(_NEXT_NUMBER) or 0))
