"""Lines that say what our letter says too, and are his all the same: an answer in words of ours between the lines.

Where a program marks what it quotes, what it has not marked is his; and of two lines that say the same words of the
letter, the one that stands where they stand there is ours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mailgate.mail.lines import Line
from mailgate.mail.markup import Origin

_TORN = 40
"""Characters of a line that a program has broken, so that its rest stands below it without a mark."""

Spans = Mapping[int, tuple[int, int]]
"""By number of the line of a mail: which letters of our letter it says."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of our letter: where among its letters each begins and ends, and how deep it is quoted there."""

    starts: Sequence[int]
    ends: frozenset[int]
    depths: Sequence[int]

    def depth_at(self, letter: int) -> int:
        """How deep our own letter quotes there."""
        return self.depths[bisect_right(self.starts, letter) - 1]


def his_claims(lines: Sequence[Line], found: Spans, outline: Outline) -> set[int]:
    """Those of the found lines that are his."""
    fresh = set(_fresh(lines, found, outline))
    return fresh | set(_said_again(lines, {at: span for at, span in found.items() if at not in fresh}))


def _fresh(lines: Sequence[Line], found: Spans, outline: Outline) -> Iterator[int]:
    """Lines without a mark between, right above or right below marked ones, in one and the same quotation."""
    filled = list(accumulate((bool(line.bare) for line in lines), initial=0))
    plain = all(line.origin is Origin.UNKNOWN for line in lines)
    numbers = sorted(found)
    marked = [lines[at].origin is Origin.CITED or lines[at].depth > outline.depth_at(found[at][0]) for at in numbers]
    if not any(marked):
        return
    for start, end in _groups(marked):
        above = numbers[start - 1] if start > 0 else None
        below = numbers[end] if end < len(numbers) else None
        goes_on = above is not None and found[above][1] <= found[numbers[start]][0]
        leads_on = below is not None and found[numbers[end - 1]][1] <= found[below][0]
        between = above is not None and below is not None and found[above][1] <= found[below][0]
        for place in range(start, end):
            at = numbers[place]
            touches_above = goes_on and above is not None and filled[at] - filled[above] - 1 == place - start
            touches_below = leads_on and below is not None and filled[below] - filled[at] == end - place
            near = between or touches_above or touches_below
            if near and _is_unmarked(lines[at], plain=plain) and not _is_torn(lines, found, at, outline):
                yield at


def _groups(marked: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """From where to where lines that are not marked follow each other."""
    start = 0
    for at, each in enumerate([*marked, True]):
        if each:
            if start < at:
                yield start, at
            start = at + 1


def _is_unmarked(line: Line, *, plain: bool) -> bool:
    return line.depth == 0 and (plain or line.origin is Origin.FRESH)


def _is_torn(lines: Sequence[Line], found: Spans, at: int, outline: Outline) -> bool:
    """The rest of the line above, which is long and ends in the middle of one of ours."""
    span = found.get(at - 1)
    if span is None or len(lines[at - 1].bare) < _TORN:
        return False
    return span[1] == found[at][0] and span[1] not in outline.ends


def _said_again(lines: Sequence[Line], found: Spans) -> Iterator[int]:
    """Of several lines that say the same letters, those that fewer neighbours of the letter stand around."""
    several: dict[int, list[int]] = defaultdict(list)
    for at, span in found.items():
        several[span[0]].append(at)
    if len(several) == len(found):
        return
    numbers = [at for at, line in enumerate(lines) if line.bare]
    around = dict(zip(numbers, zip([-1, *numbers], [*numbers[1:], -1], strict=False), strict=True))
    for claims in several.values():
        fits = {at: _neighbours(found, at, around[at]) for at in claims}
        most = max(fits.values())
        yield from (at for at in claims if fits[at] < most and not lines[at].quoted)


def _neighbours(found: Spans, at: int, around: tuple[int, int]) -> int:
    above, below = found.get(around[0]), found.get(around[1])
    start, end = found[at]
    return (above is not None and above[1] == start) + (below is not None and below[0] == end)
