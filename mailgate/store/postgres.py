"""PostgreSQL: all tables in one database, which any number of nodes share.

The desk has one writer at a time, as on SQLite: a write transaction begins by taking an advisory lock, which PostgreSQL
hands on first come first served and gives back when its holder dies, is cut off or falls asleep. Ticket numbers,
budgets and the history each hang on one row that every writer needs until it commits, so no speed is lost, nobody can
deadlock, and what was read in a transaction is still true when it writes. Whoever only claims rows (SKIP LOCKED), and
the intake, wait for no writer.
"""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import sqlalchemy as sa

from mailgate import log
from mailgate.errors import NoDatabase, StoreUnavailable
from mailgate.store import version
from mailgate.store.tables import DESK, JOURNAL

LOG = log.get("store.postgres")
OURS = 7_233_001
"""The first half of our advisory locks' names; the second says which."""
WRITER, REFUSALS, MIGRATION = 1, 2, 3

CONNECT = {
    "application_name": "mailgate",
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""Of libpq: a server that is cut off is given up within 25 s."""
SESSION = """
    SET timezone = 'UTC';
    SET statement_timeout = '60s';
    SET lock_timeout = '30s';
    SET idle_in_transaction_session_timeout = '10s';
    SET tcp_user_timeout = '15s';
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') IN ('off', 'local');
    SELECT set_config('default_toast_compression', 'lz4', false)
        FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)
"""
"""Of the server. Who falls asleep in the middle of a transaction loses it after ten seconds, and the writer's lock with
it; who waits for the lock waits longer than that. A commit that is on no disk is none: what the server is set to counts
only where it is stricter than `on`. Where the server can, it packs letters and mails with lz4: its own way takes longer
than all else that is done for a row."""

OF_THE_STORE = (
    *("08", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX"),
    *("25006", "25P03", "25P04", "42501"),
)
"""Beginnings of SQLSTATEs that say: away, not let in, full, read-only, shut down, broken, in each other's way; whatever
was asked."""


def is_trouble(error: Any) -> bool:
    """Whether the database failed, and not what was asked of it: by a psycopg.Error. Without a SQLSTATE the server did
    not answer at all."""
    if error.sqlstate is None:
        return type(error).__name__ not in ("ProgrammingError", "DataError")
    return str(error.sqlstate).startswith(OF_THE_STORE)


def is_postgres(database: str) -> bool:
    """Whether `storage.database` names one."""
    return database.startswith(("postgresql:", "postgres:", "postgresql+psycopg:"))


def shown(database: str) -> str:
    """The database without its password, for people."""
    return _url(database).set(drivername="postgresql").render_as_string(hide_password=True)


def opened(database: str, *, create: bool = False) -> tuple[sa.Engine, sa.Engine]:
    """Journal and desk: the same database, over pools of their own, so that the intake never waits for a connection.
    Raises NoDatabase where it has no tables of ours and `create` is not set, and StoreUnavailable where it can not be
    used."""
    journal, desk = engine(database), engine(database)
    sa.event.listen(desk, "begin", _one_writer)
    try:
        _make_ready(desk, shown(database), create=create)
    except BaseException as wrong:
        desk.dispose()
        if not isinstance(wrong, sa.exc.SQLAlchemyError):
            raise
        why = str(getattr(wrong, "orig", None) or wrong).strip()
        raise StoreUnavailable(f"The database {shown(database)} can not be used: {why}.") from wrong
    return journal, desk


def _make_ready(desk: sa.Engine, name: str, *, create: bool) -> None:
    with desk.connect().execution_options(read_only=True) as connection:
        found = _look(connection, name)
    if found is None and not create:
        raise NoDatabase(f"There is no mailgate in {name}: start `mailgate run` once, or check --config.")
    version.demand(found, name)
    if create:
        with desk.begin() as connection:  # one node after the other
            version.create(connection, JOURNAL, DESK)


def _look(connection: sa.Connection, name: str) -> int | None:
    """Which schema it has. Raises StoreUnavailable for a database that is not for us."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise StoreUnavailable(f"The database {name} is in {encoding}: make one with `createdb --encoding=UTF8`.")
    found = version.found(connection)
    if found is None and sa.inspect(connection).has_table("arrival"):
        raise StoreUnavailable(f"The database {name} holds tables of another program: make one for mailgate alone.")
    if connection.exec_driver_sql("SELECT lower('Ö')").scalar_one() != "ö":
        LOG.warning("a search takes Ö and ö for different letters: the database was made with the locale C", name=name)
    return found


def engine(database: str) -> sa.Engine:
    """Connections that are durable, patient for a while, and never quote a mail."""
    if importlib.util.find_spec("psycopg") is None:
        raise StoreUnavailable("PostgreSQL needs one more library: install `mailgate[pg]`.")
    url = _url(database)
    made = sa.create_engine(
        url,
        connect_args={name: value for name, value in CONNECT.items() if name not in url.query},
        pool_pre_ping=True,
        pool_timeout=10,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
        paramstyle="format",  # values in order, which takes psycopg less time than by name
        hide_parameters=True,  # an error is logged, and the values are somebody's mail
    )
    sa.event.listen(made, "connect", _prepare)
    return made


def lock(connection: sa.Connection, which: int) -> None:
    """Until the end of this transaction only one holds it."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OURS}, {which})")


def _one_writer(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not (options.get("read_only") or options.get("only_claims")):
        lock(connection, WRITER)


def _url(database: str) -> sa.URL:
    return sa.make_url(database).set(drivername="postgresql+psycopg")


def _prepare(connection: Any, record: Any) -> None:
    connection.adapters.register_dumper(str, _without_nul())
    connection.autocommit = True
    connection.execute(SESSION)
    synchronous = connection.execute("SHOW synchronous_commit").fetchone()[0]
    assert synchronous not in ("off", "local"), synchronous
    connection.autocommit = False


@functools.cache
def _without_nul() -> type[Any]:
    """PostgreSQL has no text with a NUL in it, and mails have."""
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    return WithoutNul
