"""SQLite: two files in the state folder, `journal.db` for what arrived, `desk.db` for all else.

WAL, `synchronous=FULL` and `BEGIN IMMEDIATE` are set on each connection and asserted: with SQLAlchemy's own BEGIN two
writers claim the same row without an error, and with NORMAL a power cut takes back what we said 250 to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.errors import NoDatabase, StoreUnavailable
from mailgate.store import one_writer, version
from mailgate.store.json_text import Written
from mailgate.store.tables import DESK, JOURNAL

BUSY_TIMEOUT_MS = 10_000
PAGE_BYTES = 8192
"""Of a new file: a mail of usual size fits into one page. With 4096, SQLite's own choice, a commit takes a sixth more
time; with 16384 it takes no less, and on a large desk twice as much is written."""
FILES = {"journal.db": JOURNAL, "desk.db": DESK}

OF_THE_STORE = (
    *("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_READONLY"),
    *("SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_CORRUPT", "SQLITE_NOTADB"),
)
"""Beginnings of SQLite's error names that say: the database is full, locked, broken or away, whatever was asked."""

# Where the driver finds no adapter it makes an AttributeError with its text, for every NULL: a fiftieth of a worker's
# time. These change nothing, and none is a function of Python's.
_AS_THEY_ARE: dict[type, Callable[[Any], Any]] = {type(None): {}.get, memoryview: memoryview, Written: str}
for _kind, _as_it_is in _AS_THEY_ARE.items():
    sqlite3.register_adapter(_kind, _as_it_is)


def is_trouble(error: sqlite3.Error) -> bool:
    """Whether the database failed, and not what was asked of it."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(OF_THE_STORE)


def opened(folder: Path, *, create: bool = False) -> tuple[sa.Engine, sa.Engine]:
    """Journal and desk. Raises NoDatabase where there are none and `create` is not set, and StoreUnavailable where they
    can not be used."""
    missing = f"There is no database at {folder}: start `mailgate run` once, or check --config."
    files = {folder / name: tables for name, tables in FILES.items()}
    try:
        if create:
            touch(folder)
        elif not all(file.exists() for file in files):
            raise NoDatabase(missing)
        engines = [engine(file) for file in files]
        for one, tables in zip(engines, files.values(), strict=True):
            if not _is_ready(one, tables, create=create):
                raise NoDatabase(missing)
    except (OSError, sa.exc.DatabaseError, sqlite3.Error) as wrong:
        why = getattr(wrong, "strerror", None) or getattr(wrong, "orig", None) or wrong
        raise StoreUnavailable(f"The state folder {folder} can not be used: {why}.") from wrong
    journal, desk = engines
    return journal, desk


def touch(folder: Path) -> None:
    """The files, empty where they are new. Raises OSError."""
    (folder / "blobs").mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FILES:
        (folder / name).touch(mode=0o600)  # SQLite makes its other files with the same mode


def _is_ready(one: sa.Engine, tables: sa.MetaData, *, create: bool) -> bool:
    """Whether the file has our tables, which `create` makes."""
    with one.connect().execution_options(read_only=True) as connection:
        found = version.found(connection)
    if found is None and not create:
        return False
    version.demand(found, str(one.url.database))
    if create:
        with one.begin() as connection:
            version.create(connection, tables)
    return True


def in_memory() -> sa.Engine:
    """One empty database that nobody else sees."""
    one = engine(None)
    JOURNAL.create_all(one)
    DESK.create_all(one)
    return one


def engine(path: Path | None) -> sa.Engine:
    """Of one file; None: in memory."""
    made = sa.create_engine(
        f"sqlite:///{path}" if path else "sqlite://",
        connect_args={"check_same_thread": False},
        poolclass=sa.StaticPool if path is None else sa.QueuePool,
        hide_parameters=True,  # an error is logged, and the values are somebody's mail
    )
    sa.event.listen(made, "connect", _prepare)
    if path is not None:
        one_writer.guard(made, path, BUSY_TIMEOUT_MS / 1000)
    sa.event.listen(made, "begin", _begin)
    return made


def _prepare(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    # SQLite's own lower() knows ASCII only: a search for "störung" has to find "STÖRUNG". First of all: while a row of
    # a statement has not been fetched, a built-in function can not be replaced.
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    in_file = cursor.execute("PRAGMA database_list").fetchone()[2]
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    if in_file:
        cursor.execute(f"PRAGMA page_size={PAGE_BYTES}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        if (mode := cursor.execute("PRAGMA journal_mode").fetchone()[0]) != "wal":
            raise StoreUnavailable(f"{in_file}: journal mode is {mode}, not WAL; is this a network file system?")
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
