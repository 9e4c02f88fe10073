"""Signatures, footers of mobile programs and disclaimers at the end of a writer's words, and warnings above them.

Whatever asks or is long is no signature. Greeting and name always stay with the words. That a line of a signature looks
like a command is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import re2

from mailgate.mail.folds import Fold
from mailgate.mail.frames import is_ruler
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.phrases import phrases

_DELIMITERS = frozenset(("--", "–", "—", "- -"))  # RFC 3676, 4.3; programs eat the space or join the dashes
_MOST_FOLDS = 12
_MOST_LINES = 15
_MOST_BLANK = 8
_WIDEST = 100
_ENOUGH_HINTS = 4
_ENOUGH_REGISTERS = 2
_SENTENCE = 5
_NAME_WORDS = 4
_FOOTER_WORDS = 6
_FOOTER_LENGTH = 120
_PARAGRAPH_LENGTH = 6000
_BANNER_LENGTH = 400
_LINK = re.compile(r"\s{0,3}[<(]https?://[^\s<>()]{1,300}[>)]")
_CONTACT = re.compile(
    r"\b(?:tel|telefon|fon|phone|fax|mobil|mobile|cell)\b|\+\d|\bgmbh\b|\bag\b|\bltd\b|\binc\b|"
    r"\bllc\b|\bhrb\b|\b\d{5} |stra(?:ß|ss)e\b|str\. ?\d",
    re.IGNORECASE,
)


def closing_folds(lines: Sequence[Line], start: int, end: int, *, unmarked: bool, writer: str = "") -> tuple[Fold, ...]:
    """What ends the words in lines `start` to `end`. `unmarked`: also signatures without a `--` line, below closing
    words or the name of the `writer`."""
    own = _names(writer)
    found: list[Fold] = []
    for _ in range(_MOST_FOLDS):
        end = _trimmed(lines, start, end)
        fold = (
            _disclaimer(lines, start, end, titled=bool(found))
            or _list_footer(lines, start, end)
            or _mobile_footer(lines, start, end)
            or _signature(lines, start, end)
            or (_marked_block(lines, start, end) or _contact_block(lines, start, end, own) if unmarked else None)
        )
        if fold is None:
            break
        found.append(fold)
        end = fold.start
    return tuple(reversed(found))


def opening_folds(lines: Sequence[Line], start: int, end: int) -> tuple[Fold, ...]:
    """Warnings that mail servers write above the words ("this email originated from outside")."""
    filled = [at for at in range(start, min(end, start + 8)) if not lines[at].blank][:3]
    if not _warns(" ".join(lines[at].bare for at in filled)):
        return ()  # all three were asked at once: most mails have no warning
    return tuple(
        Fold("disclaimer", at, at + 1, "warning of a mail server") for at in filled if is_banner(lines[at].bare)
    )


def is_banner(bare: str) -> bool:
    """A line that mail servers add above a mail from outside."""
    return _warns(bare[:_BANNER_LENGTH])


def _warns(text: str) -> bool:
    folded = text.casefold()
    return any(words in folded for words in phrases().banners)


def is_courtesy(letters: str) -> bool:
    """Letters (`lines.significant`) that everybody writes: greetings and closings."""
    return letters in _courtesies()


@cache
def _courtesies() -> frozenset[str]:
    known = phrases()
    return frozenset("".join(filter(str.isalnum, words)) for words in known.greetings + known.closings)


def _trimmed(lines: Sequence[Line], start: int, end: int) -> int:
    while end > start and (lines[end - 1].blank or is_ruler(lines[end - 1].bare)):
        end -= 1
    return end


def _disclaimer(lines: Sequence[Line], start: int, end: int, *, titled: bool) -> Fold | None:
    top = end
    length = 0
    while top > start and length < _PARAGRAPH_LENGTH and (bare := lines[top - 1].bare):
        top -= 1
        length += len(bare)
    if top == end:
        return None
    folded = " ".join([line.bare for line in lines[top:end]]).casefold()[:_PARAGRAPH_LENGTH]
    title = titled and folded.strip(" *:-_") in phrases().disclaimer_titles
    return Fold("disclaimer", top, end, "known words of a disclaimer") if title or _disclaims(folded) else None


@cache
def _any_words() -> Any:
    """All that proves a disclaimer in one expression: RE2 finds in one pass that a paragraph has none of a hundred."""
    known = phrases()
    return re2.compile("|".join(map(re2.escape, (*known.disclaimers, *known.disclaimer_hints, *known.registers))))


def _disclaims(folded: str) -> bool:
    known = phrases()
    if not _any_words().search(folded):
        return False
    if any(words in folded for words in known.disclaimers):
        return True
    hints = sum(words in folded for words in known.disclaimer_hints)
    return hints >= _ENOUGH_HINTS or sum(words in folded for words in known.registers) >= _ENOUGH_REGISTERS


def _list_footer(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """Mailman and others: a line of signs, then the name of the list and where to leave it."""
    for at in range(end - 1, max(start, end - 7) - 1, -1):
        if is_ruler(lines[at].bare) or lines[at].bare == "--":
            folded = " ".join(line.bare for line in lines[at + 1 : end]).casefold()[:2000]
            return Fold("disclaimer", at, end, "footer of a list") if _names_list(folded) else None
    return None


def _names_list(folded: str) -> bool:
    return any(words in folded for words in phrases().lists)


def _mobile_footer(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """One line, or two where it is wrapped."""
    for top in (end - 1, end - 2):
        if top >= start and _is_footer(" ".join(line.bare for line in lines[top:end])):
            return Fold("signature", top, end, "footer of a mobile program")
    return None


def _is_footer(text: str) -> bool:
    if not text or len(text) > 2 * _FOOTER_LENGTH:
        return False
    folded = (_LINK.sub("", text) if "://" in text else text).casefold().strip("*_.! []")
    if len(folded) > _FOOTER_LENGTH or "," in folded or ";" in folded or "!" in folded or "?" in folded:
        return False
    # One pass instead of fifty: most mails end with none of these words. A link alone leaves nothing to be searched.
    if folded and not _any_footer().search(folded):
        return False
    known = phrases()
    remark = min((at for words in known.remarks if (at := folded.find(words)) >= 0), default=len(folded))
    if remark == 0:
        return True
    folded = folded[:remark].rstrip("*_.! []")
    return any(device in folded for device in known.devices) and any(
        folded.startswith(first) and folded.endswith(last) and _few_words(folded, first, last)
        for first, last in (pattern.words for pattern in known.footers)
    )


@cache
def _any_footer() -> Any:
    """All that makes a footer in one expression."""
    return re2.compile("|".join(map(re2.escape, (*phrases().devices, *phrases().remarks))))


def _few_words(folded: str, first: str, last: str) -> bool:
    return 0 < len(folded.removeprefix(first).removesuffix(last).split()) <= _FOOTER_WORDS


def _signature(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """From the topmost `-- ` on below which everything still looks like a signature."""
    found = None
    blanks = 0
    highest = max(start, end - _MOST_LINES - _MOST_BLANK)
    if _DELIMITERS.isdisjoint(line.bare for line in lines[highest:end]):
        return None
    for at in range(end - 1, highest - 1, -1):
        line = lines[at]
        blanks += line.blank
        if line.bare in _DELIMITERS:
            found = Fold("signature", at, end, "signature delimiter")
        elif blanks > _MOST_BLANK or not _fits(line):
            break
    return found


def _fits(line: Line) -> bool:
    bare = line.bare
    asks = bare.endswith("?") or (
        bare.endswith((".", "!", ":")) and bare.count(" ") >= _SENTENCE and not _CONTACT.search(bare)
    )
    shown = _LINK.sub("", bare) if "://" in bare else bare
    return len(shown) <= _WIDEST and not asks and not line.quoted


def looks_like_command(bare: str) -> bool:
    """At first sight; `rules/commands.py` knows."""
    return bare[:1] in ("#", "!", "@") and bare[1:].lstrip()[:1].isalnum()


def _marked_block(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """What the HTML says the program has put there; closing words and a name behind them stay."""
    top = end
    while top > start and top > end - _MOST_LINES - _MOST_BLANK and _may_be_of_block(lines[top - 1]):
        top -= 1
    top = next((at for at in range(top, end) if lines[at].origin is Origin.SIGNATURE), end)
    if top < end and _closes(lines[top].bare):
        top = _below_name(lines, top + 1, end)
    return Fold("signature", top, end, "signature by the HTML") if top < end else None


def _may_be_of_block(line: Line) -> bool:
    """Commands that somebody has written below his signature do not end it: else all of it would be taken for words."""
    return line.blank or ((line.origin is Origin.SIGNATURE or looks_like_command(line.bare)) and _fits(line))


def _contact_block(lines: Sequence[Line], start: int, end: int, own: frozenset[str]) -> Fold | None:
    """Below the closing words and the name, or the name alone: phone, street, company. A link alone may be what the
    letter is about."""
    for at in range(end - 1, max(start, end - _MOST_LINES - _MOST_BLANK) - 1, -1):
        bare = lines[at].bare
        if bare and (_is_postscript(bare) or bare.endswith(":") or not _fits(lines[at])):
            return None
        if _closes(bare) or _bare_name(bare) in own:
            top = _below_name(lines, at + 1, end) if _closes(bare) else _below_own(lines, at, start, own)
            contact = any(_CONTACT.search(line.bare) for line in lines[top:end])
            return Fold("signature", top, end, "contact data below the name") if contact else None
    return None


def _closes(bare: str) -> bool:
    """The closing words, and behind them at most a name or a place."""
    folded = bare.casefold().strip(" ,.!")
    words = next((known for known in phrases().closings if folded.startswith(known)), "")
    rest = folded[len(words) :]
    return bool(words) and not rest[:1].isalnum() and len(rest.split()) <= _NAME_WORDS


def _below_name(lines: Sequence[Line], at: int, end: int) -> int:
    at = next_filled(lines, at)
    bare = lines[at].bare if at < end else ""
    is_name = bare and len(bare.split()) <= _NAME_WORDS and not (_CONTACT.search(bare) or looks_like_command(bare))
    return at + 1 if is_name else min(at, end)


def _names(writer: str) -> frozenset[str]:
    """How somebody signs: `Anna Alt`, `Anna`, also where the program says `Alt, Anna`."""
    last, comma, first = writer.partition(",")
    name = " ".join(f"{first} {last}".split() if comma else writer.split()).casefold()
    return frozenset((name, name.partition(" ")[0])) - {""}


def _bare_name(bare: str) -> str:
    return bare.casefold().strip(" ,.")


def _below_own(lines: Sequence[Line], at: int, start: int, own: frozenset[str]) -> int:
    """Below the name; where he has signed above already, the name belongs to the block."""
    above = next((each for each in range(at - 1, start - 1, -1) if lines[each].bare), None)
    return at if above is not None and _bare_name(lines[above].bare) in own else at + 1


def _is_postscript(bare: str) -> bool:
    return bare.casefold().startswith(("ps:", "ps ", "p.s.", "p. s."))
