"""Dates as people write them, in both languages: `24.12.`, `2026-12-24 14:00`, `tomorrow`, `fri`, `+3d`, `in 3 tagen`.

A day without a time is the end of the calendar's working day. A day and month without a year is the next such day, a
day of the week the next such day after today; hours and minutes count from now.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mailgate.errors import RefusedCommand
from mailgate.mail.words import clean_line
from mailgate.rules.hours import default_calendar, end_of_day, local, wall_clock
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
_AHEAD = re.compile(rf"(?:\+|in)\s*(?P<amount>[0-9]{{1,4}})\s*(?P<unit>[a-z]+){_TIME}")


@dataclass(frozen=True, slots=True)
class _Now:
    """Where and when the date is read."""

    settings: Settings
    calendar: str
    moment: datetime

    @property
    def today(self) -> date:
        return local(self.settings, self.calendar, self.moment)[0]


def moment_of(settings: Settings, text: str, now: datetime, calendar: str | None = None) -> datetime:
    """The moment a text names, in UTC. `calendar`: whose working days and time zone count; None: the usual one.

    Raises NoDate with a sentence where it names none, or one that has passed.
    """
    said = clean_line(text, _LONGEST)
    wanted = " ".join(fold(said).replace("\u00a0", " ").split()).strip(" \"',;!")
    here = _Now(settings, calendar or default_calendar(settings), now.astimezone(UTC))
    try:
        found = next((at for read in _READERS if (at := read(here, wanted)) is not None), None)
    except (ValueError, OverflowError):  # no such day, no such time
        found = None
    if found is None or found - here.moment > _FURTHEST:
        raise NoDate(_NO_DATE.filled(text=said))
    if found <= here.moment:
        raise NoDate(_PAST.filled(text=said))
    return found


def _german(here: _Now, wanted: str) -> datetime | None:
    return _of_day(here, match) if (match := _GERMAN.fullmatch(wanted)) else None


def _iso(here: _Now, wanted: str) -> datetime | None:
    return _of_day(here, match) if (match := _ISO.fullmatch(wanted)) else None


def _of_day(here: _Now, match: re.Match[str]) -> datetime:
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if year:
        return _at(here, date(int(year) + (2000 if len(year) == 2 else 0), month, day), match)
    # 29.2. may be four years away, and eight around 2100.
    years = range(here.today.year, here.today.year + 9)
    days = (each for each in (_day(year, month, day) for year in years) if each is not None)
    return next((at for each in days if (at := _at(here, each, match)) > here.moment), here.moment)


def _day(year: int, month: int, day: int) -> date | None:
    if (month, day) == (2, 29) and (year % 4 or (not year % 100 and year % 400)):
        return None
    return date(year, month, day)


def _named(here: _Now, wanted: str) -> datetime | None:
    match = _NAMED.fullmatch(wanted)
    if match is None:
        return None
    if match["word"] in _DAYS_AHEAD:
        return _at(here, here.today + timedelta(days=_DAYS_AHEAD[match["word"]]), match)
    if match["word"] in _WEEKDAYS:
        ahead = (_WEEKDAYS[match["word"]] - here.today.weekday() - 1) % 7 + 1
        return _at(here, here.today + timedelta(days=ahead), match)
    return None


def _ahead(here: _Now, wanted: str) -> datetime | None:
    match = _AHEAD.fullmatch(wanted)
    unit = _UNITS.get(match["unit"]) if match else None
    if match is None or unit is None:
        return None
    amount = int(match["amount"])
    if unit in (_MINUTES, _HOURS):
        return None if match["hour"] else here.moment + timedelta(**{unit: amount})
    return _at(here, here.today + timedelta(**{unit: amount}), match)


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
    return wall_clock(here.settings, here.calendar, day, timedelta(hours=hour, minutes=minute))


_READERS: tuple[Callable[[_Now, str], datetime | None], ...] = (_iso, _german, _ahead, _named)
