"""What somebody wrote between or behind the quoted lines of a letter of ours that lists tickets, and behind which line.

Compared word by word with that letter, as `requoted.py` does: whatever is ours is no answer, however it was wrapped.
What a line says, and whether it is certain enough, is for others to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailgate.mail.lines import Line
from mailgate.mail.markup import Origin
from mailgate.mail.requoted import words_of
from mailgate.mail.tabled import Tabled

_SIGN = re.compile(r"(?:^|(?<=\s))(?=#)")
_DEEPEST = 1
_MOST_LINES = 2000
_LONGEST_LINE = 1000
_MOST_SIGNS = 20


@dataclass(frozen=True, slots=True)
class Inserted:
    """One line, or what stands behind a quoted one."""

    text: str
    line: int
    """Its number in the mail."""
    row: int | None
    """The ticket whose row stands before it; None where that is no row of ours."""
    above: str = ""
    """What stands before it and is not of our letter."""


@dataclass(frozen=True, slots=True)
class Interleaved:
    """What was found, from top to bottom."""

    inserted: tuple[Inserted, ...]
    is_marked: bool
    """The mail program marks what it quotes."""
    last: int
    """Number of the last line that is of our letter."""
    strange: int
    """Quoted lines that are not."""


def interleaved(lines: Sequence[Line], start: int, letter: Tabled) -> Interleaved:
    """Read the lines from `start` on, where the quoted letter begins."""
    those = [(at, line) for at, line in enumerate(lines[:_MOST_LINES]) if at >= start]
    marked = any(_depth(line) for _, line in those)
    reader = _Reading(letter)
    found: list[Inserted] = []
    for at, line in those:
        depth = _depth(line) if marked else _DEEPEST
        # What is quoted in the quoted mail is an older answer, which was read when it came.
        if depth <= _DEEPEST and (new := reader.read(at, line.bare, quoted=depth > 0, guess=not marked)):
            found.append(new)
    return Interleaved(tuple(found), marked, reader.last, reader.strange)


def _depth(line: Line) -> int:
    return line.depth or (1 if line.origin is Origin.CITED else 0)


@dataclass
class _Reading:
    """How far the letter has been followed."""

    letter: Tabled
    at: int = 0
    row: int | None = None
    above: str = ""
    last: int = 0
    strange: int = 0

    def read(self, number: int, bare: str, *, quoted: bool, guess: bool) -> Inserted | None:
        """What of this line is not ours, if anything; `guess`: nothing shows which lines are quoted."""
        words = words_of(bare)
        if not words:
            return None
        # A command is short: words of it stand somewhere in the letter, but only as the next ones they are ours.
        if self._follows(words, anywhere=quoted and not bare.startswith("#")):
            self.last = number
            return None
        for head, tail in _cuts(bare) if quoted else ():
            if not words_of(head) or self._follows(words_of(head), anywhere=True):
                return Inserted(tail, number, self.row, self.above)
        if quoted and not guess:
            self.row, self.above = None, bare
            self.strange += 1
            return None
        return Inserted(bare, number, self.row, self.above)

    def _follows(self, words: Sequence[str], *, anywhere: bool) -> bool:
        """Whether these words are the next of the letter, or stand further down where he left something out."""
        end = self.at + len(words)
        if self.letter.words[self.at : end] == tuple(words):
            self._go_to(end, {self.letter.rows[end - 1]})
            return True
        ends = [at + len(words) for at in self.letter.places(words)] if anywhere else []
        ends = [each for each in ends if each > self.at] or ends
        if not ends:
            return False
        self._go_to(ends[0], {self.letter.rows[each - 1] for each in ends})
        return True

    def _go_to(self, end: int, rows: set[int | None]) -> None:
        """Where the same words stand in several rows, nobody knows which of them is meant."""
        self.at, self.above = end, ""
        self.row = rows.pop() if len(rows) == 1 else None


def _cuts(bare: str) -> Iterator[tuple[str, str]]:
    """The line before and from each sign that may begin a command; the last one first, for one in a subject is ours."""
    signs = list(_SIGN.finditer(bare)) if len(bare) <= _LONGEST_LINE else []
    for match in reversed(signs[-_MOST_SIGNS:]):
        yield bare[: match.start()], bare[match.start() :]
