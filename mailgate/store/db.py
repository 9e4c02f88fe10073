"""Opening the databases. On SQLite two files: `journal.db` for what arrived, `desk.db` for all else.

WAL, `synchronous=FULL` and `BEGIN IMMEDIATE` are set on each connection and asserted: with SQLAlchemy's own BEGIN two
writers claim the same row without an error, and with NORMAL a power cut takes back what we said 250 to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.errors import NoDatabase, NotBuiltYet, StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store.tables import DESK, JOURNAL

BUSY_TIMEOUT_MS = 10_000


def state_folder(settings: Settings) -> Path:
    """Where databases, blobs and sockets live (CONTRACT 4)."""
    given = settings.site.state or os.environ.get("STATE_DIRECTORY") or "var"
    return (settings.folder.absolute().parent / given).resolve()


@dataclass
class Tx:
    """One transaction on the desk, and what every change in it needs to know."""

    connection: sa.Connection
    settings: Settings
    now: datetime
    """Fixed for the whole transaction (UTC)."""
    mail: int | None = None
    """The arrival being handled; None for a command by an admin or the clock."""
    effects: list[str] = field(default_factory=list)
    """What happened, in sentences: `explain` shows them."""
    letters: list[int] = field(default_factory=list)
    """Letters queued in this transaction."""

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
        """One write transaction on the desk. Take a turn first where the daemon runs (`turns.py`)."""
        with self.desk.begin() as connection:
            yield Tx(connection, settings, now, mail)

    @contextmanager
    def reading(self, settings: Settings, now: datetime) -> Iterator[Tx]:
        """A consistent view of the desk that takes no lock."""
        with self.desk.connect().execution_options(read_only=True) as connection, connection.begin():
            yield Tx(connection, settings, now)

    def close(self) -> None:
        """Give all connections back."""
        self.journal.dispose()
        self.desk.dispose()


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """The databases of this configuration. Raises NoDatabase where there are none and `create` is not set."""
    if settings.storage.database != "sqlite":
        raise NotBuiltYet("PostgreSQL is not built yet: set storage.database to sqlite.")
    folder = state_folder(settings)
    if not create and not (folder / "desk.db").exists():
        raise NoDatabase(f"There is no database at {folder}: start `mailgate run` once, or check --config.")
    try:
        (folder / "blobs").mkdir(parents=True, exist_ok=True, mode=0o700)
        store = Store(_sqlite(folder / "journal.db"), _sqlite(folder / "desk.db"), folder / "blobs")
        if create:
            JOURNAL.create_all(store.journal)
            DESK.create_all(store.desk)
    except (OSError, sa.exc.OperationalError) as wrong:
        raise StoreUnavailable(f"The database folder {folder} can not be used: {wrong}") from wrong
    return store


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
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
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


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
