"""A copy of the desk to try something on, without standing in the way of the daemon, whose workers wait for nobody
outside of their turns. For mails that are judged one by one, a desk too large for our memory is used itself."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from mailgate.store import sqlite
from mailgate.store.db import Store
from mailgate.store.schema import DESK
from mailgate.store.tables import File, table_of

MOST_BYTES = 256 * 2**20
ROWS_AT_ONCE = 1000


@contextmanager
def aside(store: Store) -> Iterator[Store]:
    """The same journal, and a copy of the desk as it is now; or the store itself. Takes no lock but for reading."""
    if not _is_worth_it(store.desk):
        yield store
        return
    copy = sqlite.engine(None)
    try:
        _copy(store.desk, copy)
        yield replace(store, desk=copy)
    finally:
        copy.dispose()


@contextmanager
def thrown_away(store: Store) -> Iterator[Store]:
    """A copy of the desk that may be written to, and is gone afterwards: a file where nodes share the database or the
    desk is large. From a shared database the bytes of attachments stay behind."""
    with tempfile.TemporaryDirectory(prefix="mailgate-") as folder:
        copy = sqlite.engine(None if _is_worth_it(store.desk) else Path(folder) / "desk.db")
        try:
            if store.is_shared:
                _copy_rows(store.desk, copy)
            else:
                _copy(store.desk, copy)
            yield replace(store, desk=copy)
        finally:
            copy.dispose()


def _copy(one: sa.Engine, other: sa.Engine) -> None:
    """SQLite's own online copy, a state between two commits, to where nothing is yet."""
    with closing(one.raw_connection()) as source, _blank(other) as target:
        assert isinstance(source.driver_connection, sqlite3.Connection)
        source.driver_connection.backup(target)


@contextmanager
def _blank(other: sa.Engine) -> Iterator[sqlite3.Connection]:
    """A connection that leaves the pages to what is copied: ours would give a new file some, of one size."""
    with closing(sqlite3.connect(other.url.database) if other.url.database else other.raw_connection()) as made:
        target = getattr(made, "driver_connection", made)
        assert isinstance(target, sqlite3.Connection)
        yield target


def _copy_rows(one: sa.Engine, other: sa.Engine) -> None:
    DESK.create_all(other)
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "read_only": True}
    with one.connect().execution_options(**options, yield_per=ROWS_AT_ONCE) as source, other.begin() as target:
        for table in (each for each in DESK.sorted_tables if each is not table_of(File)):
            for rows in source.execute(sa.select(table)).mappings().partitions():
                target.execute(sa.insert(table), [dict(row) for row in rows])


def _is_worth_it(desk: sa.Engine) -> bool:
    file = Path(desk.url.database) if desk.url.database and desk.dialect.name == "sqlite" else None
    return file is not None and file.stat().st_size <= MOST_BYTES
