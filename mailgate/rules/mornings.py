"""When the digest goes out: at `digest.at`, by the wall clock of its calendar, on days on which that works. Pure.

Without a calendar of its own it takes `office` where there is one, else `always` (CONTRACT 4).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from mailgate.rules import hours
from mailgate.settings.model import Settings

_USUAL, _ALWAYS = "office", "always"
_FURTHEST = 3 * 366
"""Days that are searched: a calendar that is never open must not be searched for ever."""


def calendar(settings: Settings) -> str:
    """The name of the digest's calendar."""
    return settings.digest.calendar or (_USUAL if _USUAL in settings.calendars else _ALWAYS)


def day_of(settings: Settings, moment: datetime) -> date:
    """Which day it is there."""
    return hours.local_in(zone(settings), moment)[0]


def zone(settings: Settings) -> str:
    """The time zone whose wall clock counts."""
    return hours.calendar_of(settings, calendar(settings))[1]


def at(settings: Settings, day: date) -> datetime:
    """The moment of the digest on that day, in UTC, whether it works then or not."""
    return hours.wall_clock_in(zone(settings), day, _time_of_day(settings.digest.at))


def due_on(settings: Settings, now: datetime) -> date | None:
    """The day whose digest is due now: its moment has come, and the calendar has not closed for that day. Whoever
    comes late, at ten, still has it; after the close it would be tomorrow's news."""
    day = day_of(settings, now)
    if not hours.works_on(settings, calendar(settings), day):
        return None
    begins = at(settings, day)
    return day if begins <= now < _closes(settings, day, begins) else None


def _closes(settings: Settings, day: date, begins: datetime) -> datetime:
    """Where the digest comes when the calendar has closed already, the day itself is the limit."""
    closes = hours.end_of_day(settings, calendar(settings), day)
    return closes if closes > begins else hours.wall_clock_in(zone(settings), day + timedelta(days=1), timedelta())


def next_at(settings: Settings, after: datetime) -> datetime | None:
    """The first such moment behind `after`; None where there is none within three years."""
    first = day_of(settings, after)
    for ahead in range(_FURTHEST):
        day = first + timedelta(days=ahead)
        if hours.works_on(settings, calendar(settings), day) and (moment := at(settings, day)) > after:
            return moment.astimezone(UTC)
    return None


def _time_of_day(text: str) -> timedelta:
    """`08:00` since midnight; the configuration was checked."""
    at, _, minutes = text.partition(":")
    return timedelta(hours=int(at), minutes=int(minutes))


def is_working_time(settings: Settings, now: datetime) -> bool:
    """Whether the digest's calendar is open now."""
    return hours.is_open(settings, calendar(settings), now)
