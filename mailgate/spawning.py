"""How a worker process is started: by exec, of the daemon's own version, with the configuration in force."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path

import mailgate
from mailgate.settings.model import Settings
from mailgate.store.db import state_folder

DATABASE = "MAILGATE_DATABASE"
"""Environment variable of a worker: the daemon's database, whatever a changed configuration says. It may hold a
password, so it is no argument that everybody can see."""


def spawn(name: str, settings: Settings) -> subprocess.Popen[bytes]:
    """A new worker. It inherits the two pipes and stderr, and no socket of ours. Raises OSError."""
    folder = str(Path(settings.folder).absolute())
    # -P: a file `email.py` where the daemon happens to be started is not ours.
    command = [sys.executable, "-P", "-m", "mailgate.worker"]
    command += [folder, name, settings.version, str(state_folder(settings))]
    process = subprocess.Popen(  # noqa: S603  our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=_environ(settings)
    )
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)  # a full pipe must never stop the intake
    return process


def _environ(settings: Settings) -> dict[str, str]:
    """Ours; a checkout that is not installed is found by its path, so that daemon and worker are of one version."""
    environ = {**os.environ, DATABASE: settings.storage.database}
    ours = str(Path(mailgate.__file__).parents[1])
    if ours not in site.getsitepackages():
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    return environ
