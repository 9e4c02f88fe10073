"""A date whose month stands in words, or between strokes, as the figures that `dates.py` reads: `24. Dezember 2026` is
`24.12. 2026`. Whether there is such a day, and which year is meant, is not known here.
"""

from __future__ import annotations

import re

_WORDS = (
    "jan januar january jaenner",
    "feb februar february",
    "mar mrz maerz march",
    "apr april",
    "may mai",
    "jun juni june",
    "jul juli july",
    "aug august",
    "sep sept september",
    "oct okt oktober october",
    "nov november",
    "dec dez dezember december",
)
_MONTHS = {word: number for number, words in enumerate(_WORDS, 1) for word in words.split()}
_NAME = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?,?"
_DAY = r"(?<![0-9.:])(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\b\.?"
_DAY_FIRST = re.compile(rf"{_DAY}(?:\s?of)?\s?{_NAME}")
_NAME_FIRST = re.compile(rf"\b{_NAME}\s?{_DAY},?(?![0-9:])")
# 03/04/2026 is March in one country and April in another: only where one of both can be no month, the order is certain.
_STROKES = re.compile(r"(?<![0-9/])(?P<one>[0-9]{1,2})/(?P<other>[0-9]{1,2})/(?P<year>[0-9]{4})\b")


def in_figures(folded: str) -> str:
    """The text with its date as `24.12.`; unchanged where there is none of these. `folded`: by `vocabulary.fold`."""
    if found := _DAY_FIRST.search(folded) or _NAME_FIRST.search(folded):
        return _with(folded, found, f"{found['day']}.{_MONTHS[found['name']]}.")
    if (found := _STROKES.search(folded)) and (order := _order(int(found["one"]), int(found["other"]))):
        return _with(folded, found, f"{order[0]}.{order[1]}.{found['year']}")
    return folded


def _with(text: str, found: re.Match[str], figures: str) -> str:
    return f"{text[: found.start()]}{figures}{text[found.end() :]}"


def _order(one: int, other: int) -> tuple[int, int] | None:
    """Day and month."""
    if one > 12 or one == other:
        return one, other
    return (other, one) if other > 12 else None
