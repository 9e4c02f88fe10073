"""Attribution lines: "On … wrote:", "Am … schrieb …:", on one line or wrapped over up to four.

Believed only with quote marks below, with an address in brackets and a date, or with the mark of the HTML: "On Monday
the server wrote:" is prose. In a language without data, an address, a clock and quote marks below do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailgate.mail.evidence import Frame, addresses, has_address, has_clock, has_year, names_address, numbers
from mailgate.mail.headerblock import header_block
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.phrases import phrases
from mailgate.mail.wordings import matches, may_match

_MOST_LINES = 4
_LONGEST = 500
_WRAPPED_LENGTH = 50
_STOPS = (".", "!", "?", ":", "。", "！", "？", "：")
_SIGNS = "-‐‑–—_"
_BOLD = "*_ "
_DASHES = "---"
_COLONS = frozenset(":：")
_ENDS = _COLONS | {">"}
_MARKED = frozenset((Origin.ATTRIBUTION, Origin.REST))
# A sentence that somebody ends; names and dates have no long word before a full stop.
_SENTENCE = re.compile(r"[^\W\d_]{5,}[.!?…][\"'”’)]?\s|[。！？]")
_NOT_WORDS = re.compile(r"[\d@<]")


def attribution(lines: Sequence[Line], at: int) -> Frame | None:
    """The shortest run of lines from `at` on that reads like an attribution."""
    runs = _runs(lines, at)
    for opens in (True, False):
        for end, text in runs:
            if matches(text, opens=opens) and (opens or _is_whole(text)):
                return None if _begins_later(lines, at, end, opens=opens) else _frame(lines, at, end, text)
    if runs and lines[at].origin is Origin.ATTRIBUTION:
        return _frame(lines, at, *runs[-1])
    return None


def wordless(lines: Sequence[Line], at: int) -> Frame | None:
    """An attribution in a language we have no data for, on one line or wrapped over two: an address, a date and its
    clock in front of a colon, and quote marks below."""
    text = ""
    if not any(line.bare[-1:] in _ENDS for line in lines[at : at + 2]):
        return None
    for end in range(at, min(at + 2, len(lines))):
        line = lines[end]
        if line.blank or line.depth != lines[at].depth or len(text) + len(line.bare) > _LONGEST:
            return None
        text = f"{text} {line.bare}".strip()
        if may_be_wordless(lines, end) and _is_dated_address(text):
            whole = end == at or (not _is_dated_address(line.bare) and _NOT_WORDS.search(lines[at].bare))
            return _frame(lines, at, end + 1, text) if whole and not _has_sentence(text) else None
    return None


def may_be_wordless(lines: Sequence[Line], end: int) -> bool:
    """A cheap look: does this line end like one, with marks below?"""
    if lines[end].bare[-1:] not in _ENDS:
        return False
    below = next_filled(lines, end + 1)
    return below < len(lines) and lines[below].quoted and below - end < _MOST_LINES


def _is_dated_address(text: str) -> bool:
    if text[-1] == ">":  # Gmail of 2013: "2013/10/2 Name <address>"
        return text[0].isdigit() and has_address(text) and numbers(text) > 2
    return names_address(text) and has_clock(text) and numbers(text) > 2


def beginnings(lines: Sequence[Line], end: int) -> range:
    """The lines in which an attribution that ends in line `end` may begin: none, where its last sign, or all words
    around it, are no attribution's. A cheap look, asked of every line; `attribution` is asked what it is."""
    if not _may_end(lines[end].bare):
        return range(0)
    start = end
    # No attribution reaches over a blank line, nor from one depth into another.
    highest, depth = max(0, end - _MOST_LINES + 1), lines[end].depth
    while start > highest and lines[start - 1].bare and lines[start - 1].depth == depth:
        start -= 1
    words: list[str] = []
    marked = False
    for bare, _, origin in lines[start : end + 1]:
        marked = marked or origin is Origin.ATTRIBUTION
        if len(bare) <= _LONGEST:
            words.append(bare)
    return range(start, end + 1) if marked or may_match(" ".join(words)) else range(0)


def _may_end(bare: str) -> bool:
    bare = bare.rstrip(_BOLD)
    return bare[-1:] in _COLONS or (bare[-1:] in _SIGNS and bare[-2:-1] in _SIGNS)


