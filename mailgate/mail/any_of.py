"""Whether one of hundreds of words stands in a text: asked several times of every mail, and of nearly all the answer is
no. A set of RE2 says it in one pass, in half the time of a search that tells the place too.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2


class Expression:
    """An expression of RE2, of which only matters whether it fits somewhere."""

    def __init__(self, written: str) -> None:
        self._set = re2.Set.SearchSet()
        self._set.Add(written)
        self._set.Compile()

    def stands_in(self, text: str) -> bool:
        """It fits a part of the text."""
        return self._set.Match(text) is not None


class AnyOf(Expression):
    """Some words, as they are written: whoever wants them in small letters asks about a folded text."""

    def __init__(self, words: Iterable[str]) -> None:
        several = sorted(set(words))
        super().__init__("|".join(map(re2.escape, several)))
        self._shortest = min(map(len, several))

    def stands_in(self, text: str) -> bool:
        """One of them does."""
        return len(text) >= self._shortest and super().stands_in(text)
