"""`#away FROM..UNTIL [DEPUTY]`: the days of an absence as people write them, and who stands in.

`24.12..31.12.`, `24.12. bis 31.12.`, `24.-31.12.`, `tomorrow..fri ben`, `until friday`, or one single day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from mailgate.errors import RefusedCommand
from mailgate.rules.dates import NoDate, day_of
from mailgate.rules.vocabulary import fold
from mailgate.sentence import Sentence

_BACK = 31
"""Days: who is away already may have been so for a while."""
_LONGEST = timedelta(days=366)
_HALF_A_YEAR = timedelta(days=183)
"""Nobody means next year's end without saying so: `31.12..24.12.` is a slip."""

# Mail programs make one sign of three dots, and a dash of two hyphens.
_TO = re.compile(r"\s*(?:\.{2,3}|…|–|—|--|\s-\s|(?<=\.)-(?=\d)|\b(?:until|till|to|bis zum|bis)\b)\s*", re.IGNORECASE)
_FROM = re.compile(r"(?:from|von|vom|ab)\s+", re.IGNORECASE)
_DEPUTY = re.compile(
    r"[,;:]*\s*(?:deputy|represented by|vertretung(?: durch)?|vertreter(?:in)?|vertreten durch)?\s*[:=]?\s*",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(r"(?P<day>\d{1,2})\.?")

_NO_DAYS = Sentence(
    "'{text}' does not say from when until when; write 24.12..31.12. or tomorrow..fri, and behind it who stands in",
    "„{text}“ sagt nicht, von wann bis wann; möglich sind 24.12..31.12. oder morgen..fr, dahinter die Vertretung",
)
_BACKWARDS = Sentence("'{text}' ends before it begins", "„{text}“ endet, bevor es beginnt")
_OVER = Sentence("'{text}' is over already", "„{text}“ ist schon vorbei")
_TOO_LONG = Sentence("'{text}' is longer than a year", "„{text}“ ist länger als ein Jahr")


class NoDays(RefusedCommand):
    """the text names no days that somebody could be away"""


@dataclass(frozen=True, slots=True)
class Away:
    """First and last day, both included; `deputy` as written, empty where nobody is named."""

    first: date
    last: date
    deputy: str = ""


def read_away(text: str, today: date) -> Away:
    """Raises NoDays with a sentence where the text names none, or such as can not be."""
    said = " ".join(text.split())
    found = _between(said, today) or _single(said, today)
    if found is None:
        raise NoDays(_NO_DAYS.filled(text=said))
    for is_wrong, why in _WRONG:
        if is_wrong(found, today):
            raise NoDays(why.filled(text=said))
    return found


_WRONG: tuple[tuple[Callable[[Away, date], bool], Sentence], ...] = (
    (lambda it, today: it.last < it.first, _BACKWARDS),
    (lambda it, today: it.last < today, _OVER),
    (lambda it, today: it.last - it.first > _LONGEST, _TOO_LONG),
)


def _between(said: str, today: date) -> Away | None:
    for mark in _TO.finditer(said):
        begins = _FROM.sub("", said[: mark.start()], count=1).strip()
        if last := _leading_day(said[mark.end() :], partial(_last, begins, today)):
            (first, until), rest = last
            return Away(first, until, _deputy(rest))
    return None


def _single(said: str, today: date) -> Away | None:
    found = _leading_day(_FROM.sub("", said, count=1), lambda words: (day := day_of(words, today), day))
    return Away(*found[0], _deputy(found[1])) if found else None


def _leading_day(text: str, read: Callable[[str], tuple[date, date]]) -> tuple[tuple[date, date], str] | None:
    """What the longest beginning of the text names, and the words behind it."""
    words = text.split()
    for end in range(len(words), 0, -1):
        try:
            return read(" ".join(words[:end])), " ".join(words[end:])
        except NoDate:
            continue
    return None


def _last(begins: str, today: date, words: str) -> tuple[date, date]:
    """First and last day: `fri` behind a day of next week is the Friday after that."""
    last = day_of(words, today)
    if alone := _DAY_ALONE.fullmatch(begins):
        return _same_month(last, int(alone["day"]), begins), last
    first = day_of(begins, today, back=_BACK) if begins else today
    later = last if last >= first else day_of(words, first - timedelta(days=1))
    return first, (later if later - first < _HALF_A_YEAR or later == last else last)


def _same_month(last: date, day: int, text: str) -> date:
    try:
        return last.replace(day=day)
    except ValueError:
        raise NoDate(_NO_DAYS.filled(text=text)) from None


def _deputy(rest: str) -> str:
    found = _DEPUTY.match(rest)
    name = rest[found.end() :] if found else rest
    return "" if fold(name) in ("", "-") else name.strip(" .,;")
