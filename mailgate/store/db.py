"""Opening the databases. On SQLite two files: `journal.db` for what arrived, `desk.db` for all else.

WAL, `synchronous=FULL` and `BEGIN IMMEDIATE` are set on each connection and asserted: with SQLAlchemy's own BEGIN two
writers claim the same row without an error, and with NORMAL a power cut takes back what we said 250 to.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.errors import NoDatabase, NotBuiltYet, StoreUnavailable
from mailgate.settings import environment
from mailgate.settings.model import Settings
from mailgate.store.tables import DESK, JOURNAL

BUSY_TIMEOUT_MS = 10_000
SCHEMA = 1
"""Of both files, in `PRAGMA user_version`: 0 is a file without our tables, a larger one is from a newer mailgate."""

OF_THE_STORE = (
    *("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_READONLY"),
    *("SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_CORRUPT", "SQLITE_NOTADB"),
)
"""Beginnings of SQLite's error names that say: the database is full, locked, broken or away, whatever was asked."""


def state_folder(settings: Settings) -> Path:
    """Where databases, blobs and sockets live (CONTRACT 4)."""
    return environment.state_folder(settings.folder, settings.site.state, os.environ).resolve()


def is_trouble_of_the_store(wrong: BaseException) -> bool:
    """Whether the database itself failed, and no mail, letter or command is to blame."""
    # A connection that can not even be prepared raises the driver's own error.
    error = wrong.orig if isinstance(wrong, sa.exc.DBAPIError) else wrong
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", "")).startswith(OF_THE_STORE)
    return isinstance(error, StoreUnavailable | sa.exc.TimeoutError)


@dataclass
class Tx:
    """One transaction on the desk, and what every change in it needs to know."""

    connection: sa.Connection
    settings: Settings
    now: datetime
    """Fixed for the whole transaction (UTC)."""
    mail: int | None = None
    """The arrival being handled; None for a command by an admin or the clock."""
    raw: str | None = None
    """SHA-256 of that arrival's bytes, for the history."""
    effects: list[str] = field(default_factory=list)
    """What happened, in sentences: `explain` shows them."""
    letters: list[int] = field(default_factory=list)
    """Letters queued in this transaction."""
    stopped: dict[int, str] = field(default_factory=dict)
    """Letters that may not leave, and why: queued as failed, and not yet in the history."""

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All or nothing of what happens inside; an exception undoes it and goes on up."""
        effects, letters = len(self.effects), len(self.letters)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self.effects[effects:], self.letters[letters:]
            raise

    def all(self, statement: sa.Executable, values: Any = None) -> list[sa.Row[Any]]:
        """Every row of a query."""
        return list(self.connection.execute(statement, values).all())

    def first(self, statement: sa.Executable, values: Any = None) -> sa.Row[Any] | None:
        """The first row of a query, or None."""
        return self.connection.execute(statement, values).first()

    def value(self, statement: sa.Executable) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement).scalar()

    def execute(self, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
        """Run a statement that changes rows."""
        return self.connection.execute(statement, values)


@dataclass(frozen=True)
class Store:
    """The two databases and the folder of large mails."""

    journal: sa.Engine
    desk: sa.Engine
    blobs: Path

    @contextmanager
    def transaction(self, settings: Settings, now: datetime, mail: int | None = None) -> Iterator[Tx]:
        """One write transaction on the desk. Take a turn first where the daemon runs (`turns.py`). Raises
        StoreUnavailable where the database fails."""
        with _in_words(), self.desk.begin() as connection:
            yield Tx(connection, settings, now, mail)

    @contextmanager
    def reading(self, settings: Settings, now: datetime) -> Iterator[Tx]:
        """A consistent view of the desk that takes no lock. Raises StoreUnavailable where the database fails."""
        desk = self.desk.execution_options(read_only=True)
        with _in_words(), desk.connect() as connection, connection.begin():
            yield Tx(connection, settings, now)

    @contextmanager
    def looking_back(self) -> Iterator[sa.Connection]:
        """A consistent view of the journal that takes no lock. Raises StoreUnavailable where it can not be read."""
        journal = self.journal.execution_options(read_only=True)
        with _in_words(), journal.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self.journal.dispose()
        self.desk.dispose()


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """The databases of this configuration. Raises NoDatabase where there are none and `create` is not set, and
    StoreUnavailable where they can not be used."""
    if settings.storage.database != "sqlite":
        raise NotBuiltYet("PostgreSQL is not built yet: set storage.database to sqlite.")
    return open_folder(state_folder(settings), create=create)


def open_folder(folder: Path, *, create: bool = False) -> Store:
    """The databases in a state folder; errors as `open_store`."""
    files = {folder / "journal.db": JOURNAL, folder / "desk.db": DESK}
    missing = f"There is no database at {folder}: start `mailgate run` once, or check --config."
    try:
        if create:
            (folder / "blobs").mkdir(parents=True, exist_ok=True, mode=0o700)
            for file in files:
                file.touch(mode=0o600)  # SQLite makes its other files with the same mode
        elif not all(file.exists() for file in files):
            raise NoDatabase(missing)
        engines = [_sqlite(file) for file in files]
        for engine, tables in zip(engines, files.values(), strict=True):
            if not _is_ready(engine, tables, create=create):
                raise NoDatabase(missing)
    except (OSError, sa.exc.DatabaseError, sqlite3.Error) as wrong:
        why = getattr(wrong, "strerror", None) or getattr(wrong, "orig", None) or wrong
        raise StoreUnavailable(f"The state folder {folder} can not be used: {why}.") from wrong
    journal, desk = engines
    return Store(journal, desk, folder / "blobs")


def _is_ready(engine: sa.Engine, tables: sa.MetaData, *, create: bool) -> bool:
    """Whether the file has our tables, which `create` makes. Raises StoreUnavailable for a newer file."""
    with engine.connect().execution_options(read_only=True) as connection:
        schema = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if schema > SCHEMA:
        name = Path(engine.url.database or "").name
        raise StoreUnavailable(
            f"{engine.url.database} was written by a newer mailgate ({name} has schema {schema}, this version knows "
            f"{SCHEMA}): use that version, or a backup made before."
        )
    if create:
        with engine.begin() as connection:
            tables.create_all(connection)  # also a table that came later; those that are there stay as they are
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")
        return True
    return schema == SCHEMA


@contextmanager
def _in_words() -> Iterator[None]:
    """A failing database as StoreUnavailable, without the statement's values: a mail may be among them."""
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error) as wrong:
        if not is_trouble_of_the_store(wrong):
            raise
        raise StoreUnavailable(f"The database can not be used: {getattr(wrong, 'orig', None) or wrong}.") from wrong


def in_memory() -> Store:
    """An empty desk that leaves nothing behind: for `explain` and `check` without a database."""
    engine = _sqlite(None)
    JOURNAL.create_all(engine)
    DESK.create_all(engine)
    return Store(engine, engine, Path(os.devnull))


def _sqlite(path: Path | None) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}" if path else "sqlite://",
        connect_args={"check_same_thread": False},
        poolclass=sa.StaticPool if path is None else sa.QueuePool,
        hide_parameters=True,  # an error is logged, and the values are somebody's mail
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


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
