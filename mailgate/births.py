"""The daemon's side of the nursery (`nursery.py`): a worker is there in milliseconds instead of a second of CPU time.

Nothing depends on it: where the kernel lets nobody adopt, or the nursery has ended or does not answer, a worker is
started by exec, and the nursery too for the next one.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import IO

from mailgate import kinship, log
from mailgate.settings.model import Settings
from mailgate.slate import Slate
from mailgate.spawning import Process, environ, order, python, spawn

LOG = log.get("foreman")
ANSWERS_WITHIN_SECONDS = 20.0
"""The first time it has to import everything before; afterwards it takes milliseconds."""
FIRST_LOOK_SECONDS, LAST_LOOK_SECONDS = 0.001, 0.05


@dataclass(eq=False)
class Born:
    """A worker whom the nursery has brought forth and this process has adopted: how it ended is told to us alone."""

    pid: int
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None
    _code: int | None = None
    _looking: threading.Lock = field(default_factory=threading.Lock)
    """So that nobody signals a number that is somebody else's by then."""

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it lives."""
        with self._looking:
            if self._code is None:
                self._code = _ended(self.pid)
            return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended. Raises subprocess.TimeoutExpired."""
        waited, pause = 0.0, FIRST_LOOK_SECONDS
        while (code := self.poll()) is None:
            if timeout is not None and waited >= timeout:
                raise subprocess.TimeoutExpired("a worker", timeout)
            time.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, LAST_LOOK_SECONDS)
        return code

    def kill(self) -> None:
        """End it at once."""
        with self._looking:
            if self._code is None:
                os.kill(self.pid, signal.SIGKILL)


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def line() -> tuple[socket.socket, socket.socket]:
    """Between a daemon, who has the first end, and its nursery."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(ANSWERS_WITHIN_SECONDS)
    return ours, theirs


class Nursery:
    """Of one daemon. Any thread may ask for a worker; they are born one after the other."""

    def __init__(self, process: Process | None = None, line: socket.socket | None = None) -> None:
        """Without a process it is started at the first order."""
        self._process = process
        self._line = line
        self._asking = threading.Lock()

    def spawn(self, name: str, settings: Settings, slate: Slate) -> Process:
        """A new worker. It inherits two pipes, its slate and stderr, and no socket of ours. Raises OSError."""
        with self._asking:
            if kinship.adopts_grandchildren():
                try:
                    return self._born(order(name, settings).written(), slate)
                except (OSError, ValueError) as wrong:
                    LOG.warning("the nursery does not answer", worker=name, why=str(wrong))
                    self._end()
        return spawn(name, settings, slate)

    def check(self) -> None:
        """Have it ready again where it has ended, before somebody needs it."""
        if self._process and self._process.poll() is not None and self._asking.acquire(blocking=False):
            try:
                self._there()
            except OSError as wrong:
                LOG.warning("the nursery can not be started", why=str(wrong))
            finally:
                self._asking.release()

    def close(self) -> None:
        """No worker is born any more. Those who live stay."""
        with self._asking:
            self._end()

    def _born(self, wanted: bytes, slate: Slate) -> Born:
        line = self._there()
        incoming, say = os.pipe()
        hear, outgoing = os.pipe()
        try:
            socket.send_fds(line, [wanted], [incoming, outgoing, slate.file])
            pid = int(line.recv(100))  # nothing: it has ended
        except BaseException:
            os.close(say)
            os.close(hear)
            raise
        finally:
            os.close(incoming)
            os.close(outgoing)
        os.set_blocking(say, False)  # a full pipe must never stop the intake
        return Born(pid, open(say, "wb", buffering=0), open(hear, "rb", buffering=0))

    def _there(self) -> socket.socket:
        """The line to a nursery that lives."""
        if self._line and self._process and self._process.poll() is None:
            return self._line
        self._end()
        ours, theirs = line()
        command = python("mailgate.nursery", str(theirs.fileno()), str(os.getpid()))
        with theirs:
            self._line = ours
            self._process = subprocess.Popen(  # noqa: S603  our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environ(),
            )
        return ours

    def _end(self) -> None:
        if self._line:
            self._line.close()
        if self._process:
            self._process.kill()  # it holds nothing
            self._process.wait()
        self._line = self._process = None
