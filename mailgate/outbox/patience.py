"""How long the sender waits for what, and how a relay rests: pauses that grow, and a rate it may not exceed."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

from mailgate.outbox.relays import Rate

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Patience:
    """Every deadline of delivery, in seconds."""

    command: float = 60
    """Connecting, and each command up to DATA."""
    data: float = 600
    """The answer to a whole letter (RFC 5321, 4.5.3.2.6)."""
    turn: float = 30
    """Waiting for a free connection; then the letter makes room for letters to other relays."""
    drain: float = 8
    """Finishing letters that are being handed over when we stop."""
    claim: float = 120
    """How long a claim holds without being renewed: what a crash costs."""
    gather: float = 0.5
    """Results are collected that long, to be written in one transaction."""
    poll: float = 5
    """Looking for due letters without being woken."""


class Pause:
    """The rest of one relay after it could not be used: longer each time, ended by the first letter it takes."""

    def __init__(self) -> None:
        self.reason = ""
        self._until = 0.0
        self._next = FIRST_PAUSE

    def left(self, now: float) -> float:
        """Seconds until it may be asked again; 0 when it may. `now` is monotonic."""
        return max(0.0, self._until - now)

    def begin(self, now: float, reason: str) -> None:
        """Rest from now on; several connections that fail together count once."""
        self.reason = reason
        if self.left(now):
            return
        self._until = now + self._next * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # spreads load, no secret
        self._next = min(self._next * 2, LONGEST_PAUSE)

    def end(self) -> None:
        """It works again."""
        self.reason, self._until, self._next = "", 0.0, FIRST_PAUSE


class Window:
    """Counts letters against a rate: never more than so many within any period."""

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._taken: deque[float] = deque()

    def left(self, now: float) -> float:
        """Seconds until there is room for one more letter; 0 when there is."""
        if self._rate is None:
            return 0.0
        begin = now - self._rate.period.total_seconds()
        while self._taken and self._taken[0] <= begin:
            self._taken.popleft()
        return self._taken[0] - begin if len(self._taken) >= self._rate.letters else 0.0

    def take(self, now: float) -> None:
        """One letter goes."""
        if self._rate is not None:
            self._taken.append(now)
