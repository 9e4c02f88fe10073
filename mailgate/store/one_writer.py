"""One writer of a SQLite file at a time, of any process, until its commit is over with all that SQLite does then.

SQLite lets one write, but the checkpoint with which it ends a commit goes on while another writes. Up to 3.51.2 that
can lose what was committed (its "WAL-reset bug"): a checkpoint behind another one does not see that a writer has begun
the log anew meanwhile. It is rare, but a mail that somebody has a 250 for is not ours to lose, and systems will have
such a SQLite for years. So writers wait for each other at a file of their own, which the kernel opens again when one of
them dies. It is not the database itself: whoever closes that loses SQLite's own locks on it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable

LATCH, HELD = "latch", "latch is held"
"""Of a connection: the file it waits at, and whether it is in."""
_PAUSES_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005)


def guard(engine: sa.Engine, path: Path, patience: float) -> None:
    """Every write transaction of this engine waits for those of others, for so many seconds."""
    sa.event.listen(engine, "connect", lambda _, record: record.info.update({LATCH: _opened(path)}))
    sa.event.listen(engine, "close", lambda _, record: _close(record))
    sa.event.listen(engine, "checkin", lambda _, record: _leave(record.info))
    sa.event.listen(engine, "begin", lambda connection: _enter(connection, path, patience))


def _opened(path: Path) -> int:
    return os.open(path.with_name(f"{path.name}-writer"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _close(record: Any) -> None:
    latch = record.info.pop(LATCH, None)
    record.info.pop(HELD, None)
    if latch is not None:
        os.close(latch)


def _enter(connection: sa.Connection, path: Path, patience: float) -> None:
    info = connection.info
    if connection.get_execution_options().get("read_only") or info.get(HELD):
        return
    waited, pauses = 0.0, _pauses()
    while not _is_mine(info[LATCH]):
        if waited >= patience:
            raise StoreUnavailable(f"{path.name} is being written by another process.")
        pause = next(pauses)
        time.sleep(pause)
        waited += pause
    info[HELD] = True


def _pauses() -> Iterator[float]:
    yield from _PAUSES_SECONDS
    yield from repeat(_PAUSES_SECONDS[-1])


def _is_mine(latch: int) -> bool:
    try:
        fcntl.flock(latch, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave(info: Any) -> None:
    """Given back to the pool: the transaction is over, and so is its checkpoint."""
    if info.pop(HELD, False):
        fcntl.flock(info[LATCH], fcntl.LOCK_UN)
