"""Opening hours: what a calendar of the configuration says, day by day, as moments in UTC.

A wall-clock time that a change of the clock skips is the moment of the change; one that comes twice is the first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import metadata
from typing import Final
from zoneinfo import ZoneInfo

from mailgate.settings.calendars import days, span
from mailgate.settings.service import Calendar

HOLIDAYS: Final[str] = metadata.version("holidays")
"""By which edition of the public holidays we count."""
Span = tuple[datetime, datetime]
Hours = tuple[tuple[timedelta, timedelta], ...]
"""Opening and closing on one day, as wall-clock time since midnight; in order, not touching."""

_MOST_DAYS = 4096
"""So many days of a calendar are remembered; a search goes over three years."""
_A_YEAR = 2026  # any: it only shows whether the country and its part are known


@dataclass(frozen=True, slots=True)
class Opening:
    """A calendar, read."""

    zone: ZoneInfo
    week: tuple[Hours, ...]
    """From Monday on."""
    closed: frozenset[date]
    holidays: str | None
    _seen: dict[date, tuple[Span, ...]] = field(default_factory=dict, compare=False, repr=False)

    def local(self, moment: datetime) -> tuple[date, timedelta]:
        """Date and time of day there."""
        wall = moment.astimezone(self.zone).replace(tzinfo=None)
        return wall.date(), wall - datetime.combine(wall.date(), time())

    def local_once(self, moment: datetime) -> tuple[date, timedelta]:
        """As `local`, but while the clock shows what it has shown before: that day, and the time at which it goes on
        (up to 24:00), so that what is later is never shown as earlier."""
        there = moment.astimezone(self.zone)
        day, time_of_day = self.local(moment)
        return day, time_of_day + _rest_of_fold(there) if there.fold else time_of_day

    def works_on(self, day: date) -> bool:
        """Is it open at all on that day?"""
        return bool(self._hours(day))

    def spans(self, day: date) -> tuple[Span, ...]:
        """Opening and closing moments of that day, in UTC and in order."""
        found = self._seen.get(day)
        if found is None:
            if len(self._seen) >= _MOST_DAYS:
                self._seen.clear()
            moments = ((self.moment(day, opens), self.moment(day, closes)) for opens, closes in self._hours(day))
            found = self._seen[day] = tuple((begin, end) for begin, end in moments if begin < end)
        return found

    def moment(self, day: date, time_of_day: timedelta) -> datetime:
        """That wall-clock time as a moment in UTC."""
        wall = datetime.combine(day, time()) + time_of_day
        at = wall.replace(tzinfo=self.zone).astimezone(UTC)
        skipped = at.astimezone(self.zone).replace(tzinfo=None) != wall
        return _end_of_gap(wall, self.zone) if skipped else at

    def _hours(self, day: date) -> Hours:
        if day in self.closed or (self.holidays and day in _holidays(self.holidays, day.year)):
            return ()
        return self.week[day.weekday()]


def _rest_of_fold(there: datetime) -> timedelta:
    """How long the clock, set back a while ago, still shows what it has shown before."""
    # PEP 495: fold=0 is the first time that it showed this, by the offset before the change.
    now, first = there.astimezone(UTC), there.replace(fold=0).astimezone(UTC)
    changed = _first_second(first, now, lambda at: at.astimezone(there.tzinfo).utcoffset() == there.utcoffset())
    return changed + (now - first) - now


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock jumps over that wall-clock time: the first whose wall clock is not before it."""
    # PEP 495: in a gap, fold=1 counts by the offset after the change and so lies before it; fold=0 the other way.
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    return _first_second(before, after, lambda at: at.astimezone(zone).replace(tzinfo=None) >= wall)


def _first_second(before: datetime, after: datetime, reached: Callable[[datetime], bool]) -> datetime:
    """The first second, of those behind `before` and up to `after`, that has reached it."""
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(datetime.fromtimestamp(middle, UTC)) else (middle, high)
    return datetime.fromtimestamp(high, UTC)


def read_calendar(calendar: Calendar, site_timezone: str) -> Opening:
    """The calendar, ready to count with. Raises ValueError with a sentence about what is wrong in it."""
    hours = tuple((days, tuple(spans)) for days, spans in calendar.open.items())
    return _read(calendar.timezone or site_timezone, hours, calendar.holidays, calendar.closed)


@lru_cache(maxsize=64)
def _read(
    timezone: str, hours: tuple[tuple[str, tuple[str, ...]], ...], off: str | None, closed: tuple[date, ...]
) -> Opening:
    if off is not None:
        _holidays(off, _A_YEAR)
    return Opening(_zone(timezone), _week(hours), frozenset(closed), off)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # Besides ZoneInfoNotFoundError (a KeyError) a name may be no path of a file, or that of a folder.
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone '{name}'; write it like Europe/Berlin") from None


def _week(hours: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Hours, ...]:
    """The hours of each day; a day named by several keys is open at all their times."""
    week: list[list[tuple[timedelta, timedelta]]] = [[] for _ in range(7)]
    for key, spans in hours:
        named = days(key)
        if named is None:
            raise ValueError(f"'{key}' names no days; write mon-fri, sat,sun or mon")
        for day in named:
            week[day].extend(_open(text) for text in spans)
    return tuple(_merged(spans) for spans in week)


def _open(text: str) -> tuple[timedelta, timedelta]:
    made = span(text)
    if isinstance(made, str):
        raise ValueError(made)
    return timedelta(minutes=made.begins), timedelta(minutes=made.ends)


def _merged(spans: list[tuple[timedelta, timedelta]]) -> Hours:
    """In order, with overlapping and touching ones joined."""
    merged: list[tuple[timedelta, timedelta]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return tuple(merged)


@lru_cache(maxsize=256)
def _holidays(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country (`DE`) or a part of it (`DE-BY`) in that year."""
    import holidays  # calendars of all religions, 11 MiB: only where they are asked for

    country, _, part = code.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        raise ValueError(f"no holidays are known for '{code}'; write a country and a part of it, like DE-BY") from None
