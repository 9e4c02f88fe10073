"""Working time: when a promise made at some moment falls due in a calendar. Pure arithmetic, exact over both changes
of the clock; reading the calendar is `opening.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from mailgate.rules.opening import Opening, Span, read_calendar
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Duration
from mailgate.settings.service import Calendar

_ALWAYS = "always"
_AROUND_THE_CLOCK = Calendar(open={"mon-sun": ("00:00-24:00",)})
_FURTHEST = 3 * 366
"""Days that are searched: a calendar that is never open must not be searched for ever."""


def answer_by(settings: Settings, calendar: str | None, start: datetime, promise: Duration) -> datetime:
    """When what is promised at `start` (aware) falls due, in UTC.

    In a calendar, s, m and h are open time, `Nd` is N working days later at the same time of day, and a start outside
    the opening hours counts from the next opening. `always` is built in; None is plain time. Raises ValueError with
    a sentence where there is no such calendar or it opens too rarely within three years.
    """
    start = start.astimezone(UTC)
    if calendar is None:
        return start + promise.plain
    opening = _opening(settings, calendar)
    try:
        begin = _next_open(opening, start)
        if promise.unit == "d":
            return _next_open(opening, _days_later(opening, begin, promise.amount))
        return _after_open_time(opening, begin, promise.plain)
    except LookupError:
        raise ValueError(f"calendar {calendar} is not open for {promise} within three years") from None


def later(settings: Settings, calendar: str | None, start: datetime, wanted: timedelta) -> datetime:
    """When so much open time has passed since `start`, in UTC; None: plain time. Nothing: at the next opening. Raises
    ValueError as `answer_by`."""
    start = start.astimezone(UTC)
    if calendar is None:
        return start + wanted
    opening = _opening(settings, calendar)
    try:
        return _after_open_time(opening, _next_open(opening, start), wanted)
    except LookupError:
        raise ValueError(f"calendar {calendar} is not open for {wanted} within three years") from None


def open_time(settings: Settings, calendar: str | None, start: datetime, end: datetime) -> timedelta:
    """How long the calendar is open between two moments; None: plain time. Nothing where the end is not behind the
    start."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta()
    if calendar is None:
        return end - start
    total = timedelta()
    for begin, close in _spans(_opening(settings, calendar), start, (end - start).days + 3):
        if begin >= end:
            break
        total += min(close, end) - max(begin, start)
    return total


def part_way(settings: Settings, calendar: str | None, start: datetime, end: datetime, share: Fraction) -> datetime:
    """The moment at which this share of the open time between two moments has passed; never behind the end, and the
    end itself where there is none between them."""
    whole = open_time(settings, calendar, start, end)
    part = timedelta(microseconds=int(whole // timedelta(microseconds=1) * share))
    return min(later(settings, calendar, start, part), end.astimezone(UTC)) if whole else end.astimezone(UTC)


def is_open(settings: Settings, calendar: str, moment: datetime) -> bool:
    """Whether the calendar is open at that moment. Raises ValueError with a sentence where there is none such."""
    opening = _opening(settings, calendar)
    day, _ = opening.local(moment)
    return any(begin <= moment < close for begin, close in opening.spans(day))


def works_on(settings: Settings, calendar: str, day: date) -> bool:
    """Whether the calendar opens at all on that day. Raises ValueError with a sentence where there is none such."""
    return _opening(settings, calendar).works_on(day)


def default_calendar(settings: Settings) -> str:
    """The calendar that is meant where none is named: `office`, else the only one there is, else the built-in
    `always`."""
    names = tuple(settings.calendars)
    return "office" if "office" in names else names[0] if len(names) == 1 else _ALWAYS


def end_of_day(settings: Settings, calendar: str, day: date) -> datetime:
    """When the calendar closes on that day, in UTC; on a day on which it stays closed: when it closes latest in a week.
    Raises ValueError with a sentence where there is no such calendar."""
    opening = _opening(settings, calendar)
    if spans := opening.spans(day):
        return spans[-1][1]
    latest = max((closes for hours in opening.week for _, closes in hours), default=timedelta(days=1))
    return opening.moment(day, latest)


def calendar_of(settings: Settings, name: str | None) -> tuple[str, str]:
    """The calendar, the usual one where none is named, and the time zone it is in. Raises ValueError with a sentence
    where there is none such."""
    found = name or default_calendar(settings)
    return found, _opening(settings, found).zone.key


def local_in(timezone: str, moment: datetime) -> tuple[date, timedelta]:
    """Date and time of day in that time zone."""
    return _anywhere(timezone).local(moment)


def wall_clock_in(timezone: str, day: date, time_of_day: timedelta) -> datetime:
    """That wall-clock time in that time zone, in UTC."""
    return _anywhere(timezone).moment(day, time_of_day)


def _anywhere(timezone: str) -> Opening:
    return read_calendar(_AROUND_THE_CLOCK, timezone)


def _opening(settings: Settings, name: str) -> Opening:
    calendar = settings.calendars.get(name) or (_AROUND_THE_CLOCK if name == _ALWAYS else None)
    if calendar is None:
        raise ValueError(f"there is no calendar {name}")
    return read_calendar(calendar, settings.site.timezone)


def _spans(opening: Opening, start: datetime, most: int = _FURTHEST) -> Iterator[Span]:
    """The opening times that end after `start`, in UTC and in order, for so many days."""
    first, _ = opening.local(start)
    for days in range(most):
        yield from (span for span in opening.spans(first + timedelta(days=days)) if span[1] > start)


def _next_open(opening: Opening, moment: datetime) -> datetime:
    """That moment where the calendar is open, else the next opening."""
    for begin, _ in _spans(opening, moment):
        return max(begin, moment)
    raise LookupError


def _after_open_time(opening: Opening, begin: datetime, wanted: timedelta) -> datetime:
    for opens, closes in _spans(opening, begin):
        opens = max(opens, begin)
        if opens + wanted <= closes:
            return opens + wanted
        wanted -= closes - opens
    raise LookupError


def _days_later(opening: Opening, begin: datetime, days: int) -> datetime:
    """The same time of day on the working day that is `days` further on."""
    first, time_of_day = opening.local_once(begin)
    worked = 0
    if not days:
        return begin
    for ahead in range(1, _FURTHEST):
        day = first + timedelta(days=ahead)
        worked += opening.works_on(day)
        if worked == days:
            return opening.moment(day, time_of_day)
    raise LookupError
