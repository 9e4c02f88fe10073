"""Waking a worker when something arrives: one word for however many mails, until it has looked. A word for each would
cost more than taking the mail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Tell = Callable[[bytes], bool]
"""Says a line to the worker; False where its pipe is full."""


@dataclass
class Bell:
    """Of one worker. Rung and heard in different threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: bool = False
    """To look, and it has not said since then that it is idle."""
    _missed: bool = False
    """Something arrived after it was told: it may have looked before that."""

    def ring(self, tell: Tell) -> None:
        """Something arrived."""
        with self._lock:
            if self._told:
                self._missed = True
            else:
                self._told = tell(b"look\n")

    def looked(self, tell: Tell) -> None:
        """It is idle: it is told again where something arrived meanwhile."""
        with self._lock:
            self._told = self._missed and tell(b"look\n")
            self._missed = False
