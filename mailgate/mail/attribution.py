"""Attribution lines: "On … wrote:", "Am … schrieb …:", on one line or wrapped over up to four.

Believed only with quote marks below, with an address in brackets and a date, or with the mark of the HTML: "On Monday
the server wrote:" is prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import re2

from mailgate.mail.evidence import Frame, addresses, has_address, numbers
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.phrases import Pattern, phrases

_MOST_LINES = 4
_LONGEST = 500
_WRAPPED_LENGTH = 50
_SIGNS = "-‐‑–—_"
_COLONS = frozenset(":：")
_DATE = "9"
"""As the first word of a pattern: it begins with a date and ends with an address, no word of any language."""


def attribution(lines: Sequence[Line], at: int) -> Frame | None:
    """The shortest run of lines from `at` on that reads like an attribution."""
    runs = _runs(lines, at)
    for opens in (True, False):
        for end, text in runs:
            if _matches(text, opens=opens) and (opens or _is_whole(text)):
                return None if _begins_later(lines, at, end, opens=opens) else _frame(lines, at, end, text)
    if runs and lines[at].origin is Origin.ATTRIBUTION:
        return _frame(lines, at, *runs[-1])
    return None


def beginnings(lines: Sequence[Line], end: int) -> range:
    """The lines in which an attribution that ends in line `end` may begin: none, where its last sign, or all words
    around it, are no attribution's. A cheap look, asked of every line; `attribution` is asked what it is."""
    if not _may_end(lines[end].bare):
        return range(0)
    window = lines[max(0, end - _MOST_LINES + 1) : end + 1]
    words = _folded(" ".join(line.bare for line in window if len(line.bare) <= _LONGEST))
    marked = any(line.origin is Origin.ATTRIBUTION for line in window)
    return range(end + 1 - len(window), end + 1) if marked or _any_word().search(words) else range(0)


def _may_end(bare: str) -> bool:
    return bare[-1:] in _COLONS or (bare[-1:] in _SIGNS and bare[-2:-1] in _SIGNS)


def _runs(lines: Sequence[Line], at: int) -> list[tuple[int, str]]:
    """(end, text) of the one to four lines from `at` on that end like an attribution."""
    found: list[tuple[int, str]] = []
    text = ""
    for end in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[end]
        if line.blank or line.depth != lines[at].depth or len(text) + len(line.bare) > _LONGEST:
            break
        text = f"{text} {line.bare}" if text else line.bare
        if _may_end(line.bare) and (normal := _closed(text)):
            found.append((end + 1, normal))
    return found


def _closed(text: str) -> str:
    """The text with one colon at its end and no signs around it, or empty where it does not end like an attribution."""
    inner = text.replace("：", ":").strip()
    if inner.endswith(":"):
        return inner.lstrip(_SIGNS + "* ").removesuffix(":").rstrip() + ":"
    without = inner.rstrip(_SIGNS)  # Zoho: "---- On … wrote ----"
    dated = len(inner) - len(without) >= 3 and numbers(without) > 1
    return without.lstrip(_SIGNS + " ").rstrip() + ":" if dated else ""


def _begins_later(lines: Sequence[Line], at: int, end: int, *, opens: bool) -> bool:
    """The first line is prose and the attribution stands below it: only long lines are wrapped."""
    first = lines[at].bare
    short = not opens and (len(first) < _WRAPPED_LENGTH or first.endswith((".", "!", "?"))) and not first.endswith("<")
    for start in range(at + 1, end):
        text = _closed(" ".join(line.bare for line in lines[start:end]))
        if _matches(text, opens=True) or (short and _is_whole(text) and _matches(text, opens=False)):
            return True
    return False


def _is_whole(text: str) -> bool:
    """Not the second half of a wrapped `Name <address>`."""
    return text.count("<") == text.count(">") and text.count('"') % 2 == 0


def _frame(lines: Sequence[Line], start: int, end: int, text: str) -> Frame:
    below = next_filled(lines, end)
    quoted = below < len(lines) and lines[below].quoted
    known = any(lines[place].origin is Origin.ATTRIBUTION for place in range(start, end))
    dated, addressed = numbers(text), has_address(text)
    believed = known or (quoted and (dated > 1 or addressed)) or (addressed and dated > 0)
    forward = any(words in text.casefold() for words in phrases().forwards)
    return Frame("attribution", start, end, believed, forward, (), addresses(text))


def _matches(text: str, *, opens: bool) -> bool:
    folded = _folded(text)
    first = (_DATE if folded[:1].isdigit() else folded[:1]) if opens else ""
    return any(_fits(folded, pattern) for pattern in _by_first_sign().get(first, ()))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _by_first_sign() -> dict[str, tuple[Pattern, ...]]:
    """The patterns that can begin a text with that sign are a few; under the empty one, those that begin with
    anything."""
    found: dict[str, list[Pattern]] = {}
    for pattern in phrases().attributions:
        found.setdefault(pattern.words[0][:1], []).append(pattern)
    return {sign: tuple(patterns) for sign, patterns in found.items()}


@cache
def _any_word() -> Any:
    """The longest word of each pattern, all in one expression: where none of them stands, no pattern need be tried."""
    fixed = ((word.rstrip(":") for word in each.words if word != _DATE) for each in phrases().attributions)
    return re2.compile("|".join(re2.escape(max(words, key=len)) for words in fixed))


def _fits(text: str, pattern: Pattern) -> bool:
    first, *middle, last = pattern.words
    if first == _DATE:
        return text[:1].isdigit() and text.endswith(last) and numbers(text) > 2
    if not _begins(text, first) or not _finishes(text, last):
        return False
    at, end = len(first), len(text) - len(last)
    for words in middle:
        at = _behind(text, words, at, end)
        if at < 0:
            return False
    return at <= end


def _begins(text: str, words: str) -> bool:
    return not words or (text.startswith(words) and not text[len(words) : len(words) + 1].isalnum())


def _finishes(text: str, words: str) -> bool:
    return text.endswith(words) and not (words[:1].isalnum() and text[-len(words) - 1 : -len(words)].isalnum())


def _behind(text: str, words: str, start: int, end: int) -> int:
    """The position behind `words` where they stand as words of their own, or -1."""
    at = text.find(words, start, end)
    while at >= 0:
        behind = at + len(words)
        if not text[at - 1 : at].isalnum() and not text[behind : behind + 1].isalnum():
            return behind
        at = text.find(words, at + 1, end)
    return -1
