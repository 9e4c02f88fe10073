"""The line that every letter to an agent carries: everything from it on down is ours.

Mail programs quote it, wrap it, turn its signs into dashes or bold, and put it in the middle of a line; it is found by
its words. A sentence that only speaks of it is not taken for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.mail.lines import Line, significant

MARKER = "=== write above this line ==="

_WORDS = "write above this line"
_LETTERS = significant(_WORDS)
_SIGNS = "=-–—_~*#+·•−‐‑―═"
_LONGEST = 200
# Of a line that begins with another letter, only one that has a whole word of the marker in it is looked at closely.
_FIRST_LETTERS = "wWẘ"
_WHOLE_WORD = "above"


@dataclass(frozen=True, slots=True)
class Found:
    """The lines `start` to `end` (exclusive) hold the marker."""

    start: int
    end: int
    clear: bool
    """Nothing stands before it on its line."""


def find_marker(lines: Sequence[Line]) -> Found | None:
    """The topmost marker."""
    for at, bare in _beginnings(lines):
        if found := _on_one_line(bare, at) or _wrapped(lines, at):
            return found
    return None


def _beginnings(lines: Sequence[Line]) -> list[tuple[int, str]]:
    """The lines it may begin in, in one expression: it is asked of every line of every answer."""
    first, word = _FIRST_LETTERS, _WHOLE_WORD
    return [
        (at, bare)
        for at, (bare, _, _) in enumerate(lines)
        if bare and (bare[0] in first or not bare[0].isalnum() or word in bare.casefold())
    ]


def speaks_of_marker(lines: Sequence[Line]) -> bool:
    """The words of the marker stand there, though nothing shows that they are the marker."""
    return any(_LETTERS in significant(line.bare) for line in lines)


def _on_one_line(bare: str, at: int) -> Found | None:
    """Alone, or with our signs beside the words: `… === write above this line === …`."""
    folded = " ".join(bare.casefold().split())
    place = folded.find(_WORDS)
    if place < 0:
        return Found(at, at + 1, clear=True) if len(bare) < _LONGEST and significant(bare) == _LETTERS else None
    # "=3D" is an equals sign whose quoted-printable (RFC 2045, 6.7) nobody undid
    before, after = (side.replace("3d", "").strip() for side in (folded[:place], folded[place + len(_WORDS) :]))
    signed = any(len(side) == 2 and not side.strip(_SIGNS) for side in (before[-2:], after[:2]))
    clear = not significant(before)
    return Found(at, at + 1, clear) if signed or (clear and not significant(after)) else None


def _wrapped(lines: Sequence[Line], at: int) -> Found | None:
    """A narrow program breaks the line in two or three."""
    text = significant(lines[at].bare) if len(lines[at].bare) < _LONGEST else "?"
    if not _LETTERS.startswith(text) or (not text and lines[at].bare[0] not in _SIGNS):
        return None
    for end in range(at + 1, min(at + 4, len(lines))):
        text += significant(lines[end].bare[:_LONGEST])
        if text.startswith(_LETTERS):
            return Found(at, end + 1, clear=True)
        if not _LETTERS.startswith(text):
            break
    return None
