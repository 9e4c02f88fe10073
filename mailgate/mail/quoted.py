"""Which lines of a reply are quoted: an attribution and the marked lines below it, or a header block and all below it.

Answers between marked lines are never part of a fold. Whether to believe the folds is the caller's to decide.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.folds import Fold
from mailgate.mail.frames import Frame
from mailgate.mail.lines import Line, next_filled, significant
from mailgate.mail.marker import Found
from mailgate.mail.markup import Origin


def quote_folds(lines: Sequence[Line], frames: Sequence[Frame], marker: Found | None) -> tuple[Fold, ...]:
    """Folds of all that was quoted, from top to bottom."""
    believed = {frame.start: frame for frame in frames if frame.believed and not frame.forward}
    first_frame = min(believed, default=len(lines))
    answered = {significant(line.bare) for line in lines[first_frame:]}
    folds: list[Fold] = []
    at = 0
    top = next_filled(lines, 0)
    while at < len(lines):
        fold = _fold_at(lines, at, believed.get(at), marker)
        if fold and at == top and is_unmarked(lines, fold):
            fold = None  # nothing stands above it: the words are below, whatever is quoted further down
        if fold and not (at < first_frame and _quotes_himself(lines, fold, answered)):
            folds.append(fold)
        at = fold.end if fold else at + 1
    return tuple(folds)


def is_unmarked(lines: Sequence[Line], fold: Fold) -> bool:
    """The program that wrote it does not mark what it quotes, so that answers in between would look the same."""
    return not any(line.quoted for line in lines[fold.start : fold.end])


def _fold_at(lines: Sequence[Line], at: int, frame: Frame | None, marker: Found | None) -> Fold | None:
    if frame:
        body = next_filled(lines, frame.end)
        marked = body < len(lines) and lines[body].quoted
        end = _marked_end(lines, body) if marked else _unmarked_end(lines, body)
        return _named(at, end, frame.kind, marker)
    if marker and marker.start == at and marker.clear and not lines[at].quoted:
        return Fold("ours", at, _unmarked_end(lines, at), "our own line")
    if lines[at].quoted and not lines[at].blank:
        return _named(at, _marked_end(lines, at), "quote marks", marker)
    return None


def _named(start: int, end: int, method: str, marker: Found | None) -> Fold:
    if marker and start <= marker.start < end:
        return Fold("ours", start, end, "our own line")
    return Fold("quote", start, end, method)


def _marked_end(lines: Sequence[Line], at: int) -> int:
    """The end of the run of quoted lines, blank lines between them included."""
    end = at
    while at < len(lines) and (lines[at].quoted or lines[at].blank or _is_between(lines, at)):
        at += 1
        if lines[at - 1].quoted:
            end = at
    return end


def _is_between(lines: Sequence[Line], at: int) -> bool:
    """A line the HTML could not place, or its inner attribution, between two lines of one quotation."""
    around = lines[at - 1].origin is Origin.CITED and at + 1 < len(lines) and lines[at + 1].origin is Origin.CITED
    return around and lines[at].origin in (Origin.UNKNOWN, Origin.ATTRIBUTION)


def _unmarked_end(lines: Sequence[Line], body: int) -> int:
    """Everything below, unless the HTML closes the quoted part and goes on with new words."""
    closed = {Origin.REST, Origin.CITED}
    if body >= len(lines) or lines[body].origin not in closed:
        return len(lines)
    fresh = (at for at in range(body, len(lines)) if lines[at].origin is Origin.FRESH)
    return next(fresh, len(lines))


def _quotes_himself(lines: Sequence[Line], fold: Fold, answered: set[str]) -> bool:
    """Marked lines above the program's own frame were marked by the writer: new, unless the frame holds them too."""
    if fold.kind == "ours" or not answered:
        return False
    return any(significant(line.bare) not in answered for line in lines[fold.start : fold.end] if line.bare)
