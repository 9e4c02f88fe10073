"""Which lines of a reply are quoted: an attribution and the marked lines below it, or a header block and all below it.

Answers between marked lines are never part of a fold. Whether to believe the folds is the caller's to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mailgate.mail.folds import Fold
from mailgate.mail.frames import Frame
from mailgate.mail.lines import Line, next_filled, significant
from mailgate.mail.marker import Found
from mailgate.mail.markup import Origin


class Quotation(NamedTuple):
    """What one fold hides, and whether its program marks each quoted line, so that answers in between stand out."""

    fold: Fold
    marked: bool


def quotations(lines: Sequence[Line], frames: Sequence[Frame], marker: Found | None) -> tuple[Quotation, ...]:
    """All that was quoted, from top to bottom."""
    believed = {frame.start: frame for frame in frames if frame.believed and not frame.forward}
    first_frame = _first_of_program(believed.values(), len(lines))
    # What its writer quotes himself ends where the frame of the program begins, though that may be marked too.
    above = lines[:first_frame]
    answered = _Answered(lines[first_frame:])
    top = next_filled(lines, 0)
    found: list[Quotation] = []
    behind = 0
    for at in _places(lines, believed.keys(), marker):
        if at < behind:
            continue
        own = at < first_frame and not (marker and marker.start == at)
        quotation = _quotation_at(above if own else lines, at, believed.get(at), marker)
        if quotation and at == top and not quotation.marked:
            quotation = None  # nothing stands above it: the words are below, whatever is quoted further down
        if quotation and not (at < first_frame and _quotes_himself(lines, quotation.fold, answered)):
            found.append(quotation)
        behind = quotation.fold.end if quotation else at + 1
    return tuple(found)


def _first_of_program(frames: Collection[Frame], end: int) -> int:
    """Where the frame of the mail program begins. Above one with an address, or the last of all, a frame that names
    nobody's address may be in the words of the writer: "On 23.11.2026 the server wrote:"."""
    sure = [frame.start for frame in frames if not frame.weak]
    return min(sure) if sure else max((frame.start for frame in frames), default=end)


def _places(lines: Sequence[Line], believed: Collection[int], marker: Found | None) -> list[int]:
    """The lines a quotation may begin in: most lines of an answer are its own words, and are not asked."""
    cited = Origin.CITED
    quoted = (at for at, (_, depth, origin) in enumerate(lines) if depth or origin is cited)
    return sorted({*quoted, *believed, *((marker.start,) if marker else ())})


def _quotation_at(lines: Sequence[Line], at: int, frame: Frame | None, marker: Found | None) -> Quotation | None:
    if frame:
        body = next_filled(lines, frame.end)
        marked = body < len(lines) and (lines[body].quoted or lines[body].origin is Origin.INDENTED)
        end = _marked_end(lines, body) if marked else _unmarked_end(lines, body)
        return Quotation(_fold(at, end, frame.kind, marker), marked)
    if marker and marker.start == at and marker.clear and not lines[at].quoted:
        return Quotation(_fold(at, _unmarked_end(lines, at), "", marker), marked=False)
    if lines[at].quoted and not lines[at].blank:
        return Quotation(_fold(at, _marked_end(lines, at), "quote marks", marker), marked=True)
    return None


def _fold(start: int, end: int, method: str, marker: Found | None) -> Fold:
    ours = marker is not None and start <= marker.start < end
    return Fold("ours", start, end, "our own line", "certain") if ours else Fold("quote", start, end, method)


def _marked_end(lines: Sequence[Line], at: int) -> int:
    """The end of the run of quoted lines, blank lines between them included. Below the line of a program it may be
    one that the HTML only indents."""
    indented = Origin.INDENTED if lines[at].origin is Origin.INDENTED else Origin.CITED
    end = at
    while at < len(lines):
        quoted = lines[at].quoted or lines[at].origin is indented
        if not (quoted or lines[at].blank or _is_between(lines, at)):
            break
        at += 1
        end = at if quoted else end
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


@dataclass
class _Answered:
    """The lines of the mail that is answered. Most replies quote nothing above it, and then its letters need not be
    compared with anything."""

    lines: Sequence[Line]

    @cached_property
    def letters(self) -> frozenset[str]:
        return frozenset(significant(line.bare) for line in self.lines)


def _quotes_himself(lines: Sequence[Line], fold: Fold, answered: _Answered) -> bool:
    """Marked lines above the program's own frame were marked by the writer: new, unless the frame holds them too."""
    if fold.kind == "ours" or not answered.lines:
        return False
    return any(significant(line.bare) not in answered.letters for line in lines[fold.start : fold.end] if line.bare)
