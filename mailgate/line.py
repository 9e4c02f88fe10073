"""The parent's end of what joins it to one worker, for as long as that lives: the process, its two pipes, its slate."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailgate.bell import Bell
from mailgate.clock import Clock
from mailgate.slate import Entry, Slate
from mailgate.spawning import Process

GONE_WITHIN_SECONDS = 5.0


@dataclass(eq=False)
class Line:
    """Any thread may speak into it; one listens."""

    process: Process
    slate: Slate
    clock: Clock
    heard_at: float
    """When the worker last said something, or was told that it has its turn; monotonic."""
    condemned: str = ""
    """Why we ended it."""
    _bell: Bell = field(default_factory=Bell)
    _mouth: threading.Lock = field(default_factory=threading.Lock)
    """So that no word goes to a pipe that is just closed: its number may be a client's connection by then."""

    @property
    def pid(self) -> int | None:
        """None once it has ended."""
        return self.process.pid if self.process.poll() is None else None

    @property
    def at(self) -> Entry | None:
        """The mail it is on, or was on when it died; None for none."""
        return self.slate.read()

    @property
    def mail(self) -> int | None:
        """The number of that mail."""
        return at.mail if (at := self.at) else None

    @property
    def silent(self) -> float:
        """For how many seconds it has said nothing, and begun with no mail."""
        at = self.at
        return self.clock.monotonic() - max(self.heard_at, at.since if at else 0.0)

    def words(self) -> Iterator[str]:
        """What it says, until it is gone."""
        assert self.process.stdout is not None
        with open(self.process.stdout.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                self.heard_at = self.clock.monotonic()
                yield line.strip().decode()

    def tell(self, line: bytes) -> bool:
        """False when the pipe is full: it is full of `look`, so nothing is missed by leaving one out."""
        if self.process.stdin is None:
            return True
        with self._mouth:
            try:
                return self.process.stdin.closed or self.process.stdin.write(line) is not None
            except BrokenPipeError:
                return True  # it is ending; who listens notices

    def wake(self) -> None:
        """Something arrived: look now."""
        self._bell.ring(self.tell)

    def has_looked(self) -> None:
        """It is idle: whatever arrived since it was told to look is told again."""
        self._bell.looked(self.tell)

    def stop(self) -> None:
        """It may finish its batch."""
        if not self.tell(b"stop\n"):
            self._hang_up()

    def see_it_end(self) -> int:
        """It has closed its end: its exit code."""
        try:
            code = self.process.wait(GONE_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._hang_up()
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def _hang_up(self) -> None:
        with self._mouth:
            if self.process.stdin:
                self.process.stdin.close()
