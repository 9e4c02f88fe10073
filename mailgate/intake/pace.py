"""How slowly a client may send one message: `data_timeout` plus its size at `data_rate`, and no silence longer than
`command_timeout`. Bytes earn time only up to the size limit, so that the whole has an end. Times are seconds of the
loop's clock."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.settings.site import Limits


@dataclass
class Pace:
    """One message on its way."""

    limits: Limits
    started: float
    last: float
    came: int = 0

    def more(self, size: int, now: float) -> None:
        """`size` bytes came."""
        self.came += size
        self.last = now

    def left(self, now: float) -> float:
        """Seconds until the client is too slow, should nothing more come."""
        earned = min(self.came, self.limits.message_size) / max(self.limits.data_rate, 1)
        deadline = self.started + self.limits.data_timeout.plain.total_seconds() + earned
        return min(deadline, self.last + self.limits.command_timeout.plain.total_seconds()) - now
