"""Words as people read them, in English and German: statuses, priorities, lights, dates, sizes.

A language we do not have reads English.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from mailgate.rules import lifecycle
from mailgate.rules.arguments import PRIORITY_WORDS
from mailgate.sentence import Sentence

Table = dict[str, Sentence]

_WAITING_FOR: Final[Table] = {
    "reporter": Sentence("waiting for the reporter", "wartet auf den Melder"),
    "statement": Sentence("waiting for a statement", "wartet auf eine Stellungnahme"),
    "part": Sentence("waiting for a part", "wartet auf ein Teilticket"),
    "other": Sentence("waiting for somebody else", "wartet auf jemand anderen"),
}

_LIGHT: Final[Table] = {
    "green": Sentence("green, in good time", "grün, gut in der Zeit"),
    "yellow": Sentence("yellow, time is getting short", "gelb, die Zeit wird knapp"),
    "red": Sentence("red, overdue", "rot, überfällig"),
}
_COLOUR: Final[Table] = {
    "green": Sentence("green", "grün"),
    "yellow": Sentence("yellow", "gelb"),
    "red": Sentence("red", "rot"),
}

_DAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
# fmt: off
_MONTHS: Final = {
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni",
           "Juli", "August", "September", "Oktober", "November", "Dezember"),
}
# fmt: on
_WHEN: Final = {
    "en": "{day}, {at.day} {month} {at.year}, {at:%H:%M}",
    "de": "{day}, {at.day}. {month} {at.year}, {at:%H:%M} Uhr",
}

_DAY: Final = {"en": "{day}, {at.day} {month} {at.year}", "de": "{day}, {at.day}. {month} {at.year}"}

_SIZE_UNITS: Final = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
"""Decimal, as file managers and web mailers count."""
_BYTES: Final = {"en": ("byte", "bytes"), "de": ("Byte", "Byte")}
_PICTURE: Final = Sentence("picture: {name}", "Bild: {name}")


def known(language: str) -> str:
    """The language whose words we have: itself, else English. `de-AT` is `de`."""
    short = language.lower().partition("-")[0]
    return short if short in _WHEN else "en"


def _word(table: Table, language: str, word: str) -> str:
    return table[word].in_language(language) if word in table else word


def status_words(status: str, language: str, waiting_for: str | None = None) -> str:
    """A status in words, such as "in progress"; with `waiting_for` also who is waited for."""
    if status == "waiting" and waiting_for:
        return _word(_WAITING_FOR, language, waiting_for)
    return _word(lifecycle.WORDS, language, status)


def priority_words(priority: str, language: str) -> str:
    """A priority in words: "high", "hoch"."""
    return _word(PRIORITY_WORDS, language, priority)


def light_words(light: str, language: str) -> str:
    """What a colour means: "red, overdue". Empty where the light is off."""
    return _word(_LIGHT, language, light) if light not in ("", "off") else ""


def colour_words(light: str, language: str) -> str:
    """A colour alone: "red", "rot". Empty where the light is off."""
    return _word(_COLOUR, language, light) if light not in ("", "off") else ""


def when_words(when: datetime, language: str, timezone: str) -> str:
    """ "Monday, 23 November 2026, 11:00" in that zone. `when` is aware."""
    at, spoken = when.astimezone(ZoneInfo(timezone)), known(language)
    return _WHEN[spoken].format(day=_DAYS[spoken][at.weekday()], month=_MONTHS[spoken][at.month - 1], at=at)


def day_words(day: date, language: str) -> str:
    """ "Monday, 23 November 2026"."""
    spoken = known(language)
    return _DAY[spoken].format(day=_DAYS[spoken][day.weekday()], month=_MONTHS[spoken][day.month - 1], at=day)


def month_words(day: date, language: str) -> str:
    """ "November 2026"."""
    return f"{_MONTHS[known(language)][day.month - 1]} {day.year}"


def weekday_words(number: int, language: str) -> str:
    """ "Monday" for 0."""
    return _DAYS[known(language)][number]


def weekday_sentence(number: int) -> Sentence:
    """A day of the week in both languages, 0 for Monday."""
    return Sentence(weekday_words(number, "en"), weekday_words(number, "de"))


def day_sentence(day: date) -> Sentence:
    """A day in both languages."""
    return Sentence(day_words(day, "en"), day_words(day, "de"))


def when_sentence(when: datetime, timezone: str) -> Sentence:
    """A moment in both languages, in that zone."""
    return Sentence(when_words(when, "en", timezone), when_words(when, "de", timezone))


def minutes_words(minutes: int) -> str:
    """ "45 min", "1 h 30 min": the same in both languages."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "")))


def picture_words(name: str, language: str) -> str:
    """What plain text says where a picture stood: "picture: plan.png"."""
    return _PICTURE.in_language(language).replace("{name}", name)


def size_words(size: int, language: str) -> str:
    """A size in bytes as people say it: "310 kB", "1.2 MB" ("1,2 MB" in German)."""
    for factor, unit in _SIZE_UNITS:
        # Half a step below the unit it would already be rounded up to "1000" of the smaller one.
        if size >= factor - factor // 2000:
            shown = f"{size / factor:.1f}" if size < 9.95 * factor else f"{size / factor:.0f}"
            number = shown.removesuffix(".0")
            return f"{number.replace('.', ',') if known(language) == 'de' else number} {unit}"
    return f"{size} {_BYTES[known(language)][size != 1]}"
