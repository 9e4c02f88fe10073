"""The Date of a mail: an aware time, or none where no clock ever showed it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

_LONGEST = 100
_YEARS = range(1970, 2100)
_SURE_YEARS = range(1971, 2099)
# As nearly all mail has it (RFC 5322, 3.3). Read at one glance, and to the same end as by the standard library.
_USUAL = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) ([+-](?:0\d|1[0-4])[0-5]\d)(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}


def sent_at(value: str) -> datetime | None:
    """The time of a Date field (RFC 5322, 3.3 and 4.3), with its offset; without a known one in UTC. None where the
    value is no date, or one before 1970 or after 2099."""
    if len(value) > _LONGEST:
        return None
    try:
        if usual := _USUAL.fullmatch(value):
            day, month, year, hour, minute, second, offset = usual.groups()
            if int(year) in _SURE_YEARS:
                clock = int(hour), int(minute), int(second)
                return datetime(int(year), _MONTHS[month], int(day), *clock, tzinfo=_zone(offset))
        when = parsedate_to_datetime(value)
        # Both are asked: a year at the edge is lost when the offset is taken off.
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return aware if aware.astimezone(UTC).year in _YEARS else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


@lru_cache(maxsize=256)
def _zone(offset: str) -> timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)) if minutes else UTC
