"""When a letter that could not be delivered is tried again, and when we give up (RFC 5321, 4.5.4.1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""After the first, second, … attempt; the last one goes on."""
_GIVE_UP_AFTER = timedelta(days=5)
"""RFC 5321, 4.5.4.1: the give-up time generally needs to be at least 4–5 days."""
_JITTER_PERCENT = 10
"""A pause is up to this much longer, so that what failed together does not come back together."""
LONGEST_PAUSE = _PAUSES[-1] * (1 + _JITTER_PERCENT / 100)


def next_attempt(attempts: int, first: datetime, now: datetime) -> datetime | None:
    """When to try again after `attempts` (1, 2, …) failed ones, the first at `first`; None: give up.

    The same arguments always give the same time. The last attempt falls on the very end of the five days.
    """
    end = first + _GIVE_UP_AFTER
    if now >= end:
        return None
    pause = _PAUSES[min(max(attempts, 1), len(_PAUSES)) - 1]
    return min(now + pause + pause * _jitter(attempts, first), end)


def _jitter(attempts: int, first: datetime) -> float:
    """A fraction from 0 to a tenth, fixed for this attempt of this letter."""
    return crc32(f"{attempts} {first.isoformat()}".encode()) % 1000 / 1000 * _JITTER_PERCENT / 100
