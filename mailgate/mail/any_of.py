"""Whether one of hundreds of words stands in a text: asked several times of every mail, and of nearly all the answer is
no. A set of RE2 says it in one pass, in half the time of a search that tells the place too.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2


class AnyOf:
    """Some words, as they are written (whoever wants them in small letters asks about a folded text)."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = re2.Set.SearchSet()
        self._words.Add("|".join(re2.escape(word) for word in sorted(set(words))))
        self._words.Compile()

    def stands_in(self, text: str) -> bool:
        """One of them does; of no words none does."""
        return self._words.Match(text) is not None
