"""Raising a database to the schema of this version, step by step (`versions/`), with alembic.

Each step changes one database in one transaction, with the number it leads to: killed at any point, the next run goes
on behind the last step that was whole. On SQLite the journal and the desk are two databases with a number each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store import postgres, sqlite, version
from mailgate.store.db import state_folder
from mailgate.store.tables import Lease, table_of

if TYPE_CHECKING:
    # Imported where it is used: with what it brings along it takes 10 MB, which a daemon that never migrates has not.
    from alembic.script import Script

HERE = Path(__file__).parent
JOURNAL, DESK = "journal", "desk"
LEASE = table_of(Lease)


@dataclass(frozen=True, slots=True)
class Database:
    """One database to be migrated; `parts`: which tables lie in it."""

    name: str
    engine: sa.Engine
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one database, to be done or done."""

    database: Database
    number: int
    what: str
    script: Script


@contextmanager
def databases(settings: Settings, *, create: bool = False) -> Iterator[tuple[Database, ...]]:
    """Those of the configuration; `create` makes SQLite's files where they are missing. Raises StoreUnavailable."""
    found = tuple(_databases(settings, create=create))
    try:
        yield found
    except sa.exc.SQLAlchemyError as wrong:
        raise StoreUnavailable(f"The database can not be used: {getattr(wrong, 'orig', None) or wrong}.") from wrong
    finally:
        for each in found:
            each.engine.dispose()


def _databases(settings: Settings, *, create: bool) -> Iterator[Database]:
    database, folder = settings.storage.database, state_folder(settings)
    if postgres.is_postgres(database):
        yield Database(postgres.shown(database), postgres.engine(database), (JOURNAL, DESK))
        return
    if create:
        sqlite.touch(folder)
    for part in (JOURNAL, DESK):
        file = folder / f"{part}.db"
        if file.exists():
            yield Database(str(file), sqlite.engine(file), (part,))


def steps(databases: tuple[Database, ...], scripts: Path = HERE) -> list[Step]:
    """What is to be done, in order; of a database that is new, everything. Raises StoreUnavailable for a newer one."""
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory(str(scripts))
    every = list(reversed(list(directory.walk_revisions())))
    return [
        Step(each, int(script.revision), script.doc, script)
        for each in databases
        for number in [_number(each, int(every[-1].revision))]
        for script in every
        if int(script.revision) > number
    ]


def _number(database: Database, newest: int) -> int:
    with database.engine.connect().execution_options(read_only=True) as connection:
        found = version.found(connection)
    if found is not None and found > newest:
        version.demand(found, database.name)
    return found or 0


def run(step: Step) -> None:
    """Do one step, or nothing of it; nothing where somebody else has done it by now."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    with step.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            postgres.lock(connection, postgres.MIGRATION)
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        if (version.found(connection) or 0) != step.number - 1:
            return
        context = MigrationContext.configure(connection, opts={"version_table": version.NUMBER.name})
        with Operations.context(context):
            upgrade: Callable[[str], None] = step.script.module.upgrade
            for part in step.database.parts:
                upgrade(part)
        version.write(connection, step.number)


def nodes_alive(databases: tuple[Database, ...], now: datetime) -> list[str]:
    """Names of nodes that work on the database: their version can not know what comes."""
    found: list[str] = []
    for each in databases:
        with each.engine.connect().execution_options(read_only=True) as connection:
            if sa.inspect(connection).has_table(LEASE.name):
                alive = LEASE.c.name.startswith("node:") & (LEASE.c.until > now)
                found += connection.execute(sa.select(LEASE.c.holder).where(alive)).scalars()
    return found
