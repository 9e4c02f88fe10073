"""Rows beside a ticket: who reads along, links, what we know of its people. Each change of one is an event that holds
the row, so that `undoing.py` can put it back, whichever command it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change
from mailgate.store.db import Tx
from mailgate.store.tables import Link, OtherAddress, Participant, Person, Statement, table_of

Values = dict[str, Any]

_TABLES = (table_of(Participant), table_of(Link), table_of(OtherAddress), table_of(Person), table_of(Statement))
TABLES: dict[str, sa.Table] = {table.name: table for table in _TABLES}


@dataclass(frozen=True, slots=True)
class RowChange:
    """What an event did to one row; None: there was, or is, no such row. `key` finds it."""

    table: str
    key: Values
    before: Values | None
    after: Values | None


def add(tx: Tx, ticket: int, actor: str, action: str, table: sa.Table, row: Values, **detail: Any) -> None:
    """A row comes, with an event. `row`: plain values, its key among them."""
    tx.execute(sa.insert(table).values(**row))
    _record(tx, ticket, actor, action, RowChange(table.name, _key(table, row), None, row), detail)


def drop(tx: Tx, ticket: int, actor: str, action: str, table: sa.Table, row: Values, **detail: Any) -> None:
    """A row goes, with an event. `row`: all of it."""
    key = _key(table, row)
    tx.execute(sa.delete(table).where(*_is(table, key)))
    _record(tx, ticket, actor, action, RowChange(table.name, key, row, None), detail)


def alter(
    tx: Tx, ticket: int, actor: str, action: str, table: sa.Table, key: Values, before: Values, after: Values
) -> None:
    """Some columns of a row change, with an event that says them."""
    tx.execute(sa.update(table).where(*_is(table, key)).values(**after))
    _record(tx, ticket, actor, action, RowChange(table.name, key, before, after), after)


def of_event(detail: Values) -> RowChange | None:
    """The row that an event speaks of."""
    said = detail.get("row")
    return RowChange(said["in"], said["key"], said["before"], said["after"]) if said else None


def stands(tx: Tx, done: RowChange) -> bool:
    """Is the row as that event left it?"""
    table = TABLES[done.table]
    row = tx.first(sa.select(table).where(*_is(table, done.key)))
    if row is None or done.after is None:
        return row is None and done.after is None
    return all(getattr(row, name) == value for name, value in done.after.items())


def put_back(tx: Tx, done: RowChange) -> None:
    """The row as it was before; the caller has asked whether it stands as that event left it."""
    table = TABLES[done.table]
    if done.before is None:
        tx.execute(sa.delete(table).where(*_is(table, done.key)))
    elif done.after is None:
        tx.execute(sa.insert(table).values(**done.before))
    else:
        tx.execute(sa.update(table).where(*_is(table, done.key)).values(**done.before))


def _key(table: sa.Table, row: Values) -> Values:
    return {column.name: row[column.name] for column in table.primary_key}


def _is(table: sa.Table, key: Values) -> list[Any]:
    return [table.c[name] == value for name, value in key.items()]


def _record(tx: Tx, ticket: int, actor: str, action: str, done: RowChange, detail: Values) -> None:
    row = {"in": done.table, "key": done.key, "before": done.before, "after": done.after}
    change.record(tx, ticket, actor, action, row=row, **detail)
