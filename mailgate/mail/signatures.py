"""What ends a writer's words without being any: signatures, and the footers and disclaimers below them.

Whatever asks or is long is no signature; of a reporter's, whatever wants something is none either. Greeting and name
always stay with the words. That a line of a signature looks like a command is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, partial

from mailgate.mail.any_of import AnyOf
from mailgate.mail.disclaimers import disclaimer
from mailgate.mail.folds import Fold
from mailgate.mail.footers import LINK, LIST, list_footer, mobile_footer
from mailgate.mail.frames import is_ruler
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.phrases import phrases

_DELIMITERS = frozenset(("--", "–", "—", "- -"))  # RFC 3676, 4.3; programs eat the space or join the dashes
_MOST_FOLDS = 12
_MOST_LINES = 15
_MOST_BLANK = 8
_WIDEST = 100
_SENTENCE = 5
_DENSE = "\u2e80"
"""From here on letters of languages without blanks."""
_NAME_WORDS = 4
_SHORT = 400
_LOOKED_AT = 400
_POSTSCRIPTS = (
    "ps:",
    "ps ",
    "p.s.",
    "p. s.",
    "ps.",
    "pd:",
    "p.d.",
    "nb:",
    "n.b.",
    "p.p.s",
    "pps",
    "post scriptum",
    "пс:",
    "p.s:",
    "з.і.",
    "追伸",
    "ps：",
    "ps–",
    "ps -",
)
_CONTACT = re.compile(
    r"\b(?:tel|telefon|fon|phone|fax|mobil|mobile|cell)\b|\+\d|\bgmbh\b|\bag\b|\bltd\b|\binc\b|"
    r"\bllc\b|\bhrb\b|\b\d{5} |stra(?:ß|ss)e\b|str\. ?\d",
    re.IGNORECASE,
)


def closing_folds(lines: Sequence[Line], start: int, end: int, *, unmarked: bool, writer: str = "") -> tuple[Fold, ...]:
    """What ends the words in lines `start` to `end`. `unmarked`: also signatures without a `--` line, below closing
    words or the name of the `writer`."""
    own = _names(writer) if writer else frozenset[str]()
    found: list[Fold] = []
    for _ in range(_MOST_FOLDS):
        end = _trimmed(lines, start, end)
        fold = (
            disclaimer(lines, start, end, titled=bool(found), signed=partial(_is_closed, lines, start, end))
            or list_footer(lines, start, end)
            or mobile_footer(lines, start, end)
            or _signature(lines, start, end)
            or _marked_block(lines, start, end)
            or (_contact_block(lines, start, end, own) if unmarked else None)
        )
        if fold is None or (not unmarked and _wants_something(lines, fold)):
            break
        if _is_announced(lines, start, fold):
            break
        found.append(fold)
        end = fold.start
    return tuple(reversed(found))


def greets_only(text: str) -> bool:
    """Nothing but one line of greeting: what follows are the words, whatever they look like."""
    filled = [line.strip() for line in text.split("\n") if line.strip()]
    if len(filled) != 1 or len(filled[0].split()) > _NAME_WORDS:
        return False
    return filled[0].endswith((",", "，", "、")) or is_courtesy("".join(filter(str.isalnum, filled[0].casefold())))


def points_beneath(text: str) -> bool:
    """Short words that say: what you asked for stands in my signature."""
    folded = f" {' '.join(text.casefold().split())} "
    return len(folded) <= _SHORT and _beneath().stands_in(folded)


@cache
def _beneath() -> AnyOf:
    return AnyOf(phrases().beneath)


def is_courtesy(letters: str) -> bool:
    """Letters (`lines.significant`) that everybody writes: greetings and closings."""
    return letters in _courtesies()


@cache
def _courtesies() -> frozenset[str]:
    known = phrases()
    return frozenset("".join(filter(str.isalnum, words)) for words in known.greetings + known.closings)


def _is_announced(lines: Sequence[Line], start: int, fold: Fold) -> bool:
    """The words above say what comes: "these are our three printers:", "please change our disclaimer". A title, and
    closing words, announce nothing."""
    above = next((lines[at].bare for at in range(fold.start - 1, start - 1, -1) if lines[at].bare), "")
    folded = above[:_LOOKED_AT].casefold().strip(" *:：-_")
    titles = phrases().disclaimer_titles
    if not folded or folded in titles or is_courtesy("".join(filter(str.isalnum, folded))):
        return False
    if fold.method == "footer of a mobile program" and lines[fold.start - 1].blank:
        return False  # a photo is attached: "this is what it looks like:"
    names_it = fold.kind == "disclaimer" and any(each in folded for each in titles)
    return names_it or above.rstrip("* ").endswith((":", "："))


def _trimmed(lines: Sequence[Line], start: int, end: int) -> int:
    while end > start and (not (bare := lines[end - 1].bare) or is_ruler(bare)):
        end -= 1
    return end


def _signature(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """From the topmost `-- ` on below which everything still looks like a signature."""
    found = None
    blanks = 0
    highest = max(start, end - _MOST_LINES - _MOST_BLANK)
    if _DELIMITERS.isdisjoint([line.bare for line in lines[highest:end]]):
        return None
    for at in range(end - 1, highest - 1, -1):
        line = lines[at]
        blanks += line.blank
        if line.bare in _DELIMITERS:
            if found:
                return None  # lines that part things, such as the finds of grep
            found = Fold("signature", at, end, "signature delimiter")
        elif blanks > _MOST_BLANK or not _fits(line):
            break
    return found


def _fits(line: Line) -> bool:
    bare = line.bare
    asks = bare.endswith("?") or (
        bare.endswith((".", "!", ":")) and bare.count(" ") >= _SENTENCE and not _CONTACT.search(bare)
    )
    shown = LINK.sub("", bare) if "://" in bare else bare
    return len(shown) <= _WIDEST and not asks and not line.quoted


def looks_like_command(bare: str) -> bool:
    """At first sight; `rules/commands.py` knows."""
    return bare[:1] in ("#", "!", "@") and bare[1:].lstrip()[:1].isalnum()


def _marked_block(lines: Sequence[Line], start: int, end: int) -> Fold | None:
    """What the HTML says the program has put there; closing words and a name behind them stay."""
    top = end
    while top > start and top > end - _MOST_LINES - _MOST_BLANK and _may_be_of_block(lines[top - 1]):
        top -= 1
    if top == end:
        return None
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


def _is_closed(lines: Sequence[Line], start: int, end: int) -> bool:
    """Closing words stand shortly above."""
    return any(_closes(line.bare) for line in lines[max(start, end - _MOST_LINES - _MOST_BLANK) : end] if line.bare)


def _wants_something(lines: Sequence[Line], fold: Fold) -> bool:
    """A request, or an afterthought, stands in it: his own words, whatever is around them."""
    bares = [line.bare for line in lines[fold.start : fold.end]]
    if fold.kind == "signature" and any(map(_is_postscript, bares)):
        return True
    folded = f" {' '.join(bares)} ".casefold()
    if fold.kind == "disclaimer" and (fold.method != LIST or "://" in folded or "@" in folded):
        return False
    return fold.method != "footer of a mobile program" and _requests().stands_in(folded)


@cache
def _requests() -> AnyOf:
    """As words of their own, where their language has blanks."""
    return AnyOf(f" {words} " if words[0] < _DENSE else words for words in phrases().requests)


def _closes(bare: str) -> bool:
    """The closing words, and behind them at most a name or a place."""
    folded = bare.casefold().strip(" ,.!、。，")
    words = next((known for known in _closings().get(folded[:1], ()) if folded.startswith(known)), "")
    rest = folded[len(words) :]
    return bool(words) and not rest[:1].isalnum() and len(rest.split()) <= _NAME_WORDS


@cache
def _closings() -> dict[str, tuple[str, ...]]:
    """By their first letter: there are hundreds."""
    found: dict[str, list[str]] = {}
    for words in phrases().closings:
        found.setdefault(words[:1], []).append(words)
    return {first: tuple(several) for first, several in found.items()}


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
    return bare.casefold().startswith(_POSTSCRIPTS)
