"""Disclaimers below a writer's words, and the warnings that mail servers write above them.

Both are told by known words, and only by more than anybody says himself: whatever asks is neither, and of a paragraph
that says something first, only what follows is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from mailgate.mail.any_of import AnyOf
from mailgate.mail.folds import Fold
from mailgate.mail.lines import Line
from mailgate.mail.phrases import phrases

_ENOUGH_HINTS = 4
_ENOUGH_REGISTERS = 2
_PARAGRAPH_LENGTH = 6000
_WRAPPED_LENGTH = 50
_BANNER_LENGTH = 400
_LABEL_LENGTH = 30
_LONG_PHRASE = 4
_DENSE = "\u2e80"
_SIGNS = "*_.! []()<>#=-–—:\"'⚠️【】※！：。"
_ASKING = ("?", "？")
_DISCLAIMER = "known words of a disclaimer"


def disclaimer(lines: Sequence[Line], start: int, end: int, *, titled: bool, signed: Callable[[], bool]) -> Fold | None:
    """The last paragraph, or its end. `titled`: another one stands below it, so that a title alone counts; `signed`:
    whether somebody has closed with his name above it, so that two registers of his company do."""
    top, folded = _paragraph(lines, start, end)
    if top == end:
        return None
    if titled and folded.strip(" *:-_") in phrases().disclaimer_titles:
        return Fold("disclaimer", top, end, _DISCLAIMER)
    if not _disclaims(folded, signed=signed):
        return None
    return Fold("disclaimer", _beginning(lines, top, end), end, _DISCLAIMER)


def _paragraph(lines: Sequence[Line], start: int, end: int) -> tuple[int, str]:
    top, length = end, 0
    while top > start and length < _PARAGRAPH_LENGTH and (bare := lines[top - 1].bare):
        top -= 1
        length += len(bare)
    return top, " ".join([line.bare for line in lines[top:end]]).casefold()[:_PARAGRAPH_LENGTH]


def _disclaims(folded: str, *, signed: Callable[[], bool]) -> bool:
    known = phrases()
    if not _any_words().stands_in(folded) or any(sign in folded for sign in _ASKING):
        return False
    if any(words in folded for words in known.disclaimers):
        return True
    if any(sum(words in folded for words in language) >= _ENOUGH_HINTS for language in known.disclaimer_hints):
        return True
    registered = any(sum(words in folded for words in each) >= _ENOUGH_REGISTERS for each in known.registers)
    return registered and signed()


@cache
def _any_words() -> AnyOf:
    """All that proves a disclaimer."""
    known = phrases()
    several = [words for language in (*known.disclaimer_hints, *known.registers) for words in language]
    return AnyOf((*known.disclaimers, *several))


def _beginning(lines: Sequence[Line], top: int, end: int) -> int:
    """The line its first sentence with known words begins in; what stands above that in the paragraph is his."""
    for at in range(top, end - 1):
        pair = f"{lines[at].bare} {lines[at + 1].bare}".casefold()
        titled = lines[at].bare.casefold().strip(" *:-_") in phrases().disclaimer_titles
        if (
            titled
            or _any_words().stands_in(lines[at].bare.casefold())
            or (_any_words().stands_in(pair) and _is_wrapped(lines, at))
        ):
            while at > top and _is_wrapped(lines, at - 1):
                at -= 1
            return at
    return end - 1 if _any_words().stands_in(lines[end - 1].bare.casefold()) else top


def _is_wrapped(lines: Sequence[Line], at: int) -> bool:
    """The sentence of this line goes on in the next one."""
    bare = lines[at].bare
    return len(bare) >= _WRAPPED_LENGTH and not bare.endswith((".", "!", ":", "。"))


def warnings_above(lines: Sequence[Line], start: int, end: int) -> tuple[Fold, ...]:
    """Warnings that mail servers write above the words ("this email originated from outside")."""
    filled = [at for at in range(start, min(end, start + 8)) if lines[at].bare][:3]
    if not _any_banner().stands_in(" ".join([lines[at].bare[:_BANNER_LENGTH] for at in filled]).casefold()):
        return ()  # all three were asked at once: most mails have no warning
    return tuple(
        Fold("disclaimer", at, at + 1, "warning of a mail server") for at in filled if is_banner(lines[at].bare)
    )


@cache
def _any_banner() -> AnyOf:
    return AnyOf(phrases().banners)


def is_banner(bare: str) -> bool:
    """A line that mail servers add above a mail from outside: it begins with the warning, or with a word of warning
    and a sign. Of a short one nothing else stands there: anybody may write about "external mail"."""
    folded = bare[:_BANNER_LENGTH].casefold()
    found = _any_banner().stands_in(folded)
    if not found or folded.endswith(_ASKING):
        return False
    return any(_warns(folded, words) for words in phrases().banners)


def _warns(folded: str, words: str) -> bool:
    at = folded.find(words)
    if at < 0:
        return False
    before, behind = folded[:at].rstrip(), folded[at + len(words) :]
    if words.startswith("aka.ms/"):
        return True
    dense = words[0] >= _DENSE  # a language without blanks
    near = len(before) <= _LABEL_LENGTH and (dense or before[-1:] in _SIGNS)
    labelled = near or not before.strip(_SIGNS)
    is_long = dense or len(words.split()) >= _LONG_PHRASE
    return labelled and (is_long or not behind.strip(_SIGNS))
