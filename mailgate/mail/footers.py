"""Lines that programs write below somebody's words: the footers of mobile programs and of mailing lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import re2

from mailgate.mail.any_of import AnyOf
from mailgate.mail.folds import Fold
from mailgate.mail.frames import is_ruler
from mailgate.mail.lines import Line
from mailgate.mail.phrases import Pattern, phrases

_WORDS = 8
_LENGTH = 120
_REMARK_WORDS = 3
_LIST_LINES = 7
_SIGNS = "*_.! []。"
_OF_SENTENCES = frozenset(",;!?，；！？")
LIST = "footer of a list"
LINK = re.compile(r"\s{0,3}[<(]https?://[^\s<>()]{1,300}[>)]")


def list_footer(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """Mailman and others: a line of signs, then the name of the list and where to leave it."""
    for at in range(end - 1, max(start, end - _LIST_LINES) - 1, -1):
        if not (bare := lines[at].bare)[:1].isalnum() and (is_ruler(bare) or bare == "--"):
            folded = " ".join([line.bare for line in lines[at + 1 : end]]).casefold()[:2000]
            return Fold("disclaimer", at, end, LIST) if _lists().stands_in(folded) else None
    return None


@cache
def _lists() -> AnyOf:
    return AnyOf(phrases().lists)


def mobile_footer(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """One line, or two where it is wrapped."""
    last = [line.bare for line in lines[max(start, end - 2) : end]]
    # Asked of both at once: most mails end with none of these words.
    if not last or not _any_word().stands_in(" ".join(last).casefold()):
        return None
    for above in range(1, len(last) + 1):
        if is_footer(" ".join(last[-above:])):
            return Fold("signature", end - above, end, "footer of a mobile program")
    return None


def is_footer(text: str) -> bool:
    """ "Sent from my iPhone", in any language, with an excuse for being short or nothing but that."""
    if not text or len(text) > 2 * _LENGTH:
        return False
    folded = (LINK.sub("", text) if "://" in text else text).casefold().strip(_SIGNS)
    if not folded or not _any_word().stands_in(folded):  # of a link alone nothing is left
        return False
    at, words = min(((at, words) for words in phrases().remarks if (at := folded.find(words)) >= 0), default=(-1, ""))
    if at == 0:
        return not folded.endswith(("?", "？")) and len(folded[len(words) :].split()) <= _REMARK_WORDS
    sentence = folded[:at].rstrip(_SIGNS) if at > 0 else folded
    if len(sentence) > _LENGTH or not _OF_SENTENCES.isdisjoint(sentence):
        return False
    firsts, lasts = _edges()
    if not (sentence.startswith(firsts) or sentence.endswith(lasts)):
        return False
    return any(_fits(sentence, pattern) for pattern in phrases().footers)


@cache
def _edges() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How footers begin; and how those end that begin with anything."""
    footers = phrases().footers
    return tuple(each.words[0] for each in footers if each.opens), tuple(
        each.words[-1] for each in footers if not each.opens
    )


@cache
def _any_word() -> AnyOf:
    """All that makes a footer."""
    known = phrases()
    return AnyOf((*known.devices, *known.brands, *known.remarks))


@cache
def _brand() -> Any:
    """A brand at the beginning of a word."""
    return re2.compile("(?:^|[^0-9a-z])(?:" + "|".join(map(re2.escape, phrases().brands)) + ")")


def _fits(sentence: str, pattern: Pattern) -> bool:
    first, last = pattern.words[0], pattern.words[-1]
    if not (sentence.startswith(first) and sentence.endswith(last)):
        return False
    named = sentence[len(first) : len(sentence) - len(last)]
    if not 0 < len(named.split()) <= _WORDS:
        return False
    if first:
        return bool(_brand().search(named)) or any(device in named for device in phrases().devices)
    # Where the verb comes last, "the invoice was sent with Outlook" ends alike: the program begins the line.
    return any(found.start() <= _ARTICLE for found in [_brand().search(named)] if found)


_ARTICLE = 3
