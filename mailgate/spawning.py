"""How a worker process is started: by exec, of the daemon's own version, with the configuration in force. `births.py`
has the faster way, and falls back on this one."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, Protocol

import mailgate
from mailgate.settings.model import Settings
from mailgate.slate import Slate
from mailgate.store.db import state_folder

DATABASE = "MAILGATE_DATABASE"
"""Environment variable of a worker: the daemon's database, whatever a changed configuration says. It may hold a
password, so it is no argument that everybody can see."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who a worker is to be: with the daemon's copy of its configuration, of that version, and its state folder."""

    folder: str
    name: str
    version: str
    state: str
    database: str

    def written(self) -> bytes:
        """As it is sent to another process."""
        return json.dumps(astuple(self)).encode()


class Process(Protocol):
    """A process of ours, however it came to be: what `subprocess.Popen` says of one."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it lives."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired."""

    def kill(self) -> None:
        """End it at once."""


Spawn = Callable[[str, Settings, Slate], Process]


def order(name: str, settings: Settings) -> Order:
    """What a worker has to know."""
    folder = str(Path(settings.folder).absolute())
    return Order(folder, name, settings.version, str(state_folder(settings)), settings.storage.database)


def ordered(written: bytes) -> Order:
    """What `written` says."""
    return Order(*json.loads(written))


def spawn(name: str, settings: Settings, slate: Slate) -> Process:
    """A new worker. It inherits the two pipes, its slate and stderr, and no socket of ours. Raises OSError."""
    wanted = order(name, settings)
    said = (str(slate.file), wanted.folder, wanted.name, wanted.version, wanted.state)
    process = subprocess.Popen(  # noqa: S603  our own program
        python("mailgate.worker", *said),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        pass_fds=[slate.file],
        env={**environ(), DATABASE: wanted.database},
    )
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)  # a full pipe must never stop the intake
    return process


def python(module: str, *said: str) -> tuple[str, ...]:
    """The command that runs a module of ours."""
    # -P: a file `email.py` where the daemon happens to be started is not ours.
    return (sys.executable, "-P", "-m", module, *said)


def environ() -> dict[str, str]:
    """Ours; a checkout that is not installed is found by its path, so that daemon and worker are of one version."""
    ours = str(Path(mailgate.__file__).parents[1])
    if ours in site.getsitepackages():
        return {**os.environ}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))}
