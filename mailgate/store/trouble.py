"""What no mail, letter or command is to blame for."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.store import postgres, sqlite


def is_trouble_of_the_machine(wrong: BaseException) -> bool:
    """Whether the database failed or memory ran out, so that nothing more can come of the transaction in which it
    happened: SQLite may have undone it by then."""
    # A connection that can not even be prepared raises the driver's own error.
    error = wrong.orig if isinstance(wrong, sa.exc.DBAPIError) else wrong
    if isinstance(error, sqlite3.Error):
        return sqlite.is_trouble(error)
    if isinstance(error, BaseException) and hasattr(error, "sqlstate"):
        return postgres.is_trouble(error)
    # After a connection was lost, everything else in its transaction fails too. Where SQLite has no memory, the driver
    # raises Python's own error.
    return isinstance(error, MemoryError | StoreUnavailable | sa.exc.TimeoutError | sa.exc.PendingRollbackError)
