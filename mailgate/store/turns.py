"""Turns at `desk.db`: the daemon's writers go one after the other, first come first served.

SQLite's own lock is unfair: a busy writer can keep others out for seconds. The parent grants turns; a worker asks for
its turn over its pipe, and the parent's thread for that worker holds it on the worker's behalf, so that a turn comes
back when its holder dies. Within a turn: at most 50 ms or 50 mails.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A fair lock between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def take(self) -> None:
        """Wait until it is our turn."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        mine.wait()

    def give_back(self) -> None:
        """Let the next one in."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One turn, for the length of a `with`."""
        self.take()
        try:
            yield
        finally:
            self.give_back()
