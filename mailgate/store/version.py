"""Which schema a database has: one number in a table of its own, which the migrations raise (`store/migrations/`).

A database that has none of it is new; `create` makes all tables as they are now, so that only older ones are migrated.
"""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.errors import OlderSchema, StoreUnavailable

SCHEMA = 1
"""What this version reads and writes; the number of the last file in `store/migrations/versions`."""

NUMBER = sa.Table("mailgate_schema", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
"""As alembic keeps it."""


def found(connection: sa.Connection) -> int | None:
    """The schema it has; None where it has none of ours."""
    if not sa.inspect(connection).has_table(NUMBER.name):
        return None
    number = connection.execute(sa.select(NUMBER.c.version_num)).scalar()
    return int(number) if number is not None else None


def demand(number: int | None, name: str) -> None:
    """Raises StoreUnavailable for a schema that this version does not know, OlderSchema for one to be migrated."""
    if number is not None and number > SCHEMA:
        raise StoreUnavailable(
            f"{name} was written by a newer mailgate (it has schema {number}, this version knows {SCHEMA}): use that "
            "version, or a backup made before."
        )
    if number is not None and number < SCHEMA:
        raise OlderSchema(
            f"{name} is of an older mailgate (it has schema {number}, this version needs {SCHEMA}): run `mailgate "
            "migrate`; a backup first does no harm (`mailgate backup FILE`)."
        )


def create(connection: sa.Connection, *tables: sa.MetaData) -> None:
    """Inside a transaction: all tables that are missing, and the number."""
    for each in tables:
        each.create_all(connection)
    write(connection, SCHEMA)


def write(connection: sa.Connection, number: int) -> None:
    """Inside a transaction: from now on it has this schema."""
    NUMBER.create(connection, checkfirst=True)
    if not connection.execute(sa.update(NUMBER).values(version_num=name_of(number))).rowcount:
        connection.execute(sa.insert(NUMBER).values(version_num=name_of(number)))


def name_of(number: int) -> str:
    """A schema's number as the migrations are named."""
    return f"{number:04}"
