"""The quotations of a reply whose letter we know: what is ours is folded line by line, and what stands between is his.

Without the letter, all below a header block is folded, for nothing marks it; with it an answer written down there is
seen, and a frame of a program nobody knows is one, because our letter stands below it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from mailgate.mail.disclaimers import is_banner
from mailgate.mail.evidence import addresses, has_address, numbers
from mailgate.mail.folds import Fold
from mailgate.mail.frames import Frame, resembles_frame
from mailgate.mail.known import Known
from mailgate.mail.lines import Line
from mailgate.mail.quoted import Quotation

_OURS = Fold("ours", 0, 0, "the text of our letter", "certain")
_ABOVE = "unknown frame above our letter"
_FRAME_LINES = 8
_NEAR = 3
_DRAWN = "-‐‑–—_=*~>|·• "
_PICTURES = ("[cid:", "[image:", "[http")

Labels = list[Fold | None]
"""What is said of each line: a fold whose place does not count."""


def expected_lines(lines: Sequence[Line], frames: Sequence[Frame]) -> frozenset[int]:
    """Where our letter should stand: marked lines, and all below a frame."""
    marked = (at for at, line in enumerate(lines) if line.quoted)
    first = next((frame.start for frame in frames if frame.believed and not frame.forward), len(lines))
    return frozenset((*marked, *range(first, len(lines))))


def refolded(
    lines: Sequence[Line], frames: Sequence[Frame], quoted: Sequence[Quotation], known: Known, to: frozenset[str]
) -> tuple[Fold, ...]:
    """The folds of this reply. `to`: the addresses of ours it was written to, as they stand in frames."""
    labels: Labels = [None] * len(lines)
    ours = sorted(known.ours)
    heads = {frame.start: frame.end for frame in frames}
    believed = [frame.start for frame in frames if frame.believed]
    for each in quoted:
        _label(labels, lines, each, ours, heads.get(each.fold.start, 0), believed)
    for at in ours:
        labels[at] = _OURS
    for at in known.continued:
        labels[at] = None
    for at in range(1, len(labels)):
        if labels[at - 1] is _OURS and labels[at] is not None and not lines[at].bare.strip(_DRAWN):
            labels[at] = _OURS  # a blank line of the letter, which has no letters to be known by
    for at in ours:
        if _asks(lines[at]) and _is_his(labels, lines, at + 1):
            labels[at] = None
    ends = {frame.end: frame for frame in frames if not frame.forward}
    for start in ours:
        _label_above(labels, lines, ends, start, to)
    return tuple(_joined(labels, lines))


def words_inside(lines: Sequence[Line], folds: Sequence[Fold]) -> bool:
    """Whether something is shown below the first of these folds."""
    covered = {at for each in folds for at in range(each.start, each.end)}
    first = min((each.start for each in folds), default=len(lines))
    return any(lines[at].bare and at not in covered for at in range(first, len(lines)))


def _label(
    labels: Labels, lines: Sequence[Line], quotation: Quotation, ours: Sequence[int], head: int, believed: Sequence[int]
) -> None:
    """A marked quotation as it is; of another one its frame, up to line `head`, what a program marks or draws, and any
    older mail. `believed`: where frames begin."""
    fold = quotation.fold
    first, behind = bisect_left(ours, fold.start), bisect_left(ours, fold.end)
    if first == behind:
        labels[fold.start : fold.end] = [fold] * (fold.end - fold.start)
        return
    older = fold.start if quotation.marked else _older(lines, believed, ours[behind - 1] + 1, fold.end)
    for at in range(fold.start, fold.end):
        if at < head or at >= older or lines[at].quoted or _is_noise(lines[at].bare):
            labels[at] = fold


def _older(lines: Sequence[Line], believed: Sequence[int], start: int, end: int) -> int:
    """Where below our letter an older mail begins: at its frame, known or not."""
    found = min((*believed[(next_one := bisect_left(believed, start)) : next_one + 1], end))
    at = next((at for at in range(start, found) if _ends_frame(lines, at)), None)
    if at is None:
        return found
    while at > start and lines[at - 1].bare:
        at -= 1
    return at


def _asks(line: Line) -> bool:
    """A line of a form of ours, which says what the words below it are. Programs that mark show it by themselves."""
    return line.bare.endswith((":", "：")) and not line.quoted


def _is_his(labels: Labels, lines: Sequence[Line], at: int) -> bool:
    return at < len(lines) and bool(lines[at].bare) and labels[at] is None


def _ends_frame(lines: Sequence[Line], at: int) -> bool:
    bare = lines[at].bare
    return bare.endswith((":", "：")) and has_address(bare) and resembles_frame(lines, at + 1)


def _is_noise(bare: str) -> bool:
    """What programs put between the lines; a lone sign such as a thumb may be an answer."""
    return not bare.strip(_DRAWN) or bare.startswith(_PICTURES) or is_banner(bare)


def _label_above(
    labels: Labels, lines: Sequence[Line], ends: Mapping[int, Frame], start: int, to: frozenset[str]
) -> None:
    """The frame right above a stretch of ours goes with it, known or not."""
    at = start
    while at > 0 and start - at <= _NEAR and not lines[at - 1].bare:
        at -= 1
    if at == 0 or labels[at - 1] is not None or not lines[at - 1].bare:
        return
    frame = next((ends[end] for end in range(at, start + 1) if end in ends and ends[end].kind != "structure"), None)
    # One that stands behind somebody's own words on their line begins below it.
    top = min(frame.start, at) if frame else _top_of_unknown(labels, lines, at, to)
    if top is not None:
        labels[top:at] = [Fold("quote", 0, 0, frame.kind if frame else _ABOVE)] * (at - top)


def _top_of_unknown(labels: Labels, lines: Sequence[Line], end: int, to: frozenset[str]) -> int | None:
    """A paragraph that looks like a frame and names the address this mail was written to, or any in brackets."""
    top = end
    while top > 0 and end - top < _FRAME_LINES and lines[top - 1].bare and labels[top - 1] is None:
        top -= 1
    text = " ".join(line.bare for line in lines[top:end])
    names = has_address(text) or bool(to.intersection(addresses(text)))
    return top if names and numbers(text) > 1 and resembles_frame(lines, end) else None


def _joined(labels: Sequence[Fold | None], lines: Sequence[Line]) -> Iterator[Fold]:
    """Folds of lines of which the same is said; blank lines between two of them go with them."""
    start, end, label = 0, 0, None
    for at, each in enumerate([*labels, None]):
        if each is None and label is not None and at < len(lines) and not lines[at].bare.strip(_DRAWN):
            continue
        if label is not None and (each is None or not _says_the_same(each, label)):
            yield Fold(label.kind, start, end, label.method, label.confidence)
            label = None
        if each is not None:
            start, label = (at, each) if label is None else (start, label)
            end = at + 1


def _says_the_same(one: Fold, other: Fold) -> bool:
    return (one.kind, one.method, one.confidence) == (other.kind, other.method, other.confidence)
