"""The date in the header block of a mail that was passed on, as programs write it in the languages of their users.

A month in words, or figures whose order is beyond doubt: 03/04/2026 is March in one country and April in another, and
counts as no date. Nothing here raises, and every expression is bounded.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from mailgate.mail.dates import sent_at

_LONGEST = 100

# The first letters that tell the months apart, by their number; without accents, in lower case.
_MONTHS: tuple[tuple[int, str], ...] = (
    (1, "jan janv gen ene sty jän led sij tam ian oca янв січ jaan ιαν"),
    (2, "feb fév fev lut úno velj hel şub фев лют veeb φεβ"),
    (3, "mar mär mrz maa mrt bře ožu márc már мар бер mart märts μαρ"),
    (4, "apr avr abr kwi dub huh ápr nis апр кві απρ"),
    (5, "may mai mag mei maj kvě svi tou máj май мая тра μαΐ μάι"),
    (6, "jun juin giu cze čvn červn kes jún iun haz июн чер juun ιουν"),
    (7, "jul juil lug lip čvc červenc hei júl iul tem июл лип juul ιουλ"),
    (8, "aug aoû aou ago sie srp kol elo ağu авг сер αυγ"),
    (9, "sep set wrz zář ruj syy szep eyl сен вер σεπ"),
    (10, "oct okt ott out paź říj lok eki окт жов οκτ"),
    (11, "nov lis stu marras noi kas ноя лис νοε"),
    (12, "dec dez déc dic gru pro jou ara дек гру dets δεκ"),
)
# Longer beginnings first: "juin" and "juil" before "jui", "juil" before "jul".
_MONTH_OF = {word: month for month, words in _MONTHS for word in words.split()}
_BEGINNINGS = sorted(_MONTH_OF.items(), key=lambda each: -len(each[0]))

# The year first: in Hungarian and with the words for year, month and day of Chinese, Japanese and Korean.
_YEAR_FIRST = re.compile(r"\b(\d{4})(?:年|년|\.)\s?(\d{1,2})(?:月|월|\.)\s?(\d{1,2})(?:日|일|\.)")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_FIGURES = re.compile(r"\b(\d{1,2})([./])\s?(\d{1,2})\2\s?(\d{4})\b")
_YEAR = re.compile(r"\b(?:19[789]|20\d)\d\b")
_DAY = re.compile(r"(?<![\d:])(\d{1,2})(?![\d:])")
_WORD = re.compile(r"[^\W\d_]{3,12}")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?::\d{2})?\s{0,2}([ap]\.?\s?m\.?)?(?![\d.])", re.IGNORECASE)
# Danish, Norwegian and Finnish programs write points between all figures of the clock.
_POINTED_CLOCK = re.compile(r"\bklo?\.?\s(\d{1,2})\.(\d{2})(?:\.\d{2})?()(?!\d)", re.IGNORECASE)
_HALF_BEFORE = re.compile(r"(上午|午前|오전|下午|午後|오후)\s?$")
_AFTERNOONS = ("下午", "午後", "오후")
_OFFSET = re.compile(r"(?:GMT|UTC|\s)([+-])(\d{1,2}):?(\d{2})?\b")
_HOURS = {
    "GMT": 0, "UTC": 0, "WET": 0, "MEZ": 1, "CET": 1, "SEČ": 1, "WEST": 1, "BST": 1, "MESZ": 2, "CEST": 2, "SELČ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "JST": 9, "KST": 9, "BRT": -3, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7,
}  # fmt: skip
_ZONES = re.compile(rf"\b({'|'.join(_HOURS)})\b")


def written_date(value: str, zone: tzinfo) -> datetime | None:
    """The moment in UTC, or None where no day and clock can be read. `zone`: of the reader's clock, where none is
    said."""
    value = value.replace("\u202f", " ").replace("\xa0", " ").replace("*", "").strip()
    if len(value) > _LONGEST:
        return None
    clock, day = _POINTED_CLOCK.search(value) or _CLOCK.search(value), None
    if clock is not None:
        day = _day(f"{value[: clock.start()]} {value[clock.end() :]}")
    if clock is None or day is None:
        return None
    try:
        local = datetime(*day, *_of_day(clock, value), tzinfo=_said_zone(value) or zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def field_date(value: str, zone: tzinfo) -> datetime | None:
    """A date as a program shows it, or as a header field writes it (RFC 5322, 3.3)."""
    exact = sent_at(value) if re.search(r"[+-]\d{4}\b", value[:_LONGEST]) else None
    return exact.astimezone(UTC) if exact else written_date(value, zone)


def _day(value: str) -> tuple[int, int, int] | None:
    if found := _ISO.search(value) or _YEAR_FIRST.search(value):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _FIGURES.search(value):
        return _ordered(int(found[1]), int(found[3]), int(found[4]), dotted=found[2] == ".")
    year, month = _YEAR.search(value), _month(value)
    if year is None or month is None:
        return None
    day = _DAY.search(value.replace(year[0], " "))
    return (int(year[0]), month, int(day[1])) if day else None


def _ordered(first: int, second: int, year: int, *, dotted: bool) -> tuple[int, int, int] | None:
    """With dots the day is always first; with strokes only the figures tell."""
    if dotted or first > 12 or first == second:
        return year, second, first
    return (year, first, second) if second > 12 else None


def _month(value: str) -> int | None:
    """Of the words that begin like a month the last: "mar." is a Tuesday in Romance languages, and stands first."""
    found = [
        month
        for word in _WORD.findall(value.casefold())
        if (month := next((number for begins, number in _BEGINNINGS if word.startswith(begins)), None))
    ]
    return found[-1] if found else None


def _of_day(clock: re.Match[str], value: str) -> tuple[int, int]:
    hour, half = int(clock[1]), (clock[3] or "")[:1].lower()
    if before := _HALF_BEFORE.search(value[: clock.start()]):
        half = "p" if before[1] in _AFTERNOONS else "a"
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(clock[2])


def _said_zone(value: str) -> tzinfo | None:
    if found := _OFFSET.search(value):
        hours = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-hours if found[1] == "-" else hours)
    named = _ZONES.search(value)
    return timezone(timedelta(hours=_HOURS[named[1]])) if named else None
