"""The machine under a daemon: a disk that can be cut off, refuse or break, and a clock that jumps (`machine.c`)."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

HERE = Path(__file__).parent
PAGE = 4096
CONTROLS = ("clock_seconds", "fsync_fails", "full", "read_only", "fsync_milliseconds")
"""As `machine.c` has them."""


@cache
def _library() -> Path:
    """The compiled machine. Skips where there is no C compiler, loudly; with `CI=true` that is a failure."""
    if shutil.which("cc") is None:
        missing = "no C compiler: nothing is known about power cuts, broken disks and jumping clocks"
        assert not os.environ.get("CI"), missing
        pytest.skip(missing)
    made = Path(gettempdir()) / f"mailgate-machine-{os.getuid()}-{os.getpid()}.so"
    command = ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", str(made), str(HERE / "machine.c"), "-ldl"]
    subprocess.run(command, check=True)
    return made


class Machine:
    """Under whatever process gets its `environ`. `state` is the folder whose files lie on its disk."""

    def __init__(self, folder: Path, state: Path, *, durable: bool = False) -> None:
        """`durable`: what is fsynced is kept apart, for `cut`."""
        folder.mkdir(parents=True)
        self.state = state
        self.disk = folder / "disk"
        self.disk.mkdir()
        self._durable = durable
        self._control = folder / "control"
        self._set()

    @property
    def environ(self) -> dict[str, str]:
        disk = {"MACHINE_DISK": str(self.disk)} if self._durable else {}
        where = {"MACHINE_STATE": str(self.state.resolve()), "MACHINE_CONTROL": str(self._control)}
        return {"LD_PRELOAD": str(_library()), **where, **disk}

    # -- what goes wrong with it ---------------------------------------------------------------------------------------

    def works(self) -> None:
        """Everything is well, and the clock is right."""
        self._set()

    def clock_is_off_by(self, seconds: int) -> None:
        self._set(clock_seconds=seconds)

    def fsync_fails(self) -> None:
        self._set(fsync_fails=1)

    def is_full(self) -> None:
        self._set(full=1)

    def is_read_only(self) -> None:
        self._set(read_only=1)

    def is_slow(self, milliseconds: int) -> None:
        """So long each fsync takes."""
        self._set(fsync_milliseconds=milliseconds)

    def _set(self, **wrong: int) -> None:
        handle = os.open(self._control, os.O_RDWR | os.O_CREAT)
        os.pwrite(handle, struct.pack("5q", *(wrong.get(name, 0) for name in CONTROLS)), 0)
        os.close(handle)

    # -- power cut -----------------------------------------------------------------------------------------------------

    def cut(self, luck: random.Random | None) -> None:
        """Nobody writes any more: from now on the state folder is what the disk had. Of what was written and not
        fsynced each page is there or not, as luck will have it; without luck none is."""
        lost = self.state.with_name("lost")
        shutil.rmtree(lost, ignore_errors=True)
        self.state.rename(lost)
        self.state.mkdir(mode=0o700)
        self._restore(_birth_name(lost), lost, self.state, luck or _NoLuck())
        shutil.rmtree(self.disk)
        self.disk.mkdir()
        self._is_on_the_disk(self.state)

    def _is_on_the_disk(self, folder: Path) -> None:
        """All of it, after the restart."""
        listing = ""
        for each in folder.iterdir():
            name = _birth_name(each)
            listing += f"{name} {'d' if each.is_dir() else 'f'} {each.name}\n"
            if each.is_dir():
                self._is_on_the_disk(each)
            else:
                shutil.copyfile(each, self.disk / f"file-{name}")
        (self.disk / f"folder-{_birth_name(folder)}").write_text(listing)

    def _restore(self, name: str, lost: Path, folder: Path, luck: random.Random) -> None:
        listing = self.disk / f"folder-{name}"
        for line in listing.read_text().splitlines() if listing.exists() else ():
            inside, kind, called = line.split(" ", 2)
            if kind == "d":
                (folder / called).mkdir(mode=0o700)
                self._restore(inside, lost / called, folder / called, luck)
            else:
                self._restore_file(self.disk / f"file-{inside}", lost / called, folder / called, luck)

    def _restore_file(self, durable: Path, lost: Path, file: Path, luck: random.Random) -> None:
        kept = durable.read_bytes() if durable.exists() else b""
        newest = lost.read_bytes() if lost.exists() and luck.random() < 0.5 else kept
        size = luck.choice((len(kept), len(newest)))
        pages = (luck.choice((kept, newest))[at : at + PAGE].ljust(PAGE, b"\0") for at in range(0, size, PAGE))
        file.write_bytes(b"".join(pages)[:size])
        file.chmod(0o600)


class _NoLuck(random.Random):
    """Whatever was not fsynced is lost."""

    def random(self) -> float:
        return 0.9

    def choice(self, of: Any) -> Any:
        return of[0]


def _birth_name(path: Path) -> str:
    """As `machine.c` names it: by inode and birth, which Python does not tell."""
    said = subprocess.run(["stat", "--format=%i %W %w", str(path)], check=True, capture_output=True, text=True).stdout
    inode, seconds, birth = said.split(" ", 2)
    fraction = birth.partition(".")[2][:9]
    return f"{inode}-{seconds}-{int(fraction) if fraction.isdigit() else 0}"
