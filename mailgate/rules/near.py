"""Near words: which command somebody meant who mistyped one.

Candidates come from an index of the vocabulary with letters left out, so a mail full of mistyped words costs linear
time; each candidate is then measured by the restricted Damerau distance.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mailgate.rules.vocabulary import ENTRIES, SPELLINGS, fold

OTHER_DESKS: tuple[tuple[str, str], ...] = (
    ("solved", "resolve"),
    ("done", "resolve"),
    ("fixed", "resolve"),
    ("fertig", "erledigt"),
    ("open", "reopen"),
    ("reply", "answer"),
    ("comment", "note"),
    ("frage", "rückfrage"),
    ("nachfrage", "rückfrage"),
    ("internal", "note"),
    ("intern", "notiz"),
    ("owner", "assign"),
    ("mine", "take"),
    ("prio", "priority"),
)
"""Words that other desks use for what ours calls differently. Only behind `#`: they are too common behind `@`."""

NEVER_BY_MAIL: frozenset[str] = frozenset(map(fold, ("erase", "delete", "löschen", "config", "konfiguration")))
"""Words that are no command and never will be: who writes one behind `#` is told so, and nothing of it goes out."""

ORDINARY: frozenset[str] = frozenset(("please",))
"""Words so common that they are no slip of the pen, however near a command they look (#release)."""

_MEANT = dict(OTHER_DESKS)
_LONGEST = max(map(len, ENTRIES)) + 2


def reach(word: str) -> int:
    """How many slips a word of this length may have: none below four letters, one up to five, two from six on."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def distance(one: str, other: str) -> int:
    """Letters changed, added, left out, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if last and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _shortened(word: str, letters: int) -> Iterator[str]:
    """The word, and the word with up to so many letters left out."""
    found = {word}
    yield word
    for _ in range(letters):
        found = {each[:i] + each[i + 1 :] for each in found for i in range(len(each))}
        yield from found


def _index() -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for word in ENTRIES:
        for short in _shortened(word, reach(word)):
            index.setdefault(short, set()).add(word)
    return {short: frozenset(words) for short, words in index.items()}


_WORDS_WITHOUT_LETTERS = _index()
_ORDER = {word: place for place, word in enumerate(ENTRIES)}


@lru_cache(maxsize=1024)
def near_words(word: str, *, other_desks: bool = True) -> tuple[str, ...]:
    """Command words that may be meant by this one, best first, as the contract spells them; at most three."""
    typed = fold(unicodedata.normalize("NFKC", word[: 2 * _LONGEST]))
    if len(typed) > _LONGEST or typed in ORDINARY:
        return ()
    found = {each for short in _shortened(typed, 2) for each in _WORDS_WITHOUT_LETTERS.get(short, ())}
    measured = {each: slips for each in found if (slips := distance(typed, each)) <= reach(each)}
    if not measured and other_desks and typed in _MEANT:
        return (_MEANT[typed],)
    return tuple(SPELLINGS[each] for each in sorted(measured, key=lambda each: _rank(each, measured[each])))[:3]


def _rank(word: str, slips: int) -> tuple[int, int]:
    return slips, _ORDER[word]


def nearest(typed: str, known: Iterable[str], most: int = 5) -> tuple[str, ...]:
    """Of the known words those that look most like the typed one, best first; for names, ids and paths."""
    wanted = fold(typed)[:40]
    measured = [(_unlikeness(wanted, fold(each)[:40]), each) for each in dict.fromkeys(known)]
    return tuple(each for slips, each in sorted(measured, key=lambda pair: pair[0]) if slips <= 2)[:most]


def _unlikeness(typed: str, known: str) -> int:
    if known.startswith(typed) and len(typed) > 1:
        return 1
    slips = distance(typed, known)
    return slips if slips < max(len(typed), len(known)) - 1 else 99
