"""A mistake in the configuration: where it stands, and in one sentence what is wrong and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: file relative to the folder, line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one place. `path` is `rules.0.then.priority`, empty where no key is concerned."""

    file: str
    line: int
    column: int
    path: str
    message: str

    @classmethod
    def at(cls, place: Place, path: Iterable[str | int], message: str) -> Problem:
        return cls(place.file, place.line, place.column, ".".join(map(str, path)), message)

    @property
    def place(self) -> Place:
        return Place(self.file, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.message}" if self.path else f"{self.place}: {self.message}"


def shown(value: object, most: int = 60) -> str:
    """A value as a sentence may quote it: one line, printable, not too long."""
    line = " ".join(str(value).split())
    line = "".join(each if each.isprintable() else "�" for each in line)
    return f"'{line}'" if len(line) <= most else f"'{line[:most]}…'"


def choice(words: Iterable[str]) -> str:
    """`low, normal, high or urgent`"""
    *first, last = list(words) or ["nothing"]
    return f"{', '.join(first)} or {last}" if first else last


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that was probably meant: nearly the same letters, or the same last part of a path."""
    by_small = {each.lower(): each for each in allowed}
    near = difflib.get_close_matches(word.lower(), by_small, n=1, cutoff=0.6)
    ends = [each for each in by_small if each.rpartition("/")[2] == word.lower()]
    return by_small[(near or ends)[0]] if near or ends else None


def suggestion(word: str, allowed: Iterable[str], most: int = 12) -> str:
    """`did you mean 'high'?`, else the whole list of what is allowed."""
    known = list(allowed)
    if near := nearest(word, known):
        return f"did you mean '{near}'?"
    more = ", …" if len(known) > most else ""
    return f"there is: {', '.join(known[:most])}{more}" if known else "none is defined"
