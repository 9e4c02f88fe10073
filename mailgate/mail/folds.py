"""Folds: ranges of lines that are not new. Nothing is ever deleted; the text with all folds opened is the mail."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal, NamedTuple

from mailgate.sentence import Sentence

# Possessive, and only from the beginning of a run on: linear.
_LINE_ENDS = re.compile(r"(?<![^\S\n])[^\S\n]++$", re.MULTILINE)
_TAKEN_APART = 256 * 2**10
"""Characters up to which a text is taken apart into its lines, at a tenth of the time of the expression."""

Kind = Literal["quote", "signature", "disclaimer", "ours"]
Confidence = Literal["certain", "high", "low"]
"""certain: the text of our letter, or our own line; low: of a reporter's mail then nothing is folded away."""


class Fold(NamedTuple):
    """The lines `start` to `end` (exclusive, from 0) of `message.text.split("\\n")`."""

    kind: Kind
    start: int
    end: int
    method: str
    """How it was recognised, a few words."""
    confidence: Confidence = "high"


class NewWords(NamedTuple):
    """What the writer added, and what stands around it."""

    text: str
    folds: tuple[Fold, ...]
    certain: bool
    """For a reporter's mail: nothing doubtful was folded. For an agent's: all of ours was cut."""
    why: Sentence
    signed: tuple[str, ...] = ()
    """The lines of his signatures and disclaimers, where no command counts."""
    open: bool = False
    """The text of the letter that it answers, or more of it, may show better what is new."""


def folded(text: str, folds: Collection[Fold]) -> tuple[str, ...]:
    """The lines in signatures and disclaimers, in order."""
    ends = [each for each in folds if each.kind in ("signature", "disclaimer")]
    lines = text.split("\n") if ends else []
    return tuple(line for each in ends for line in lines[each.start : each.end])


def shown(text: str, folds: Collection[Fold]) -> str:
    """The lines outside all folds, in order; one blank line where something was folded in between."""
    if not folds:  # most mails
        whole = len(text) > _TAKEN_APART
        return (_LINE_ENDS.sub("", text) if whole else "\n".join(map(str.rstrip, text.split("\n")))).strip("\n")
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    for fold in sorted(folds, key=lambda each: each.start):
        _append(kept, lines[at : fold.start])
        at = max(at, fold.end)
    _append(kept, lines[at:])
    return "\n".join(kept)


def _append(kept: list[str], lines: list[str]) -> None:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start == end:
        return
    if kept:
        kept.append("")
    kept.extend(map(str.rstrip, lines[start:end]))
