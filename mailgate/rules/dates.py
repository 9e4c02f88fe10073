"""Dates as people write them, in both languages: `24.12.`, `24 December`, `2026-12-24 14:00`, `tomorrow`, `fri`, `+3d`,
`in 3 tagen`.

A day without a time is the end of the calendar's working day; a time is one where the writer is. A day and month
without a year is the next such day, a day of the week the next such day after today; hours and minutes count from now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mailgate.errors import RefusedCommand
from mailgate.mail.words import clean_line
from mailgate.rules.hours import calendar_of, end_of_day, local_in, wall_clock_in
from mailgate.rules.months import in_figures
from mailgate.rules.vocabulary import fold
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings

_LONGEST = 60
_FURTHEST = timedelta(days=20 * 366)

_NO_DATE = Sentence(
    "'{text}' is no date; write 24.12., 2026-12-24 14:00, tomorrow, fri or +3d",
    "„{text}“ ist kein Datum; möglich sind 24.12., 2026-12-24 14:00, morgen, fr oder +3d",
)
_PAST = Sentence("'{text}' lies in the past", "„{text}“ liegt in der Vergangenheit")


class NoDate(RefusedCommand):
    """the text names no moment that is still to come"""


class PastDate(NoDate):
    """the moment has passed"""


_DAYS_AHEAD = {
    **dict.fromkeys(("today", "heute"), 0),
    **dict.fromkeys(("tomorrow", "morgen"), 1),
    **dict.fromkeys(("day after tomorrow", "uebermorgen"), 2),
}
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "mon monday mo montag",
            "tue tues tuesday di dienstag",
            "wed wednesday mi mittwoch",
            "thu thur thurs thursday do donnerstag",
            "fri friday fr freitag",
            "sat saturday sa samstag sonnabend",
            "sun sunday so sonntag",
        )
    )
    for word in words.split()
}
_MINUTES, _HOURS, _DAYS, _WEEKS = "minutes", "hours", "days", "weeks"
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), _MINUTES),
    **dict.fromkeys(("h", "hour", "hours", "std", "stunde", "stunden"), _HOURS),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), _DAYS),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), _WEEKS),
}

_TIME = (
    r"(?:\s*(?:,|t|at|um)?\s*(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?::[0-9]{2})?"
    r"\s*(?P<clock>uhr|h|am|pm)?)?"
)
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2}(?![0-9:.]))"
_GERMAN = re.compile(rf"(?P<day>[0-9]{{1,2}})\.\s?(?P<month>[0-9]{{1,2}})\.?(?:\s?{_YEAR})?{_TIME}")
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_TIME}")
_NAMED = re.compile(rf"(?:next|naechsten?|kommenden?|on|am|by|bis)?\s*(?P<word>day after tomorrow|[a-z]+){_TIME}")
_LED = re.compile(
    r"(?:(?:on|am|by|bis) )?(?:(?P<weekday>(?!(?:the|den)\b)[a-z]+)\.?,? )?(?:(?:the|den) )?(?P<figures>[0-9].*)"
)
_AHEAD = re.compile(rf"(?:\+|in)\s*(?P<amount>[0-9]{{1,4}})\s*(?P<unit>[a-z]+){_TIME}")


@dataclass(frozen=True, slots=True)
class _Now:
    """Where and when the date is read."""

    settings: Settings
    calendar: str
    timezone: str
    moment: datetime

    @property
    def today(self) -> date:
        return local_in(self.timezone, self.moment)[0]


_Day = tuple[date, re.Match[str]]
"""A day that may be meant, and the text as it was found, perhaps with a time of day."""


def moment_of(
    settings: Settings, text: str, now: datetime, calendar: str | None = None, timezone: str | None = None
) -> datetime:
    """The moment a text names, in UTC. `calendar`: whose working days count; None: the usual one. `timezone`: where its
    writer is; None: where the calendar is.

    Raises NoDate with a sentence where it names none, or one that has passed.
    """
    said, wanted = _cleaned(text)
    calendar, zone = calendar_of(settings, calendar)
    here = _Now(settings, calendar, timezone or zone, now.astimezone(UTC))
    try:
        found = _soonest(here, wanted)
    except (ValueError, OverflowError):  # no such day, no such time
        found = None
    if found is None or found - here.moment > _FURTHEST:
        raise NoDate(_NO_DATE.filled(text=said))
    if found <= here.moment:
        raise PastDate(_PAST.filled(text=said))
    return found


def begins_with_moment(
    settings: Settings, text: str, now: datetime, calendar: str | None = None, timezone: str | None = None
) -> tuple[datetime, str]:
    """The moment that the longest beginning of the text names, and the words behind it. Raises as `moment_of` does."""
    words = text.split()
    for end in range(len(words), 0, -1):
        try:
            return moment_of(settings, " ".join(words[:end]), now, calendar, timezone), " ".join(words[end:])
        except PastDate:
            raise
        except NoDate:
            continue
    return moment_of(settings, text, now, calendar, timezone), ""


def day_of(text: str, today: date, *, back: int = 0) -> date:
    """The day a text names, which holds no time. `back`: a day and month without a year may lie so many days behind.

    Raises NoDate with a sentence where it names none.
    """
    said, wanted = _cleaned(text)
    try:
        found = (day for day, match in _days(today, wanted, back) if match["hour"] is None)
        day = next((day for day in found if day >= today - timedelta(days=back) or _has_year(wanted)), None)
    except (ValueError, OverflowError):
        day = None
    if day is None or abs(day - today) > _FURTHEST:
        raise NoDate(_NO_DATE.filled(text=said))
    return day


def _cleaned(text: str) -> tuple[str, str]:
    """As it is shown, and as it is compared."""
    said = clean_line(text, _LONGEST)
    return said, in_figures(" ".join(fold(said).replace("\u00a0", " ").split()).strip(" \"',;!"))


def _soonest(here: _Now, wanted: str) -> datetime | None:
    """The first such moment that is still to come, else the one that has passed."""
    if at := _hours_ahead(here, wanted):
        return at
    last = None
    for day, match in _days(here.today, wanted):
        last = _at(here, day, match)
        if last > here.moment:
            break
    return last


def _days(today: date, wanted: str, back: int = 0) -> Iterator[_Day]:
    """Every day that may be meant, in order."""
    return next((days for read in _READERS if (days := read(today, wanted, back))), iter(()))


def _german(today: date, wanted: str, back: int) -> Iterator[_Day] | None:
    return _of_day(today, match, back) if (match := _GERMAN.fullmatch(wanted)) else None


def _iso(today: date, wanted: str, back: int) -> Iterator[_Day] | None:
    return _of_day(today, match, back) if (match := _ISO.fullmatch(wanted)) else None


def _of_day(today: date, match: re.Match[str], back: int) -> Iterator[_Day]:
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if year:
        yield date(int(year) + (2000 if len(year) == 2 else 0), month, day), match
        return
    # 29.2. may be four years away, and eight around 2100.
    first = today.year - 1 if back else today.year
    for each in range(first, today.year + 9):
        if found := _day(each, month, day):
            yield found, match


def _day(year: int, month: int, day: int) -> date | None:
    if (month, day) == (2, 29) and (year % 4 or (not year % 100 and year % 400)):
        return None
    return date(year, month, day)


def _has_year(wanted: str) -> bool:
    led = _LED.fullmatch(wanted)
    figures = led["figures"] if led else wanted
    found = _ISO.fullmatch(figures) or _GERMAN.fullmatch(figures)
    return found is not None and found["year"] is not None


def _led(today: date, wanted: str, back: int) -> Iterator[_Day] | None:
    """`Thu, 24.12.`: the day of the week has to be the one of that date, not of the same date in another year."""
    match = _LED.fullmatch(wanted)
    if match is None or match["weekday"] not in (None, *_WEEKDAYS):
        return None
    days = _iso(today, match["figures"], back) or _german(today, match["figures"], back)
    if days is None or match["weekday"] is None:
        return days
    near = today + timedelta(days=366)
    return (
        (day, found)
        for day, found in days
        if day.weekday() == _WEEKDAYS[match["weekday"]] and (found["year"] or day < near)
    )


def _named(today: date, wanted: str, back: int) -> Iterator[_Day] | None:
    match = _NAMED.fullmatch(wanted)
    if match is None:
        return None
    ahead = _DAYS_AHEAD.get(match["word"])
    if match["word"] in _WEEKDAYS:
        ahead = (_WEEKDAYS[match["word"]] - today.weekday() - 1) % 7 + 1
    return None if ahead is None else iter(((today + timedelta(days=ahead), match),))


def _ahead(today: date, wanted: str, back: int) -> Iterator[_Day] | None:
    match = _AHEAD.fullmatch(wanted)
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit not in (_DAYS, _WEEKS):
        return None
    return iter(((today + timedelta(**{unit: int(match["amount"])}), match),))


def _hours_ahead(here: _Now, wanted: str) -> datetime | None:
    match = _AHEAD.fullmatch(wanted)
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit not in (_MINUTES, _HOURS) or match["hour"]:
        return None
    return here.moment + timedelta(**{unit: int(match["amount"])})


def _at(here: _Now, day: date, match: re.Match[str]) -> datetime:
    """The time of that day, else the end of the working day."""
    if match["hour"] is None:
        return end_of_day(here.settings, here.calendar, day)
    hour, minute, clock = int(match["hour"]), int(match["minute"] or 0), match["clock"]
    if clock in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise ValueError("no such time")
        hour = hour % 12 + (12 if clock == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError("no such time")
    return wall_clock_in(here.timezone, day, timedelta(hours=hour, minutes=minute))


_READERS: tuple[Callable[[date, str, int], Iterator[_Day] | None], ...] = (_iso, _german, _ahead, _named, _led)
