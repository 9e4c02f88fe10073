"""A consistent copy of all that is stored, in one file, while the daemon runs.

SQLite: a tar of both databases and the large mails. The desk is copied before the journal, and the files last: each
names only what lies in the next, so a copy is whole whatever is written meanwhile. PostgreSQL: what `pg_dump` makes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from mailgate.durable import sync_folder
from mailgate.errors import MailgateError, StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store import postgres, sqlite
from mailgate.store.db import open_store, state_folder

Done = Callable[[int, int], None]
"""Told how many bytes of how many are written."""


class NoBackup(MailgateError):
    """the backup could not be written"""


def write(settings: Settings, file: Path, done: Done = lambda part, whole: None) -> int:
    """Write the copy; returns its size in bytes. The file is there when it is whole and on the disk. Raises NoBackup,
    NoDatabase or StoreUnavailable."""
    if file.exists():
        raise NoBackup(f"{file} is there already: choose another name.")
    open_store(settings).close()  # is there one, and of this version?
    try:
        with tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.parent) as folder:
            whole = Path(folder) / "whole"
            whole.touch(mode=0o600)
            if postgres.is_postgres(settings.storage.database):
                _dump(settings.storage.database, whole)
            else:
                _pack(state_folder(settings), whole, done)
            _keep(whole, file)
    except OSError as wrong:
        raise NoBackup(f"{file} can not be written: {wrong.strerror or wrong}.") from wrong
    return file.stat().st_size


def _pack(state: Path, whole: Path, done: Done) -> None:
    # Unfinished files come and go: they are no part of it.
    total = sum(each.stat().st_size for each in (*state.glob("*.db"), *(state / "blobs").glob("[!.]*")))
    with tarfile.open(whole, "w") as tar:
        for name in reversed(list(sqlite.FILES)):
            copy = whole.with_name(name)
            copy.touch(mode=0o600)
            _copy(state / name, copy)
            tar.add(copy, name)
            copy.unlink()
            done(tar.offset, total)
        for blob in sorted(each for each in (state / "blobs").iterdir() if not each.name.startswith(".")):
            try:
                tar.add(blob, f"blobs/{blob.name}")
            except FileNotFoundError:
                continue  # its mail was removed meanwhile, as its time had come
            done(tar.offset, total)


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy, in one go: a state between two commits, and no writer waits."""
    try:
        source_uri = f"{source.as_uri()}?mode=ro"
        with closing(sqlite3.connect(source_uri, uri=True)) as one, closing(sqlite3.connect(target)) as two:
            one.backup(two)
            two.execute("PRAGMA journal_mode=DELETE")
            if (found := two.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                raise StoreUnavailable(f"{source} is damaged: {found}.")
    except sqlite3.Error as wrong:
        raise StoreUnavailable(f"{source} can not be copied: {wrong}.") from wrong


def _dump(database: str, whole: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise NoBackup("`pg_dump` is not installed here: it belongs to PostgreSQL (on Debian: postgresql-client).")
    url = sa.make_url(database).set(drivername="postgresql")
    # Whoever looks at the list of processes reads no password.
    environ = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    plain = url.set(password=None).render_as_string(hide_password=False)
    command = [program, "--format=custom", f"--file={whole}", f"--dbname={plain}"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    if ended.returncode:
        raise NoBackup(f"pg_dump failed: {' '.join(ended.stderr.split()) or ended.returncode}")


def _keep(whole: Path, file: Path) -> None:
    with whole.open("rb") as written:
        os.fsync(written.fileno())
    os.link(whole, file)  # fails where somebody has made one meanwhile
    sync_folder(file.parent)
