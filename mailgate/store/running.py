"""One daemon per state folder: a lock on a file that also says which daemon it is and with which configuration, for
`mailgate status`.

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
from typing import Any

from mailgate.errors import StoreUnavailable

FILE = "daemon.lock"
_TRIES = 20
_PAUSE_SECONDS = 0.05
"""Somebody who only asks holds the lock for a moment; a daemon that starts tries a second long. As long as that is
looked again at words that are just being written."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reload that was refused: when (RFC 3339 in UTC), and why, a sentence each."""

    at: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """The daemon that works on a state folder. Times are RFC 3339 in UTC."""

    pid: int
    version: str
    """Of the configuration in force."""
    since: str
    """When the daemon was started."""
    loaded_at: str
    """When the configuration in force was loaded."""
    refused: Refusal | None = None
    """The last attempt to load another one, where it was refused."""
    after_restart: tuple[str, ...] = ()
    """What of it is in force only after a restart, a sentence each."""


class Tenure:
    """The lock, while it is held."""

    def __init__(self, file: int, now: Running) -> None:
        self._file = file
        self.now = now
        self.tell(now)

    def tell(self, now: Running) -> None:
        """From now on this is so. Raises OSError."""
        self.now = now
        words = json.dumps(asdict(now)).encode()
        os.pwrite(self._file, words, 0)
        os.ftruncate(self._file, len(words))


@contextmanager
def the_only_one(folder: Path, version: str, since: str) -> Iterator[Tenure]:
    """While it lasts, nobody else runs a daemon on this folder. Raises StoreUnavailable where somebody does."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as wrong:
        raise StoreUnavailable(f"The state folder {folder} can not be used: {wrong.strerror}.") from wrong
    try:
        if not _locked(file):
            raise StoreUnavailable(f"Another mailgate runs on {folder} already: stop it first, or choose --config.")
        yield Tenure(file, Running(os.getpid(), version, since, since))
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
        return _read(file)
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


def _read(file: int) -> Running:
    for _ in range(_TRIES):
        try:
            return _understood(json.loads(os.pread(file, os.fstat(file).st_size, 0)))
        except (ValueError, TypeError, KeyError):
            time.sleep(_PAUSE_SECONDS)
    return Running(0, "", "", "")


def _understood(words: dict[str, Any]) -> Running:
    refused = words.pop("refused")
    after_restart = tuple(words.pop("after_restart"))
    refusal = Refusal(refused["at"], tuple(refused["reasons"])) if refused else None
    return Running(**words, refused=refusal, after_restart=after_restart)
