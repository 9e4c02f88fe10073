"""The rows of the history exactly as they are stored, in order and a few at a time: somebody may have written anything
into them, so times and details are read as text, and text that is none is read too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Arrival, Chain, Event, MailState, Seal, Sealed, TicketRow, table_of

EVENT = table_of(Event)
CHAIN = table_of(Chain)
SEAL = table_of(Seal)
SEALED = table_of(Sealed)
STATE = table_of(MailState)
TICKET = table_of(TicketRow)
ARRIVAL = table_of(Arrival)

AT_ONCE = 500
NUMBERS = 2**63 - 1
"""The largest; whatever is no number is larger."""
MAILS_AT_ONCE = 100
"""With their bytes, of which a row holds at most 64 KiB."""

Rows = Iterator[sa.Row[Any]]


@dataclass(frozen=True, slots=True)
class Size:
    """Counts of what is looked at."""

    events: int
    chains: int
    mails: int
    seals: int


@contextmanager
def as_stored(tx: Tx) -> Iterator[None]:
    """While it lasts, bytes that are no text do not stop the reading."""
    driver = tx.connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    before, driver.text_factory = driver.text_factory, _lenient
    try:
        yield
    finally:
        driver.text_factory = before


def events(tx: Tx, since: int | None) -> Rows:
    """All events by ticket and place; with `since`, only of chains that have changed after that seal."""
    return _stream(tx, _some(sa.select(*map(_text, EVENT.c)), EVENT, since).order_by(EVENT.c.ticket, EVENT.c.seq))


def chains(tx: Tx, since: int | None) -> Rows:
    """How long each of these chains is, by ticket."""
    return _stream(tx, _some(sa.select(*map(_number, CHAIN.c)), CHAIN, since).order_by(CHAIN.c.ticket))


def sealed(tx: Tx, since: int | None) -> Rows:
    """What the seals say of these chains, by ticket and time."""
    return _stream(
        tx,
        _some(sa.select(*map(_number, SEALED.c)), SEALED, since).order_by(
            SEALED.c.ticket, SEALED.c.events, SEALED.c.seal
        ),
    )


def seals(tx: Tx, since: int | None) -> Rows:
    """The seals in order, `since` itself included."""
    return _stream(
        tx, sa.select(*map(_text, map(_number, SEAL.c))).where(SEAL.c.number >= (since or 0)).order_by(SEAL.c.number)
    )


def under_seals(tx: Tx, since: int | None) -> Rows:
    """The chains under these seals, seal by seal."""
    mine = sa.select(*map(_number, SEALED.c)).where(SEALED.c.seal >= (since or 0))
    return _stream(tx, mine.order_by(SEALED.c.seal, SEALED.c.ticket))


def mails(tx: Tx, since: int | None) -> Iterator[list[sa.Row[Any]]]:
    """Mails that have events (with `since`: after that seal), each with the digest they name, and whether an event says
    that its bytes were erased."""
    erased = sa.func.max(sa.case((EVENT.c.action == "erased", 1), else_=0))
    raw = sa.func.max(EVENT.c.raw)
    found = sa.select(EVENT.c.mail, raw.label("raw"), erased.label("erased")).group_by(EVENT.c.mail)
    after, happened = 0, [_after(tx, since)] if since else []
    while rows := tx.all(
        found.where(EVENT.c.mail.between(after + 1, NUMBERS), *happened).order_by(EVENT.c.mail).limit(MAILS_AT_ONCE)
    ):
        yield rows
        after = rows[-1].mail


def place(tx: Tx, mail: int) -> tuple[int, int]:
    """Ticket and place of a mail's first event."""
    first = sa.select(EVENT.c.ticket, EVENT.c.seq).where(EVENT.c.mail == mail).order_by(EVENT.c.ticket, EVENT.c.seq)
    row = tx.first(first.limit(1))
    assert row is not None, "it was found by its events"
    return row.ticket, row.seq


def arrivals(journal: sa.Connection, mails: list[int]) -> dict[int, Any]:
    """What the journal has of these mails."""
    columns = (ARRIVAL.c.id, ARRIVAL.c.sha256, ARRIVAL.c.raw)
    return {row.id: row for row in journal.execute(sa.select(*columns).where(ARRIVAL.c.id.in_(mails)))}


def untold_tickets(tx: Tx) -> list[int]:
    """Tickets without any history."""
    known = sa.exists().where(CHAIN.c.ticket == TICKET.c.number)
    return [row.number for row in tx.all(sa.select(TICKET.c.number).where(~known).order_by(TICKET.c.number).limit(100))]


def untold_mails(tx: Tx) -> list[int]:
    """Mails of which something became, and no event says what."""
    told = sa.exists().where(EVENT.c.mail == STATE.c.mail)
    silent = sa.select(STATE.c.mail).where(STATE.c.state != "pending", ~told)
    return [row.mail for row in tx.all(silent.order_by(STATE.c.mail).limit(100))]


def size(tx: Tx) -> Size:
    """How much there is to look at."""
    events = tx.value(sa.select(sa.func.count()).select_from(EVENT))
    chains = tx.value(sa.select(sa.func.count()).select_from(CHAIN))
    mails = tx.value(sa.select(sa.func.count(EVENT.c.mail.distinct())))
    return Size(events, chains, mails, tx.value(sa.select(sa.func.count()).select_from(SEAL)))


def newest_of_chains(tx: Tx) -> int:
    """The newest seal that any chain knows of."""
    return int(tx.value(sa.select(sa.func.max(CHAIN.c.seal))) or 0)


def _some(rows: sa.Select[Any], table: sa.Table, since: int | None) -> sa.Select[Any]:
    if since is None:
        return rows
    return rows.where(table.c.ticket.in_(_changed(since)))


def _after(tx: Tx, seal: int) -> sa.ColumnElement[bool]:
    """Whether an event may have come after this seal. A ticket's may bear an earlier time, for what opens a ticket is
    decided before it is written; those without a ticket (0) are too many to be looked at again with each that comes."""
    set_at = tx.value(sa.select(_text(SEAL.c.at)).where(SEAL.c.number == seal))
    if set_at is None:
        return sa.true()
    of_changed = EVENT.c.ticket.in_(_changed(seal)) & (EVENT.c.ticket != 0)
    return sa.or_(of_changed, _text(EVENT.c.at) >= set_at)


def _changed(since: int) -> sa.Select[Any]:
    """The chains that have changed after that seal."""
    return sa.select(CHAIN.c.ticket).where(sa.or_(CHAIN.c.changed, CHAIN.c.seal > since))


def _stream(tx: Tx, rows: sa.Select[Any]) -> Rows:
    tx.settle()
    return iter(tx.connection.execute(rows, execution_options={"yield_per": AT_ONCE}))


def _text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if column.key in ("at", "detail"):
        return sa.type_coerce(column, sa.String).label(column.key)
    return column


def _number(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Counts are compared: what is none is 0."""
    return sa.cast(column, sa.Integer).label(column.key) if isinstance(column.type, sa.Integer) else column


def _lenient(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
