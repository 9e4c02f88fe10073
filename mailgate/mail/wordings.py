"""Whether a line reads like one of the known attributions: their fixed words in order, anything in between.

A sign of an alphabet begins or ends a word only where no other stands beside it; the scripts of East Asia write without
spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from mailgate.mail.any_of import AnyOf
from mailgate.mail.evidence import numbers
from mailgate.mail.phrases import Pattern, phrases

_DATE = "9"
"""As the first word of a pattern: it begins with a date and ends with an address, no word of any language."""
_EAST_ASIAN = "\u2e80"
"""From this sign on the scripts have no spaces between words."""


def matches(text: str, *, opens: bool) -> bool:
    """Some pattern that begins with a fixed word (`opens`), or one that begins with anything, fits the whole text."""
    text = folded(text)
    return any(_fits(text, pattern) for pattern in (_by_beginning(text) if opens else _by_end(text)))


def may_match(text: str) -> bool:
    """A cheap look: where no word of any pattern stands, no pattern need be tried."""
    return _any_word().stands_in(folded(text))


def folded(text: str) -> str:
    """In small letters, with single spaces."""
    return " ".join(text.casefold().split())


def _by_beginning(text: str) -> Sequence[Pattern]:
    """The patterns that can begin a text with that sign are a few."""
    return _beginnings().get(_DATE if text[:1].isdigit() else text[:1], ())


def _by_end(text: str) -> Sequence[Pattern]:
    """Of those that begin with anything, the ones that end in the same word, or in no word at all."""
    words, lasts, ends = _ends()
    found = words.get(text.rpartition(" ")[2], ())
    if not text.endswith(lasts):
        return found
    return *found, *(pattern for word, pattern in ends if word in text and text.endswith(pattern.words[-1]))


@cache
def _beginnings() -> dict[str, tuple[Pattern, ...]]:
    return _grouped((each.words[0][:1], each) for each in phrases().attributions if each.opens)


@cache
def _ends() -> tuple[dict[str, tuple[Pattern, ...]], tuple[str, ...], tuple[tuple[str, Pattern], ...]]:
    """By the last word; and those that end in a sign or in a script without spaces: how they end, and each with its
    longest word."""
    free = [each for each in phrases().attributions if not each.opens]
    loose = [each for each in free if not _is_letter(each.words[-1][:1])]
    words = _grouped((each.words[-1].rpartition(" ")[2], each) for each in free if each not in loose)
    lasts = tuple(each.words[-1] for each in loose)
    return words, lasts, tuple((max(each.words, key=len), each) for each in loose)


def _grouped(patterns: Iterable[tuple[str, Pattern]]) -> dict[str, tuple[Pattern, ...]]:
    found: dict[str, list[Pattern]] = {}
    for key, pattern in patterns:
        found.setdefault(key, []).append(pattern)
    return {key: tuple(group) for key, group in found.items()}


@cache
def _any_word() -> AnyOf:
    """The longest word of each pattern."""
    fixed = ((word.rstrip(":") for word in each.words if word != _DATE) for each in phrases().attributions)
    return AnyOf(max(words, key=len) for words in fixed)


def _fits(text: str, pattern: Pattern) -> bool:
    first, *middle, last = pattern.words
    if first == _DATE:
        return text[:1].isdigit() and text.endswith(last) and numbers(text) > 2
    if not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    if _is_torn(text, at) or _is_torn(text, end):
        return False
    for words in middle:
        at = _behind(text, words, at, end)
        if at < 0:
            return False
    return at <= end


def _is_torn(text: str, at: int) -> bool:
    """This place lies inside a word."""
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(sign: str) -> bool:
    return sign.isalnum() and sign < _EAST_ASIAN


def _behind(text: str, words: str, start: int, end: int) -> int:
    """The position behind `words` where they stand as words of their own, or -1."""
    at = text.find(words, start, end)
    while at >= 0:
        behind = at + len(words)
        if not _is_torn(text, at) and not _is_torn(text, behind):
            return behind
        at = text.find(words, at + 1, end)
    return -1
