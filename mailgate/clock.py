"""The only place that asks what time it is. Everything else is handed a `Clock` or a time (UTC, aware)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


class Clock:
    """The time of the machine."""

    def now(self) -> datetime:
        """The time now: aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps: for durations only."""
        return time.monotonic()


@dataclass
class SetClock(Clock):
    """A clock that stands where it is put: for `explain --at` and for stories in tests."""

    at: datetime
    _monotonic: float = field(default=0.0)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, by: timedelta) -> None:
        """Let `by` pass."""
        self.at += by
        self._monotonic += by.total_seconds()
