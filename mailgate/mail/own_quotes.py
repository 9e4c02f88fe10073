"""What somebody quotes himself, in a reply that holds nothing of ours: a log, the words of his boss, a mail of another.

It is part of what he says, so it stays where words of his stand around it; what stands below them all and might be the
mail that he answers is folded as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mailgate.mail.evidence import addresses
from mailgate.mail.folds import Fold
from mailgate.mail.frames import Frame, resembles_frame
from mailgate.mail.lines import Line
from mailgate.mail.quoted import Quotation
from mailgate.mail.signatures import closing_folds

_NEAR = 3
_COLONS = (":", "：")


def not_his(
    lines: Sequence[Line],
    frames: Sequence[Frame],
    quoted: Sequence[Quotation],
    others: frozenset[str],
    *,
    compared: bool,
) -> Iterator[Quotation]:
    """The quotations without those that he made. `others`: the addresses that the mail was written to; `compared`: the
    letters of ours that it may answer are known, and nothing of them stands in it."""
    heads = {frame.start: frame for frame in frames if frame.believed}
    behind = Quotation(Fold("quote", len(lines), len(lines), ""), marked=False)
    for each, following in pairwise((*quoted, behind)):
        frame = heads.get(each.fold.start)
        own = (compared or frame is None) and each.fold.kind != "ours" and is_announced(lines, each.fold.start)
        if not own and compared and each.fold.kind != "ours":
            own = _is_his(lines, each, frame, following.fold.start, others)
        if not own:
            yield each


def is_announced(lines: Sequence[Line], at: int) -> bool:
    """The words above end with a colon, and are no frame of a program."""
    above = at - 1
    while above >= max(0, at - _NEAR) and not lines[above].bare:
        above -= 1
    if above < max(0, at - _NEAR) or not lines[above].bare.endswith(_COLONS):
        return False
    return not lines[above].quoted and not resembles_frame(lines, above + 1)


def _is_his(lines: Sequence[Line], quotation: Quotation, frame: Frame | None, end: int, others: frozenset[str]) -> bool:
    """What he answers is from one of those he writes to, and he writes above or into it."""
    writer = (addresses(frame.field("from")) or (() if frame.fields else frame.addresses)) if frame else ()
    if not others.isdisjoint(writer):
        return False
    if not quotation.marked:
        return bool(writer)
    return _says_something(lines, quotation.fold.end, end)


def _says_something(lines: Sequence[Line], start: int, end: int) -> bool:
    folds = closing_folds(lines, start, end, unmarked=False)
    last = min((each.start for each in folds), default=end)
    return any(line.bare for line in lines[start:last])