def _runs(lines: Sequence[Line], at: int) -> list[tuple[int, str]]:
    """(end, text) of the one to four lines from `at` on that end like an attribution."""
    found: list[tuple[int, str]] = []
    text = ""
    for end in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[end]
        if line.blank or line.depth != lines[at].depth or len(text) + len(line.bare) > _LONGEST:
            break
        if text and (line.origin is Origin.ATTRIBUTION) is not (lines[end - 1].origin is Origin.ATTRIBUTION):
            break
        text = f"{text} {line.bare}" if text else line.bare
        if _may_end(line.bare) and (normal := _closed(text)):
            found.append((end + 1, normal))
    return found


def _closed(text: str) -> str:
    """The text with one colon at its end and no signs around it, or empty where it does not end like an attribution."""
    inner = text.replace("：", ":").strip(_BOLD)
    without = inner.rstrip(_SIGNS)
    drawn = len(inner) - len(without) >= 3
    if not (inner.endswith(":") or (drawn and without.rstrip(_BOLD).endswith(":"))):
        # Zoho: "---- On … wrote ----"
        return without.lstrip(_SIGNS + " ").rstrip() + ":" if drawn and numbers(without) > 1 else ""
    # Lotus Notes: "-----Name <address> wrote: -----"
    return without.lstrip(_SIGNS + _BOLD).rstrip(_BOLD).removesuffix(":").rstrip() + ":"


def _begins_later(lines: Sequence[Line], at: int, end: int, *, opens: bool) -> bool:
    """The first line is prose, or may be, and a whole attribution stands below it; the date above one without, and the
    address above one without, are its own."""
    for start in range(at + 1, end):
        text = _closed(" ".join(line.bare for line in lines[start:end]))
        above = " ".join(line.bare for line in lines[at:start])
        if matches(text, opens=True) and (not opens or _is_dated(text) or numbers(above) < 2):
            return True
        if not opens and _is_whole(text) and matches(text, opens=False):
            dates_it = has_clock(above) and numbers(above) > 2 and not _is_dated(text)
            return not dates_it and (has_address(text) or not has_address(above))
    return False


def _may_begin_above(lines: Sequence[Line], start: int, text: str) -> bool:
    """The long line above may be the beginning of a long name, where no word opens the attribution."""
    above = lines[start - 1] if start else None
    if above is None or above.blank or above.depth != lines[start].depth or matches(text, opens=True):
        return False
    same = above.origin is lines[start].origin
    return same and len(above.bare) >= _WRAPPED_LENGTH and not above.bare.endswith(_STOPS)


def _is_whole(text: str) -> bool:
    """Not the second half of a wrapped `Name <address>`."""
    return text.count("<") == text.count(">") and text.count('"') % 2 == 0


def _has_sentence(text: str) -> bool:
    """Somebody's own words stand before it on the same line."""
    stop = _NOT_WORDS.search(text)
    return bool(_SENTENCE.search(text[: stop.start()] if stop else text))


def _frame(lines: Sequence[Line], start: int, end: int, text: str) -> Frame:
    below = next_filled(lines, end)
    quoted = below < len(lines) and (lines[below].quoted or _is_indented(lines[below], text))
    known = any(lines[place].origin in _MARKED for place in range(start, end))
    addressed, drawn = has_address(text), lines[start].bare.startswith(_DASHES)
    block = _block_below(lines, end) if addressed and drawn else None
    believed = known or block is not None or (quoted and (_is_dated(text) or names_address(text))) or _is_proof(text)
    small = text.casefold()
    forward = any(words in small for words in phrases().forwards)
    # What was written before it on its own lines is never folded with it.
    behind_words = _has_sentence(text)
    believed = believed and not (behind_words and below == len(lines))
    first = end if behind_words and believed else start
    weak = not (known or addressed)
    last = block.end if block else end
    doubtful = _may_begin_above(lines, start, text)
    return Frame("attribution", first, last, believed, forward, (), addresses(text), weak, doubtful)


def _block_below(lines: Sequence[Line], end: int) -> Frame | None:
    """Lotus Notes: "-----Name <address> wrote: -----" and the header block; its last signs may be wrapped."""
    while end < len(lines) and not lines[end].bare.strip(_SIGNS):
        end += 1
    return header_block(lines, end, divided=True) if end < len(lines) else None


def _is_indented(below: Line, text: str) -> bool:
    """In a quotation of the HTML that may be his own: a date and its clock above it tell."""
    return below.origin is Origin.INDENTED and has_clock(text) and numbers(text) > 3


def _is_dated(text: str) -> bool:
    """A day, and its year or its clock."""
    count = numbers(text)
    return count > 2 or (count > 1 and has_year(text))


def _is_proof(text: str) -> bool:
    """An address, as programs write it, and a date."""
    if has_address(text):
        return numbers(text) > 0
    return names_address(text) and has_clock(text) and numbers(text) > 3
