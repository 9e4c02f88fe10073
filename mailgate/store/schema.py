"""The ground of all tables: two sets of them, and how they are declared.

Declared with SQLModel, read and written with SQLAlchemy Core. The journal lies in a database file of its own on SQLite,
so that the intake never waits for the desk. Times are UTC. JSON columns hold plain lists and objects.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

JOURNAL = sa.MetaData()
DESK = sa.MetaData()


class JournalTable(SQLModel):
    """A table of `journal.db`."""

    metadata = JOURNAL


class DeskTable(SQLModel):
    """A table of `desk.db`."""

    metadata = DESK


def table_of(model: type[SQLModel]) -> sa.Table:
    """The Core table of a declared one."""
    table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it for every table=True
    assert isinstance(table, sa.Table)
    return table


def widen(*tables: sa.MetaData) -> None:
    """Numbers have 64 bits on PostgreSQL too: ids grow for ever, and a person may ask for any."""
    for table in (table for each in tables for table in each.sorted_tables):
        for column in table.columns:
            if type(column.type) is sa.Integer:
                column.type = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def json_column() -> Any:
    """A column of plain lists and objects."""
    return Field(sa_type=sa.JSON)
