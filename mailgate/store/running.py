"""One daemon per state folder: a lock on a file that also says which daemon it is, for `mailgate status`.

The kernel gives the lock back when its holder dies, however it dies; the words left in the file then mean nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from mailgate.errors import StoreUnavailable

FILE = "daemon.lock"
_TRIES = 20
_PAUSE_SECONDS = 0.05
"""Somebody who only asks holds the lock for a moment; a daemon that starts tries a second long."""


@dataclass(frozen=True, slots=True)
class Running:
    """The daemon that works on a state folder. `since` is RFC 3339 in UTC."""

    pid: int
    version: str
    """Of its configuration."""
    since: str


@contextmanager
def the_only_one(folder: Path, version: str, since: str) -> Iterator[None]:
    """While it lasts, nobody else runs a daemon on this folder. Raises StoreUnavailable where somebody does."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as wrong:
        raise StoreUnavailable(f"The state folder {folder} can not be used: {wrong.strerror}.") from wrong
    try:
        if not _locked(file):
            raise StoreUnavailable(f"Another mailgate runs on {folder} already: stop it first, or choose --config.")
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(asdict(Running(os.getpid(), version, since))).encode(), 0)
        yield
    finally:
        os.close(file)


def running(folder: Path) -> Running | None:
    """The daemon that works on this folder now, or None."""
    try:
        file = os.open(folder / FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(os.pread(file, 4096, 0))
    finally:
        os.close(file)
    return None


def _locked(file: int) -> bool:
    for _ in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return True
    return False


def _read(written: bytes) -> Running | None:
    try:
        return Running(**json.loads(written))
    except (ValueError, TypeError):
        return Running(0, "", "")  # it has the lock and is just about to write
