"""What a mail quotes and nobody here has read yet: somebody else's mail below the new words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailgate.mail.folds import Fold
from mailgate.mail.layout import Layout
from mailgate.mail.lines import significant

MOST_LINES: Final = 300
MOST_CHARACTERS: Final = 20_000
MORE: Final = "…"
"""The last line, where that is not all of it."""
_FEWEST: Final = 12
"""Letters and digits: in less there is nothing but the signs of a mail program."""
_LOOKED_UP: Final = 2_000
"""Lines of a quote; what lies below is taken for new, so that a long mail costs no more than its length."""
_MARK: Final = re.compile(r"^ ?> ?")


def quoted_words(text: str, layout: Layout, folds: Sequence[Fold], known: str = "") -> str:
    """The quotes of `text` that hold words which are not `known` (`significant` of what we have), each from the frame
    above its first new words to the last of them, without one level of quote marks; bounded."""
    if not any(fold.kind == "quote" for fold in folds):  # most mails
        return ""
    lines = text.split("\n")
    framed = {at for frame in layout.frames for at in range(frame.start, frame.end)}
    pieces = []
    for fold in folds:
        if fold.kind == "quote" and (fresh := [*_fresh(lines, fold, framed, known)]):
            start = fresh[0]
            while start > fold.start and (start - 1 in framed or not lines[start - 1].strip(" >")):
                start -= 1
            pieces.append("\n".join(_MARK.sub("", each).rstrip() for each in lines[start : fresh[-1] + 1]).strip("\n"))
    return _bounded("\n\n".join(pieces))


def _fresh(lines: Sequence[str], fold: Fold, framed: set[int], known: str) -> Iterator[int]:
    """The lines that say something new; none where all of them together say next to nothing."""
    said = ((at, significant(lines[at])) for at in range(fold.start, min(fold.end, len(lines))) if at not in framed)
    fresh = [(at, words) for at, words in said if words and (at - fold.start >= _LOOKED_UP or words not in known)]
    if sum(len(words) for _, words in fresh) >= _FEWEST:
        yield from (at for at, _ in fresh)


def _bounded(words: str) -> str:
    lines = words.split("\n")
    cut = "\n".join(lines[:MOST_LINES])[:MOST_CHARACTERS]
    return words if cut == words else f"{cut.rstrip()}\n{MORE}"
