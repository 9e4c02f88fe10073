"""Opening the databases, and transactions on them: SQLite on one node (`sqlite.py`), PostgreSQL on many
(`postgres.py`). All other code is the same for both.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.settings import environment
from mailgate.settings.model import Settings
from mailgate.store import older, postgres, sqlite
from mailgate.store.reserve import Reserve
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.tx import Tx
from mailgate.store.witness import Witness

__all__ = ["Store", "Tx", "in_memory", "open_folder", "open_store", "state_folder"]


def state_folder(settings: Settings) -> Path:
    """Where databases, blobs and sockets live (CONTRACT 4)."""
    known = settings.state or environment.state_folder(settings.folder, settings.site.state, os.environ)
    return known.resolve()


@dataclass(frozen=True)
class Store:
    """The two databases, which are one on PostgreSQL, and the folder of large mails, which SQLite needs."""

    journal: sa.Engine
    desk: sa.Engine
    blobs: Path
    node: str = ""
    """Our name among the nodes that share it; empty where there is one only."""

    @property
    def is_shared(self) -> bool:
        """Other nodes may work on the same rows."""
        return self.desk.dialect.name == "postgresql"

    def ours(self, part: str) -> str:
        """The name under which a part of this node claims rows."""
        return f"{self.node}/{part}" if self.node else part

    @contextmanager
    def transaction(
        self, settings: Settings, now: datetime, mail: int | None = None, *, as_one: bool = False
    ) -> Iterator[Tx]:
        """One write transaction on the desk. Take a turn first where the daemon runs (`turns.py`). Raises
        StoreUnavailable where the database fails. `as_one`: as `Tx` says."""
        with _in_words(), self.desk.begin() as connection:
            tx = Tx(connection, settings, now, mail, as_one=as_one)
            yield tx
            tx.settle()

    @contextmanager
    def ahead(self, settings: Settings, now: datetime, reserved: Reserve) -> Iterator[Tx]:
        """A transaction that begins before its turn: it reads a snapshot, and what it writes waits for `taking_turn`.
        `reserved`: which numbers it may give."""
        with _in_words(), _snapshot(self.desk) as connection:
            yield Tx(connection, settings, now, as_one=True, witness=Witness(connection), reserved=reserved)

    @contextmanager
    def taking_turn(self, tx: Tx) -> Iterator[Tx]:
        """What began ahead goes on as a write transaction. Raises Overtaken, and then nothing is written."""
        with _in_words(), self.desk.begin() as connection:
            tx.take_turn(connection)
            yield tx
            tx.settle()

    @contextmanager
    def claiming(self, settings: Settings, now: datetime) -> Iterator[Tx]:
        """A write transaction that only takes rows to work on, by locking them: on PostgreSQL it waits for nobody."""
        with _in_words(), self.desk.execution_options(only_claims=True).begin() as connection:
            tx = Tx(connection, settings, now)
            yield tx
            tx.settle()

    @contextmanager
    def reading(self, settings: Settings, now: datetime) -> Iterator[Tx]:
        """A consistent view of the desk that takes no lock. Raises StoreUnavailable where the database fails."""
        with _in_words(), _snapshot(self.desk) as connection:
            yield Tx(connection, settings, now)

    @contextmanager
    def looking_back(self) -> Iterator[sa.Connection]:
        """A consistent view of the journal that takes no lock. Raises StoreUnavailable where it can not be read."""
        with _in_words(), _snapshot(self.journal) as connection:
            yield connection

    def number_mails_behind_desk(self) -> None:
        """Before the journal is written: no mail gets a number that the desk knows already (`older.py`). Raises
        StoreUnavailable."""
        if not self.is_shared:
            with _in_words():
                older.number_behind(self.journal, self.desk)

    def forget_values(self) -> None:
        """Give back what the driver remembers of large values: SQLite keeps those of each statement until it runs
        again."""
        if not self.is_shared:
            self.desk.dispose()

    def close(self) -> None:
        """Give all connections back."""
        self.journal.dispose()
        self.desk.dispose()


def open_store(settings: Settings, *, create: bool = False) -> Store:
    """The databases of this configuration. Raises NoDatabase where there are none and `create` is not set, OlderSchema
    where they have to be migrated first, and StoreUnavailable where they can not be used."""
    return open_database(settings.storage.database, state_folder(settings), create=create)


def open_database(database: str, folder: Path, *, create: bool = False) -> Store:
    """What `storage.database` names, with that state folder; errors as `open_store`."""
    if not postgres.is_postgres(database):
        return open_folder(folder, create=create)
    if create:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # of this node: its lock, its sockets
    return Store(*postgres.opened(database, create=create), folder / "blobs")


def open_folder(folder: Path, *, create: bool = False) -> Store:
    """The SQLite databases in a state folder; errors as `open_store`."""
    return Store(*sqlite.opened(folder, create=create), folder / "blobs")


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


@contextmanager
def _in_words() -> Iterator[None]:
    """A failing database as StoreUnavailable, without the statement's values: a mail may be among them."""
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, sqlite3.Error) as wrong:
        if not is_trouble_of_the_machine(wrong):
            raise
        raise StoreUnavailable(f"The database can not be used: {getattr(wrong, 'orig', None) or wrong}.") from wrong


def in_memory() -> Store:
    """An empty desk that leaves nothing behind: for `explain` and `check` without a database."""
    engine = sqlite.in_memory()
    return Store(engine, engine, Path(os.devnull))
