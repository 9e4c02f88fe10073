"""Which database a test's desk lies on: SQLite in its folder, or, with `--database=postgresql`, one of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from mailgate.store.db import Store
from mailgate.store.tables import DESK, JOURNAL
from tests import postgres

CHOSEN = "sqlite"


def at(folder: Path) -> str:
    """What `storage.database` says for a desk whose state lies in that folder."""
    return "sqlite" if CHOSEN == "sqlite" else postgres.database_for(folder)


@cache
def _emptied() -> str:
    """TRUNCATE would take ten times as long: it makes new files, of which each index is one."""
    tables = [table for metadata in (JOURNAL, DESK) for table in reversed(metadata.sorted_tables)]
    ids = [each for table in tables for each in table.primary_key if each is table.autoincrement_column]
    again = [f"SELECT setval(pg_get_serial_sequence('{each.table.name}', '{each.name}'), 1, false)" for each in ids]
    return "; ".join([f'DELETE FROM "{table.name}"' for table in tables] + again)


def wipe(store: Store) -> None:
    """Make it as empty as it was: ids begin at 1 again."""
    if store.is_shared:
        with store.desk.begin() as connection:
            connection.exec_driver_sql(_emptied())
        return
    for engine, tables in ((store.journal, JOURNAL), (store.desk, DESK)):
        with engine.begin() as connection:
            for table in tables.sorted_tables:
                connection.execute(table.delete())
            if sa.inspect(connection).has_table("sqlite_sequence"):
                connection.exec_driver_sql("DELETE FROM sqlite_sequence")
    for blob in store.blobs.iterdir():
        blob.unlink()
