"""A copy of the desk in memory: thousands of mails are judged on it without standing in the way of the daemon, whose
workers wait for nobody outside of their turns. A desk too large to copy is used itself, mail by mail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from mailgate.store.db import Store, in_memory

MOST_BYTES = 256 * 2**20


@contextmanager
def aside(store: Store) -> Iterator[Store]:
    """The same journal, and a copy of the desk as it is now; or the store itself. Takes no lock but for reading."""
    if not _is_worth_it(store.desk):
        yield store
        return
    copy = in_memory()
    try:
        with closing(store.desk.raw_connection()) as source, closing(copy.desk.raw_connection()) as target:
            assert isinstance(source.driver_connection, sqlite3.Connection)
            assert isinstance(target.driver_connection, sqlite3.Connection)
            source.driver_connection.backup(target.driver_connection)
        yield replace(store, desk=copy.desk)
    finally:
        copy.close()


def _is_worth_it(desk: sa.Engine) -> bool:
    file = Path(desk.url.database) if desk.url.database and desk.dialect.name == "sqlite" else None
    return file is not None and file.stat().st_size <= MOST_BYTES
