"""A letter of ours that lists tickets, word by word: which row each of its words belongs to.

In its plain text a row begins with two blanks, a number and a dot, and goes on with six blanks; nobody's words begin a
line of it. In its HTML a row is one of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailgate.mail.html import to_text
from mailgate.mail.requoted import words_of

_ROW = re.compile(r"  (\d+) · ")
_GOES_ON = "      "
_TABLE_ROW = re.compile(r"(<tr>.*?</tr>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tabled:
    """The words of a letter, in order, and of each the number of the ticket whose row it stands in."""

    words: tuple[str, ...]
    rows: tuple[int | None, ...]

    def places(self, words: Sequence[str]) -> Iterator[int]:
        """Wherever these words stand in a row."""
        length, wanted = len(words), tuple(words)
        for at in range(len(self.words) - length + 1):
            if self.words[at] == wanted[0] and self.words[at : at + length] == wanted:
                yield at


def of_text(text: str) -> Tabled:
    """The plain text."""
    words, rows, row = list[str](), list[int | None](), None
    for line in text.split("\n"):
        if match := _ROW.match(line):
            row = int(match[1])
        elif not line.startswith(_GOES_ON):
            row = None
        found = words_of(line)
        words += found
        rows += [row] * len(found)
    return Tabled(tuple(words), tuple(rows))


def of_html(html: str, plain: Tabled) -> Tabled:
    """The HTML of the same letter; `plain`: its text. Nobody's words are markup there."""
    words, rows, numbers = list[str](), list[int | None](), frozenset(plain.rows)
    for piece in _TABLE_ROW.split(html):
        found = words_of(to_text(piece))
        number = int(found[0]) if found and found[0].isdecimal() and _TABLE_ROW.match(piece) else None
        words += found
        rows += [number if number in numbers else None] * len(found)
    return Tabled(tuple(words), tuple(rows))


def row_texts(text: str) -> dict[int, str]:
    """The rows of the plain text, by number; what stands in several is joined."""
    found, row = dict[int, str](), None
    for line in text.split("\n"):
        if match := _ROW.match(line):
            row = int(match[1])
        elif not line.startswith(_GOES_ON):
            row = None
        if row is not None:
            found[row] = f"{found.get(row, '')} {line.strip()}".strip()
    return found
