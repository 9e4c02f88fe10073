"""The Date of a mail: an aware time, or none where no clock ever showed it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 100
_YEARS = range(1970, 2100)


def sent_at(value: str) -> datetime | None:
    """The time of a Date field (RFC 5322, 3.3 and 4.3), with its offset; without a known one in UTC. None where the
    value is no date, or one before 1970 or after 2099."""
    if len(value) > _LONGEST:
        return None
    try:
        when = parsedate_to_datetime(value)
        # Both are asked: a year at the edge is lost when the offset is taken off.
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return aware if aware.astimezone(UTC).year in _YEARS else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
