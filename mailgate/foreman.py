"""The parent's side of a worker: keep one alive, grant it turns, know its current mail, give strikes.

A thread for each worker reads its pipe. When a worker dies by itself (a limit, a crash; not a signal of ours and not
SIGKILL from outside), the mail it was on gets a strike; the rest of its batch goes back unchanged.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mailgate import log
from mailgate.clock import Clock
from mailgate.settings.model import Settings
from mailgate.store import claim
from mailgate.store.db import Store
from mailgate.store.turns import Turns

LOG = log.get("foreman")
HANGS_AFTER_SECONDS = 60.0
"""A worker that neither computes nor comes on: longer than any CPU limit, shorter than a lease."""
PAUSE_SECONDS = 0.5
NO_FAULT_OF_THE_MAIL = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 0)


@dataclass
class Foreman:
    """Keeps one worker process alive until `stop`."""

    name: str
    store: Store
    settings: Settings
    turns: Turns
    clock: Clock
    letters: Callable[[], None]
    """Called when a worker has queued letters."""
    _process: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _holds_turn: bool = False
    _current: int | None = None
    _since: float = 0.0

    def start(self) -> None:
        """Start the first worker."""
        self._thread = threading.Thread(target=self._keep_alive, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something arrived: look now."""
        self._tell(b"look\n")

    def stop(self, within: float) -> None:
        """Let it finish its batch: it stops when its pipe closes; after `within` seconds it is killed."""
        self._stopping.set()
        process = self._process
        if process and process.stdin:
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
            try:
                process.wait(within)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread:
            self._thread.join(within)

    def check(self) -> None:
        """A job: end a worker that hangs on one mail."""
        hangs = self._current is not None and self.clock.monotonic() - self._since > HANGS_AFTER_SECONDS
        if hangs and self._process:
            LOG.error("worker hangs", worker=self.name, mail=self._current)
            self._process.send_signal(signal.SIGABRT)

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            self._process = self._spawn()
            self._listen(self._process)
            self._after(self._process.wait())

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mailgate.worker", str(Path(self.settings.folder).absolute()), self.name]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)  # noqa: S603  our own program
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)  # a full pipe must never stop the intake
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._heard(line.strip().decode())

    def _heard(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "turn":
            self.turns.take()
            self._holds_turn = True
            while not self._tell(b"go\n"):
                time.sleep(0.01)  # it is reading its wake-up calls
        elif word == "done":
            self._give_back()
        elif word == "on":
            self._current, self._since = int(rest), self.clock.monotonic()
        elif word == "idle":
            self._current = None
        elif word == "letters":
            self.letters()

    def _after(self, code: int) -> None:
        """The worker is gone: its turn, its claims and, where it was to blame, its mail."""
        self._give_back()
        suspect, self._current = self._current, None
        with self.turns.turn(), self.store.transaction(self.settings, self.clock.now()) as tx:
            if suspect is not None and code not in NO_FAULT_OF_THE_MAIL:
                why = _what_ended_it(code)
                held = claim.strike(tx, suspect, why)
                LOG.error("worker died on a mail", worker=self.name, mail=suspect, why=why, held=held)
            claim.release(tx, self.name)
        if not self._stopping.is_set():
            time.sleep(PAUSE_SECONDS)

    def _give_back(self) -> None:
        if self._holds_turn:
            self._holds_turn = False
            self.turns.give_back()

    def _tell(self, line: bytes) -> bool:
        """False when the pipe is full: it is full of `look`, so nothing is missed by leaving one out."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            return True
        try:
            return process.stdin.write(line) is not None
        except (BrokenPipeError, ValueError):
            return True  # it is ending; `_listen` notices


def _what_ended_it(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "it took more CPU time than limits.mail_cpu"
    if code == -signal.SIGABRT:
        return f"it did not come on for {HANGS_AFTER_SECONDS:.0f} s"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
