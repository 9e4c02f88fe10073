"""Large mails as files, named by the SHA-256 of their bytes, in one folder. Written so that a power cut leaves either
the whole file or none; the row that names a file is written only after the file is durable. Files are never changed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from mailgate.durable import sync_folder
from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store.db import state_folder

_UNFINISHED = ".new-"
_ABANDONED_SECONDS = 3600
_OF_NO_FILE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""Errors that are not about the file."""


def keep(folder: Path, blobs: Iterable[tuple[str, bytes, Path | None]]) -> None:
    """Make every (sha256, bytes, what `write` gave for them) durable under its name: file written and fsynced, renamed,
    folder fsynced. Raises OSError."""
    kept = [_keep(folder, *each) for each in blobs]
    if kept:
        sync_folder(folder)


def is_kept(folder: Path, sha256: str) -> bool:
    """The same bytes for other recipients, or kept before a crash: the file was whole when it got its name."""
    return (folder / sha256).exists()


def write(folder: Path, raw: bytes) -> Path:
    """A file of these bytes, durable, under a name that nobody knows yet. Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
            _leave_the_cache(file)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    return Path(name)


def discard(written: Path) -> None:
    """Take away what `write` gave, where it has no name yet."""
    with suppress(OSError):
        written.unlink()


def load(folder: Path, sha256: str) -> bytes:
    """The bytes of a file. Raises FileNotFoundError, and StoreUnavailable where no file could be read now."""
    try:
        try:
            return _read(folder / sha256)
        except FileNotFoundError:
            if not folder.is_dir():  # away as a whole, such as a disk that is not mounted: no mail is to blame
                raise StoreUnavailable("The folder of large mails is not there.") from None
            return _read(folder / sha256)  # it may have come back this moment
    except OSError as wrong:
        if wrong.errno in _OF_NO_FILE:
            raise StoreUnavailable(f"Large mails can not be read: {wrong.strerror}.") from wrong
        raise


def sweep(folder: Path, now: float) -> None:
    """Remove unfinished files that a crash left behind; `now` in seconds since the epoch."""
    for path in folder.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):
            # A younger one may belong to a `mailgate deliver` that is just writing it.
            if now - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def free_space(settings: Settings) -> int:
    """Bytes that are free where the state lies. Raises OSError where the folder is gone."""
    return shutil.disk_usage(state_folder(settings)).free


def free_beside(blobs: Path) -> int | None:
    """Bytes that are free where the folder of large mails lies; None where there is none."""
    return shutil.disk_usage(blobs).free if blobs.is_dir() else None


def is_full(settings: Settings) -> bool:
    """Less than the reserve of `limits.free_disk` is left: no more is taken, so that what is here can be handled."""
    return free_space(settings) < settings.limits.free_disk


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read()
        _leave_the_cache(file)
    return content


def _leave_the_cache(file: IO[bytes]) -> None:
    """A large mail is hardly ever read twice: it need not push out of memory what is read often, and the next one gets
    its pages. To copy into new ones takes several times as long where the machine's memory is itself virtual."""
    with suppress(OSError):  # it is advice, and not every file system takes it
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _keep(folder: Path, sha256: str, raw: bytes, written: Path | None) -> Path:
    path = folder / sha256
    if not is_kept(folder, sha256):
        written = written or write(folder, raw)
        try:
            os.rename(written, path)
        except OSError:
            discard(written)
            raise
    return path
