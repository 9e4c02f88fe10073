"""Text of a letter of ours, found again in a mail whatever a mail program did to its lines: by its letters alone.

Linear: sets of short pieces and one walk, no comparing of everything with everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailgate.mail.lines import Line, significant
from mailgate.mail.signatures import is_courtesy

_LINK = re.compile(r"<(?:mailto:|https?://)[^<>]{1,2000}>")
_PIECE = 20
_TOGETHER = 80
_WINDOW = 4000
_SURE = 8
_SHORTEST = 6


def strays(kept: str, letter: str) -> str | None:
    """The first line of `letter` (at least 20 letters and digits, no mere courtesy) that stands in `kept`, or None. Of
    a longer one 40 letters do, and of several together 80, in pieces of 20: whatever stands between the pieces. Of
    shorter lines two do that stand there whole."""
    stream = significant(kept)
    pieces = {stream[at : at + _PIECE] for at in range(len(stream) - _PIECE + 1)}
    if not pieces:
        return None
    if line := _short_lines(kept, letter):
        return line
    total, first = 0, ""
    for line in letter.split("\n"):
        letters = significant(line)
        if len(letters) < _PIECE or not (found := _in_pieces(letters, pieces)) or is_courtesy(letters):
            continue
        total, first = total + found, first or line.strip()
        if found >= min(len(letters), 2 * _PIECE):
            return line.strip()
        if total >= _TOGETHER:
            return first
    return None


def _short_lines(kept: str, letter: str) -> str | None:
    """The first of several whole lines that are too short to tell anything alone, such as rows of our table."""
    ours = {letters for line in letter.split("\n") if len(letters := significant(line)) >= _SHORTEST}
    found = {each: line for line in kept.split("\n") if (each := significant(line)) in ours}
    told = [each for each in found if not is_courtesy(each)]
    return found[told[0]].strip() if len(told) > 1 and sum(map(len, told)) >= _PIECE else None


def _in_pieces(letters: str, pieces: set[str]) -> int:
    """How many letters of the line stand in pieces of 20 in a row."""
    covered, behind = 0, 0
    for at in range(len(letters) - _PIECE + 1):
        if letters[at : at + _PIECE] in pieces:
            covered += at + _PIECE - max(at, behind)
            behind = at + _PIECE
    return covered


def foreign(lines: Sequence[Line], letter: str) -> list[int]:
    """The places of the filled lines that are not the letter's, both walked from top to bottom: once as the letter
    stands, once without the addresses of its links, which HTML hides behind their words."""
    found = _not_in(lines, letter)
    hidden = set(_not_in(lines, _LINK.sub(" ", letter))) if found else set()
    return [place for place in found if place in hidden]


def _not_in(lines: Sequence[Line], letter: str) -> list[int]:
    stream = significant(letter)
    found: list[int] = []
    at = 0
    for place, line in enumerate(lines):
        letters = significant(line.bare)
        start = at if stream.startswith(letters, at) else -1
        if start < 0 and len(letters) >= _SURE:
            start = stream.find(letters, at, at + _WINDOW + len(letters))
        if start >= 0:
            at = start + len(letters)
        elif letters:
            found.append(place)
    return found
