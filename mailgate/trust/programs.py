"""The programs of the system that verify signatures: run alone, in a folder of their own that is gone afterwards, with
nothing of ours in their environment, no network to ask, and a time to be done in."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mailgate.sentence import Sentence

SECONDS: Final = 20
"""A signature takes a twentieth of one; a machine under load many times that."""
PROGRAMS: Final = {"OpenPGP": "gpg", "S/MIME": "openssl"}
"""What verifies which kind."""

_MISSING = Sentence(
    "the program {name}, which verifies it, is not installed",
    "das Programm {name}, das sie prüft, ist nicht installiert",
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a program ended, and what it wrote to stdout and stderr. `code` is None where it was not done in time or
    could not be started."""

    code: int | None
    out: str = ""
    err: str = ""


@cache
def found(name: str) -> str | None:
    """Where a program is, looked for once in the life of this process."""
    return shutil.which(name)


def missing(name: str) -> Sentence:
    """That it is not there."""
    return _MISSING.filled(name=name)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder that nobody else may look into."""
    with TemporaryDirectory(prefix="mailgate-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def run(folder: Path, program: str, arguments: Sequence[str]) -> Said:
    """Run it there."""
    path = found(program)
    if path is None:
        return Said(None)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "GNUPGHOME": str(folder),
        "OPENSSL_CONF": os.devnull,
        "LC_ALL": "C",
        "TZ": "UTC",
    }
    try:
        with subprocess.Popen(  # noqa: S603  # no shell, and every argument is ours or a path in our own folder
            [path, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        ) as process:
            return _said(process)
    except OSError:
        return Said(None)


def _said(process: subprocess.Popen[bytes]) -> Said:
    """What it says in time; else it is ended, with whatever it has started."""
    try:
        written = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return Said(None)
    return Said(process.returncode, *(each.decode("utf-8", "replace") for each in written))
