"""The parent's side of a worker: keep one alive, grant it turns, know its current mail, give strikes.

A thread for each worker reads its pipe. When a worker dies by itself (a limit, a crash; not a signal of ours), the mail
it was on gets a strike; the rest of its batch goes back unchanged. Whatever goes wrong here is logged and tried again:
without its foreman nobody would work.
"""

from __future__ import annotations

import os
import signal
import site
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import mailgate
from mailgate import log
from mailgate.clock import Clock
from mailgate.desk import change
from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.shift import Ending
from mailgate.store import claim
from mailgate.store.db import Store
from mailgate.store.turns import Turns

LOG = log.get("foreman")
HANGS_AFTER_SECONDS = 60.0
"""A worker that says nothing so long, though it is not waiting for its turn: an idle one speaks every two seconds, and
a mail has its limit of CPU time (where that is longer than usual, four times it)."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
GONE_WITHIN_SECONDS = 5.0
KILLS_TO_BLAME = 3
"""A kill from outside says nothing about the mail; so many in a row on the same one are the kernel out of memory."""
NO_FAULT_OF_THE_MAIL = (Ending.done, Ending.store, Ending.configuration, -signal.SIGTERM, -signal.SIGINT)


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
    hangs_after: float = 0.0
    """Seconds; 0: by `limits.mail_cpu`."""
    _process: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None
    _birth: threading.Lock = field(default_factory=threading.Lock)
    """So that no worker is born after `stop`."""
    _mouth: threading.Lock = field(default_factory=threading.Lock)
    """So that no word goes to a pipe that is just closed: its number may be a client's connection by then."""
    _stopping: threading.Event = field(default_factory=threading.Event)
    _holds_turn: bool = False
    _waits_for_turn: bool = False
    _current: int | None = None
    _heard_at: float = 0.0
    _hung: bool = False
    _kills: tuple[int, int] = (0, 0)
    """The mail that the worker was on when it was last killed from outside, and how often in a row."""
    _pause: float = FIRST_PAUSE_SECONDS

    def __post_init__(self) -> None:
        cpu = self.settings.limits.mail_cpu.plain.total_seconds()
        self.hangs_after = self.hangs_after or max(HANGS_AFTER_SECONDS, 4 * cpu)

    def start(self) -> None:
        """Start the first worker."""
        self._thread = threading.Thread(target=self._keep_alive, name=self.name, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Of the worker that lives now."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def wake(self) -> None:
        """Something arrived: look now."""
        self._tell(b"look\n")

    def stop(self, within: float) -> None:
        """Let it finish its batch; after `within` seconds it is killed."""
        with self._birth:
            self._stopping.set()
            process = self._process
        if process:
            if not self._tell(b"stop\n"):
                self._hang_up(process)
            try:
                process.wait(within)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread:
            self._thread.join(within + GONE_WITHIN_SECONDS)

    def kill(self) -> None:
        """End it at once; one kill is not its mail's fault."""
        if process := self._process:
            process.kill()

    def check(self) -> None:
        """A job: end a worker that hangs."""
        silent = self.clock.monotonic() - self._heard_at
        if self.pid and not self._waits_for_turn and silent > self.hangs_after:
            LOG.error("worker hangs", worker=self.name, mail=self._current, seconds=round(silent))
            self._hung = True
            self._process.kill()  # type: ignore[union-attr]  # it has a pid; a stopped process obeys no other signal

    # -- in the thread -------------------------------------------------------------------------------------------------

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = self._one_life()
            except Exception:  # loop of the foreman: without it no mail would be handled
                LOG.exception("a worker could not be looked after; another follows", worker=self.name)
                pause = self._longer()
            self._stopping.wait(pause)

    def _one_life(self) -> float:
        """Start a worker, listen to it until it is gone, put its things in order; seconds until the next one."""
        process = self._spawn()
        if process is None:
            return 0.0
        try:
            self._listen(process)
        except BaseException:
            process.kill()
            raise
        finally:
            why = self._blame(self._see_it_end(process))
            self._settle(why)
        return 0.0 if why else self._longer()

    def _longer(self) -> float:
        """Each pause is longer than the last, until a worker has done something."""
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE_SECONDS)
        return pause

    def _see_it_end(self, process: subprocess.Popen[bytes]) -> int:
        try:
            code = process.wait(GONE_WITHIN_SECONDS)  # it has closed its end of the pipe
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        self._hang_up(process)
        if process.stdout:
            process.stdout.close()
        return code

    def _hang_up(self, process: subprocess.Popen[bytes]) -> None:
        with self._mouth:
            if process.stdin:
                process.stdin.close()

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """A new worker; None when we are stopping. It inherits the two pipes and stderr, and no socket of ours."""
        folder = str(Path(self.settings.folder).absolute())
        # -P: a file `email.py` where the daemon happens to be started is not ours.
        command = [sys.executable, "-P", "-m", "mailgate.worker", folder, self.name, self.settings.version]
        with self._birth:
            if self._stopping.is_set():
                return None
            self._current, self._hung, self._heard_at = None, False, self.clock.monotonic()
            process = subprocess.Popen(  # noqa: S603  our own program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=_environ()
            )
            assert process.stdin is not None
            os.set_blocking(process.stdin.fileno(), False)  # a full pipe must never stop the intake
            self._process = process
        return process

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with open(process.stdout.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                self._heard_at = self.clock.monotonic()
                self._heard(line.strip().decode())

    def _heard(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "turn":
            self._grant_turn()
        elif word == "done":
            self._give_back()
        elif word == "on":
            self._current = int(rest)
        elif word == "idle":
            self._current, self._pause = None, FIRST_PAUSE_SECONDS
        elif word == "letters":
            self.letters()

    def _grant_turn(self) -> None:
        self._waits_for_turn = True
        self.turns.take()
        self._holds_turn, self._heard_at = True, self.clock.monotonic()
        self._waits_for_turn = False
        while not self._tell(b"go\n"):
            time.sleep(0.01)  # it is reading its wake-up calls

    def _give_back(self) -> None:
        if self._holds_turn:
            self._holds_turn = False
            self.turns.give_back()

    def _tell(self, line: bytes) -> bool:
        """False when the pipe is full: it is full of `look`, so nothing is missed by leaving one out."""
        process = self._process
        if process is None or process.stdin is None:
            return True
        with self._mouth:
            try:
                return process.stdin.closed or process.stdin.write(line) is not None
            except BrokenPipeError:
                return True  # it is ending; `_listen` notices

    def _settle(self, why: str | None) -> None:
        """The worker is gone: give back its turn and its claims; its mail gets a strike where there is a `why`. Tried
        until it is written."""
        self._give_back()
        while True:
            try:
                self._write_down(why)
            except StoreUnavailable as wrong:
                LOG.error("what a worker left can not be written", worker=self.name, why=str(wrong))
                if self._stopping.wait(FIRST_PAUSE_SECONDS):
                    return  # the next start gives its mails back
            else:
                return

    def _write_down(self, why: str | None) -> None:
        with self.turns.turn(), self.store.transaction(self.settings, self.clock.now()) as tx:
            if why is not None and self._current is not None:
                held = claim.strike(tx, self._current, why)
                LOG.error("worker died on a mail", worker=self.name, mail=self._current, why=why, held=held)
                if held:
                    tx.mail = self._current
                    change.record(tx, change.WITHOUT_TICKET, "rule:error", "held", why=why)
            claim.release(tx, self.name)

    def _blame(self, code: int) -> str | None:
        """Why the mail that the worker was on is to blame; None where it is not."""
        if self._current is None or code in NO_FAULT_OF_THE_MAIL:
            return None
        if self._hung:
            return f"it did not come on for {self.hangs_after:.0f} s"
        if code == -signal.SIGKILL:
            mail, times = self._kills
            self._kills = (self._current, times + 1 if mail == self._current else 1)
            return f"it was killed {KILLS_TO_BLAME} times in a row" if self._kills[1] % KILLS_TO_BLAME == 0 else None
        return _what_ended_it(code)


def _environ() -> dict[str, str]:
    """Ours; a checkout that is not installed is found by its path, so that daemon and worker are of one version."""
    ours = str(Path(mailgate.__file__).parents[1])
    if ours in site.getsitepackages():
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))}


def _what_ended_it(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "it took more CPU time than limits.mail_cpu"
    if code == Ending.memory:
        return "it needed more memory than limits.mail_memory"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
