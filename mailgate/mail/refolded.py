"""The quotations of a reply whose letter we know: what is ours is folded line by line, and what stands between is his.

Without the letter, all below a header block is folded, for nothing marks it; with it an answer written down there is
seen, and a frame of a program nobody knows is one, because our letter stands below it.
"""

from __future__ import annotations

import re
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
_PICTURES = re.compile(
    r"(?:\[(?:cid|image):[^\[\]]{0,500}\]|\[https?://[^\s\[\]]{1,1000}\.(?:png|gif|jpe?g|svg|webp|bmp)(?:\?[^\s\[\]]{0,500})?\]"
    r"|<https?://[^\s<>]{1,1000}>|\s)+",
    re.IGNORECASE,
)
_COLONS = (":", "：")
_LABELLED = re.compile(r"\S[^:：]{0,24}[:：]\s?\S")

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
    frames = [frame for frame in frames if not _is_anothers(lines, frame, ours, to)]
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
    for at in range(len(labels) - 2, -1, -1):
        if labels[at + 1] is not None and labels[at] is None and lines[at].depth and not lines[at].bare:
            labels[at] = labels[at + 1]
    for at in ours:
        if _asks(lines[at]) and _is_his(labels, lines, at + 1):
            labels[at] = None
    ends = {frame.end: frame for frame in frames if not frame.forward}
    for start in ours:
        _label_above(labels, lines, ends, start, to)
    return tuple(_joined(labels, lines))


def _is_anothers(lines: Sequence[Line], frame: Frame, ours: Sequence[int], to: frozenset[str]) -> bool:
    """An attribution above our letter names us; one that names somebody else alone is what the writer says of him, and
    a block of fields of somebody else, with words below it, he has pasted."""
    named = addresses(frame.field("from")) if frame.fields else frame.addresses
    if not (to and named and to.isdisjoint(named)):
        return False
    below = bisect_left(ours, frame.end)
    return not frame.fields or (below < len(ours) and not _is_silent(lines, frame.end, ours[below]))


def words_inside(lines: Sequence[Line], folds: Sequence[Fold]) -> bool:
    """Whether something is shown below the first of these folds."""
    covered = {at for each in folds for at in range(each.start, each.end)}
    first = min((each.start for each in folds), default=len(lines))
    return any(lines[at].bare and at not in covered for at in range(first, len(lines)))


def _label(
    labels: Labels, lines: Sequence[Line], quotation: Quotation, ours: Sequence[int], head: int, believed: Sequence[int]
) -> None:
    """Of a quotation its frame, up to line `head`, what a program draws, and any older mail: what is neither that nor
    ours is his, whatever marks it carries. One that holds nothing of ours he quotes himself, unless it stands right
    below our letter. `believed`: where frames begin."""
    fold = quotation.fold
    first, behind = bisect_left(ours, fold.start), bisect_left(ours, fold.end)
    if first == behind:
        if fold.kind == "ours" or (first > 0 and _is_silent(lines, ours[first - 1] + 1, fold.start)):
            labels[fold.start : fold.end] = [fold] * (fold.end - fold.start)
        return
    older = _older(lines, believed, ours[behind - 1] + 1, fold.end)
    for at in range(fold.start, fold.end):
        if at < head or at >= older or _is_noise(lines[at].bare):
            labels[at] = fold


def _older(lines: Sequence[Line], believed: Sequence[int], start: int, end: int) -> int:
    """Where below our letter an older mail begins: at its frame, with no words of his in between."""
    found = min((*believed[(next_one := bisect_left(believed, start)) : next_one + 1], end))
    return found if _is_silent(lines, start, found) else end


def _is_silent(lines: Sequence[Line], start: int, end: int) -> bool:
    return all(_is_noise(line.bare) for line in lines[start:end])


def _asks(line: Line) -> bool:
    """A line of a form of ours, which says what the words below it are. Programs that mark show it by themselves."""
    return line.bare.endswith(_COLONS) and not line.quoted


def _is_his(labels: Labels, lines: Sequence[Line], at: int) -> bool:
    return at < len(lines) and bool(lines[at].bare) and labels[at] is None


def _is_noise(bare: str) -> bool:
    """What programs put between the lines; a lone sign such as a thumb may be an answer."""
    return not bare.strip(_DRAWN) or bool(_PICTURES.fullmatch(bare)) or is_banner(bare)


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
    """The last lines of a paragraph that look like a frame, and name the address this mail was written to. What stands
    above them in the paragraph is his."""
    last, text = lines[end - 1].bare, ""
    if not (last.endswith((*_COLONS, ">")) or has_address(last) or _LABELLED.match(last)):
        return None
    for top in range(end - 1, max(-1, end - 1 - _FRAME_LINES), -1):
        if not lines[top].bare or labels[top] is not None:
            return None
        text = f"{lines[top].bare} {text}"
        if has_address(text) and numbers(text) > 1 and not to.isdisjoint(addresses(text)):
            return _first_label(lines, top) if resembles_frame(lines, end) else None
    return None


def _first_label(lines: Sequence[Line], top: int) -> int:
    """The first line of a block, each line of which begins with a label; of another frame this very line."""
    at = top
    while (
        at > 0 and top - at < _FRAME_LINES and _LABELLED.match(lines[at - 1].bare) and _LABELLED.match(lines[at].bare)
    ):
        at -= 1
    return at


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
