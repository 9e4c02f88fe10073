"""A ticket as the desk holds it: one frozen value, read whole, changed only through `change.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from mailgate.quickly import born_quickly
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Cursor, Link, Person, TicketRow, table_of

TICKET = table_of(TicketRow)
CURSOR = table_of(Cursor)
LINK = table_of(Link)
PERSON = table_of(Person)

OPEN = ("new", "accepted", "assigned", "in_progress", "waiting", "answered", "resolved")
"""Neither closed nor merged."""


@born_quickly
@dataclass(frozen=True, kw_only=True)
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
    assigned_at: datetime | None = None
    """When the one who has it now was asked to handle it."""
    coordinator: str | None = None
    coordinator_accepted_at: datetime | None = None
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
    waiting_until: datetime | None = None
    due_set_at: datetime | None = None
    yellow_at: datetime | None = None
    red_at: datetime | None = None
    response_due: datetime | None = None
    solution_due: datetime | None = None
    stands_since: datetime | None = None
    response_minutes: int | None = None
    solution_minutes: int | None = None
    asked_at: datetime | None = None
    closes_at: datetime | None = None
    look_at: datetime | None = None
    handling_minutes: int = 0
    solution: str | None = None
    rating: dict[str, Any] | None = None
    rule: str | None = None

    @property
    def is_open(self) -> bool:
        """Neither closed nor merged."""
        return self.status in OPEN

    @property
    def deadline(self) -> datetime | None:
        """What we have committed ourselves to, else when a solution is promised."""
        return self.due_at or self.solution_due


_NAMES = tuple(field.name for field in fields(Ticket))
_ALL = sa.select(*(TICKET.c[name] for name in _NAMES))
NUMBERS = "ticket"
"""The cursor of ticket numbers."""
_NEXT_NUMBER = Prepared(sa.select(CURSOR.c.value).where(CURSOR.c.name == NUMBERS))
_INTO = Prepared(
    sa.select(LINK.c.to_ticket).where(LINK.c.from_ticket == sa.bindparam("number"), LINK.c.kind == "merged").limit(1)
)
MOST_MERGES = 20
_LAST_NUMBER = Upsert(CURSOR, "value")


def of_row(row: sa.Row[Any]) -> Ticket:
    """A ticket from a row of `_ALL`."""
    values = dict(zip(_NAMES, row, strict=True))
    return Ticket(**{**values, "tags": tuple(values["tags"])})


MOST_OTHERS = 11
"""Of somebody with hundreds of open tickets only the newest are looked at: ten besides the one it is about."""
_NEWEST_FIRST = (TICKET.c.updated_at.desc(), TICKET.c.number.desc())
_NEWER = TICKET.alias("newer")


def _open_of(table: sa.FromClause) -> tuple[Any, ...]:
    """Open tickets of a person, parts not among them. What is closed is said twice, for the index knows `closed_at`."""
    # Not the bare status: SQLite would look for all open tickets of everybody, by the index that column has.
    whole = table.c.parent.is_(None), table.c.status.concat("").in_(OPEN)
    return table.c.reporter == PERSON.c.id, table.c.closed_at.is_(None), *whole


_LAST_LOOKED_AT = (
    sa.select(_NEWER.c.updated_at)
    .where(*_open_of(_NEWER))
    .order_by(_NEWER.c.updated_at.desc())
    .limit(1)
    .offset(MOST_OTHERS - 1)
    .correlate(PERSON)
    .scalar_subquery()
)
_LONG_AGO = sa.literal(datetime(1970, 1, 1, tzinfo=UTC), TICKET.c.updated_at.type)
_BY_NUMBER = Lookup(_ALL.where(TICKET.c.number.in_(KEYS)), TICKET.c.number, lambda tx, row: of_row(row))
_NEWEST = sa.select(TICKET).where(*_open_of(TICKET)).order_by(*_NEWEST_FIRST).limit(MOST_OTHERS).correlate(PERSON)
_THESE = _NEWEST.lateral()
OTHERS = Lookup(
    _ALL.join(PERSON, sa.and_(*_open_of(TICKET)))
    .where(PERSON.c.id.in_(KEYS), TICKET.c.updated_at >= sa.func.coalesce(_LAST_LOOKED_AT, _LONG_AGO))
    .order_by(*_NEWEST_FIRST),
    TICKET.c.reporter,
    lambda tx, row: of_row(row),
    # SQLite has no LATERAL, and PostgreSQL finds no good way through the other one.
    on_postgresql=sa.select(*(_THESE.c[name] for name in _NAMES))
    .select_from(PERSON.join(_THESE, sa.true()))
    .where(PERSON.c.id.in_(KEYS))
    .order_by(_THESE.c.updated_at.desc(), _THESE.c.number.desc()),
)
"""The open tickets of a reporter, newest change first; parts of one are not his."""


def columns_of(ticket: Ticket) -> dict[str, Any]:
    """What stands in its row."""
    return {name: getattr(ticket, name) for name in _NAMES}


def load(tx: Tx, number: int) -> Ticket | None:
    """The ticket of that number, or None."""
    return next(iter(tx.found(_BY_NUMBER, number)), None)


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


def living(tx: Tx, ticket: Ticket) -> Ticket:
    """Where a merged ticket lives on; any other one itself."""
    for _ in range(MOST_MERGES):
        into = tx.value(_INTO, {"number": ticket.number}) if ticket.status == "merged" else None
        if into is None:
            break
        ticket = loaded(tx, into)
    return ticket


def select(
    tx: Tx, *conditions: Any, limit: int | None = None, offset: int = 0, order: Sequence[Any] = _NEWEST_FIRST
) -> list[Ticket]:
    """Tickets that fulfil all conditions, newest change first where no other order is asked for."""
    found = _ALL.where(*conditions).order_by(*order)
    return [of_row(row) for row in tx.all(found.limit(limit).offset(offset))]


def others_open(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """Open tickets of the same reporter, newest change first; not all where he has very many."""
    return [each for each in tx.found(OTHERS, ticket.reporter) if each.number != ticket.number]


def opened(tx: Tx, ticket: Ticket, before: list[Ticket]) -> None:
    """It was just written: it is its reporter's newest; `before`: what OTHERS found."""
    if ticket.is_open and ticket.parent is None and ticket.updated_at == tx.now:
        tx.knows(OTHERS, ticket.reporter, [ticket, *before][:MOST_OTHERS])


def next_number(tx: Tx) -> int:
    """The next free number: from a row, so that a rolled-back `explain` uses none up."""
    return tx.reserved.take(NUMBERS) if tx.witness or tx.reserved.has(NUMBERS) else _taken(tx)


def reserve(tx: Tx, most: int) -> None:
    """So many more numbers are ours alone, once this is committed."""
    tx.reserved.add(NUMBERS, [_taken(tx) for _ in range(most)])


def _taken(tx: Tx) -> int:
    number = next(tx.once(_numbers))
    tx.later(_LAST_NUMBER, {"name": NUMBERS, "value": number + 1}, instead=NUMBERS)
    return number


def give_back(tx: Tx) -> None:
    """Numbers of ours that are not given are the next ones again, where nobody has taken a later one."""
    following = free = tx.value(_NEXT_NUMBER)
    for number in reversed(tx.reserved.left(NUMBERS)):
        free = number if number + 1 == free else free
    if free != following:
        tx.later(_LAST_NUMBER, {"name": NUMBERS, "value": free}, instead=NUMBERS)


def _numbers(tx: Tx) -> Iterator[int]:
    return count(max(tx.settings.tickets.first, tx.value(_NEXT_NUMBER) or 0))
