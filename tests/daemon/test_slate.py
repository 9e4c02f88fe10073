"""On which mail a worker is: its parent reads it from memory that both have, whatever became of the worker."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing

from mailgate.slate import Entry, Slate

WRITE_AND_DIE = """
import os, signal, sys
from mailgate.slate import Slate
Slate(int(sys.argv[1])).write(17, 5000, 2.5)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_worker_wrote_is_read_after_its_death() -> None:
    with closing(Slate.new()) as slate:
        command = [sys.executable, "-c", WRITE_AND_DIE, str(slate.file)]
        assert subprocess.run(command, pass_fds=[slate.file], check=False).returncode == -signal.SIGKILL
    assert slate.read() == Entry(17, 5000, 2.5)


def test_a_clean_slate_names_no_mail() -> None:
    with closing(Slate.new()) as slate:
        assert slate.read() is None
        slate.write(17, 5000, 2.5)
        slate.clear()
        assert slate.read() is None
