"""Is a letter of ours quoted as we wrote it? Compared word by word: mail programs wrap lines, mark them, turn HTML into
text and add their own below, but they change no word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailgate.mail.html import to_text
from mailgate.mail.marker import MARKER

_WORD = re.compile(r"\w+")
# Links stand in a quote as text, as HTML, twice or not at all, depending on the program.
_LINK = re.compile(r"[<(\[]?\b(?:mailto|https?):[^\s>)\]]*[>)\]]?")
_MARKER = tuple(_WORD.findall(MARKER.casefold()))
_TRACE = 4
"""So many words of ours in a row are no accident."""
_TAIL = 6


def is_unchanged(quoted: str, text: str, html: str) -> bool:
    """`quoted`: what an answer holds below its own words; `text` and `html`: our letter. What quotes nothing of it has
    changed nothing. Links at its end are left out."""
    plain = _own(text)
    found = words_of(quoted)
    if _contains(found, plain):
        return True
    shown = _like(words_of(to_text(html)), plain)
    if shown and _contains(found, shown):
        return True
    return not (_shares(found, plain) or _contains(found, _MARKER))


def _own(text: str) -> list[str]:
    """Our words from below the marker to the line before the first link."""
    lines = text.split("\n")
    end = next((place for place, line in enumerate(lines) if "mailto:" in line), len(lines))
    words = words_of("\n".join(lines[:end]))
    return _below_marker(words)


def _below_marker(words: list[str]) -> list[str]:
    start = _place(words, _MARKER)
    return words if start is None else words[start + len(_MARKER) :]


def _like(shown: list[str], plain: Sequence[str]) -> list[str]:
    """The words of the HTML that end where those of the text end."""
    words = _below_marker(shown)
    start = _place(words, plain[-_TAIL:])
    return [] if start is None else words[: start + len(plain[-_TAIL:])]


def words_of(text: str) -> list[str]:
    """Its words in small letters; links are none."""
    return _WORD.findall(_LINK.sub(" ", text.casefold()))


def _contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return bool(wanted) and _place(words, wanted) is not None


def _place(words: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Where the wanted words stand in a row. Joined, so that one search of the standard library finds them."""
    if not wanted:
        return None
    joined, sought = f" {' '.join(words)} ", f" {' '.join(wanted)} "
    found = joined.find(sought)
    return None if found < 0 else joined.count(" ", 0, found)


def _shares(words: Sequence[str], ours: Sequence[str]) -> bool:
    """Some of our words stand there in a row."""
    length = min(_TRACE, len(ours))
    known = {tuple(ours[at : at + length]) for at in range(len(ours) - length + 1)}
    return bool(ours) and any(tuple(words[at : at + length]) in known for at in range(len(words) - length + 1))
