"""What of an agent's mail is his own, and whether that is certain (CONTRACT 6: else the mail comes back).

Certain are two cases: our line was found and the mail program's frame above it is known, or there is no trace of ours
at all. Everything else has a sentence that tells the agent what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from mailgate.mail import ours as letters
from mailgate.mail.disclaimers import is_banner
from mailgate.mail.evidence import has_address, has_year, numbers
from mailgate.mail.frames import Frame, is_ruler, resembles_frame, seems_framed, unknown_block
from mailgate.mail.lines import Line, significant
from mailgate.mail.marker import MARKER, Found, speaks_of_marker
from mailgate.mail.markup import Origin
from mailgate.mail.signatures import closing_folds, looks_like_command
from mailgate.sentence import Sentence

_PROSE_LETTERS = 12
_BETWEEN = 40
_QUOTED_LENGTH = 60
_STOPS = (".", "!", "?", "。", "！", "？")

_WRITE_ABOVE = Sentence(
    "please write above the line “{marker}” and leave everything below it as it is",
    "bitte oberhalb der Zeile „{marker}“ schreiben und alles darunter so lassen, wie es ist",
).filled(marker=MARKER)

ALL_CUT = Sentence("everything below our line was cut", "alles unterhalb unserer Zeile wurde abgetrennt")
NO_TRACE = Sentence("it holds nothing of our letter", "die Mail enthält nichts von unserer")
WORDS_BELOW = Sentence(
    "there are words below the line; write above it",
    "unterhalb unserer Zeile stehen neue Worte; bitte nur darüber schreiben",
)
WORDS_BETWEEN = Sentence(
    "there are words between our line and what your mail program put above it; write at the very top",
    "zwischen unserer Zeile und dem, was das Mailprogramm darüber gesetzt hat, stehen Worte; bitte ganz oben schreiben",
)
NOTHING_ABOVE = Sentence(
    "there are no words above the line; {write_above}", "über unserer Zeile stehen keine Worte; {write_above}"
).filled(write_above=_WRITE_ABOVE)
LINE_MISSING = Sentence(
    "parts of our letter are in it, but our line is missing; {write_above}",
    "Teile unserer Mail stehen darin, aber unsere Zeile fehlt; {write_above}",
).filled(write_above=_WRITE_ABOVE)
QUOTED_ABOVE = Sentence(
    "there is quoted text among your words; {write_above}", "unter den neuen Worten ist zitierter Text; {write_above}"
).filled(write_above=_WRITE_ABOVE)
ONE_LINE = Sentence(
    "your mail program put our line and other words on one line; {write_above}",
    "das Mailprogramm hat unsere Zeile und andere Worte in eine Zeile gesetzt; {write_above}",
).filled(write_above=_WRITE_ABOVE)
UNKNOWN_FRAME = Sentence(
    "we do not know the line “{line}” above ours; please delete it",
    "die Zeile „{line}“ über unserer ist uns unbekannt; bitte löschen",
)
FRAMED = Sentence(
    "below “{line}” somebody else's words seem to stand; please leave them out or send them as a file",
    "unter „{line}“ scheinen fremde Worte zu stehen; bitte weglassen oder als Datei schicken",
)
STRAY = Sentence("“{line}” is from our letter; {write_above}", "„{line}“ stammt aus unserer Mail; {write_above}")


@dataclass(frozen=True, slots=True)
class Cut:
    """The agent's words are the lines before `start`; `why` is for him."""

    start: int
    certain: bool
    why: Sentence
    method: str = ""


def judge(lines: Sequence[Line], frames: Sequence[Frame], marker: Found | None, ours: str | None) -> Cut:
    """Where an agent's own words end, and whether nothing of ours is left in them."""
    if marker is None:
        return _without_marker(lines, frames, ours)
    frame = _frame_above(lines, frames, marker)
    cut = _above_signs(lines, frame.start) if frame else _above_signs(lines, _above_quotes(lines, marker.start))
    method = f"our own line below {frame.kind}" if frame else "our own line"
    doubt = _doubt(lines, frames, marker, frame, cut, ours)
    return Cut(cut, not doubt, doubt or ALL_CUT, method)


def _doubt(
    lines: Sequence[Line], frames: Sequence[Frame], marker: Found, frame: Frame | None, cut: int, ours: str | None
) -> Sentence | None:
    """The first reason not to be certain."""
    own = lines[:cut]
    if not marker.clear:
        return ONE_LINE
    if frame and _holds_words(lines[frame.end : marker.start], ours):
        return WORDS_BETWEEN
    if not any(line.bare for line in own):
        return NOTHING_ABOVE
    if _traces(own) or any(frame.believed and frame.start < cut for frame in frames):
        return QUOTED_ABOVE
    if (at := _foreign_frame(own, frames)) is not None:
        return FRAMED.filled(line=lines[at].bare[:_QUOTED_LENGTH])
    if (frame is None or frame.start == cut) and ((frame and frame.doubtful) or resembles_frame(lines, cut)):
        return UNKNOWN_FRAME.filled(line=lines[cut - 1].bare[:_QUOTED_LENGTH])
    if frame is None and _glued(lines, marker):
        return UNKNOWN_FRAME.filled(line=lines[cut - 1].bare[:_QUOTED_LENGTH])
    if stray := _stray(own, ours):
        return STRAY.filled(line=stray, write_above=_WRITE_ABOVE)
    return WORDS_BELOW if _words_below(lines, marker, ours) else None


def _without_marker(lines: Sequence[Line], frames: Sequence[Frame], ours: str | None) -> Cut:
    first = min((frame.start for frame in frames if frame.believed), default=len(lines))
    traced = first < len(lines) or _traces(lines) or speaks_of_marker(lines) or bool(_stray(lines, ours))
    traced = traced or any(_is_addressed(lines, at) for at in range(len(lines)))
    at = None if traced else _foreign_frame(lines, frames)
    if at is not None:
        return Cut(at, False, FRAMED.filled(line=lines[at].bare[:_QUOTED_LENGTH]), "what looks like a frame")
    return Cut(first, not traced, LINE_MISSING if traced else NO_TRACE, "frame of a mail program")


def _foreign_frame(own: Sequence[Line], frames: Sequence[Frame]) -> int | None:
    """The first line among an agent's words below which somebody else's may stand, though nothing proves the frame."""
    known = (frame.start for frame in frames if frame.start < len(own) and seems_framed(own, frame))
    unknown = (at for at, line in enumerate(own) if ":" in line.bare and unknown_block(own, at))
    return min((*known, *islice(unknown, 1)), default=None)


def _is_addressed(lines: Sequence[Line], at: int) -> bool:
    """An unknown attribution: a date and an address in brackets, with a colon at the end."""
    bare = lines[at].bare
    return (
        bare.endswith((":", "："))
        and resembles_frame(lines, at + 1)
        and has_address(" ".join(line.bare for line in lines[max(0, at - 2) : at + 1]))
    )


def _glued(lines: Sequence[Line], marker: Found) -> bool:
    """One line alone right above what a program quotes, below other words: its own, in whatever language. Where nothing
    is marked, only a date tells."""
    at = marker.start
    while at > 0 and lines[at - 1].quoted:
        at -= 1
    alone = at > 1 and bool(lines[at - 1].bare) and lines[at - 2].blank and any(line.bare for line in lines[: at - 1])
    said = lines[at - 1].bare if alone else ""
    if not said or said.endswith(_STOPS):
        return False
    return lines[marker.start].quoted or (has_year(said) and numbers(said) > 1)


def _frame_above(lines: Sequence[Line], frames: Sequence[Frame], marker: Found) -> Frame | None:
    """The frame right above our line, or the first of a frame within a frame (a divider above an attribution)."""
    above = [
        frame for frame in frames if frame.start < marker.start and (frame.believed or _adjoins(lines, frame, marker))
    ]
    return above[0] if above else None


def _adjoins(lines: Sequence[Line], frame: Frame, marker: Found) -> bool:
    """Nothing but blank and quoted lines in between: our line right below is proof enough for a frame."""
    return all(line.blank or line.quoted for line in lines[frame.end : marker.start])


def _above_quotes(lines: Sequence[Line], cut: int) -> int:
    """Without a frame, quoted lines that touch ours are of our letter."""
    at = cut
    while at > 0 and (lines[at - 1].blank or lines[at - 1].quoted):
        at -= 1
    return at


def _above_signs(lines: Sequence[Line], cut: int) -> int:
    """A line drawn above the frame belongs to it."""
    at = cut
    while at > 0 and (lines[at - 1].blank or is_ruler(lines[at - 1].bare)):
        at -= 1
    return at


def _holds_words(between: Sequence[Line], ours: str | None) -> bool:
    """Words that somebody wrote below the frame; the unknown labels of a frame that only the HTML knows are none."""
    known = significant(ours or "")
    return (
        any(
            significant(line.bare) not in known
            for line in between[:_BETWEEN]
            if not (
                line.blank
                or line.quoted
                or is_banner(line.bare)
                or (line.origin is Origin.REST and ":" in line.bare[:30])
            )
        )
        or len(between) > _BETWEEN
    )


def _traces(own: Sequence[Line]) -> bool:
    """Quoted lines, or lines the HTML puts into a quotation."""
    placed = (Origin.CITED, Origin.REST, Origin.ATTRIBUTION)
    return any(line.depth or (line.bare and line.origin in placed) for line in own)


def _stray(own: Sequence[Line], ours: str | None) -> str:
    found = letters.strays("\n".join(line.bare for line in own), ours) if ours else None
    return found[:_QUOTED_LENGTH] if found else ""


def _words_below(lines: Sequence[Line], marker: Found, ours: str | None) -> bool:
    """Answers between, below or inside the quoted lines; signatures and disclaimers down there do no harm."""
    below = lines[marker.end :]
    folded = {at for fold in closing_folds(below, 0, len(below), unmarked=True) for at in range(fold.start, fold.end)}
    written = [at for at, line in enumerate(below) if line.bare and at not in folded]
    fresh = [at for at in written if _is_fresh(below[at], lines[marker.start])]
    if ours is None:
        return bool(fresh)
    foreign = letters.foreign(below, ours)
    unquoted = set(fresh) & set(foreign)
    return bool(unquoted) or any(_is_prose(below[at].bare) for at in foreign if at not in folded)


def signed_below(lines: Sequence[Line], marker: Found, ours: str | None) -> tuple[str, ...]:
    """The lines of his own signature, where his program puts that below the quoted letter, that may be commands."""
    below = lines[marker.end :]
    folds = closing_folds(below, 0, len(below), unmarked=True)
    signed = [at for fold in folds for at in range(fold.start, fold.end) if looks_like_command(below[at].bare)]
    foreign = set(letters.foreign(below, ours)) if signed and ours is not None else set(signed)
    return tuple(below[at].bare for at in signed if at in foreign and _is_fresh(below[at], lines[marker.start]))


def _is_fresh(line: Line, marker: Line) -> bool:
    """Not marked as quoted, by a program that marks: by quote marks, or where there are none by the HTML."""
    if marker.depth:
        return not line.quoted and line.origin is not Origin.REST
    return line.origin is Origin.FRESH and marker.origin is not Origin.FRESH


def _is_prose(bare: str) -> bool:
    """Not the links, buttons, pictures and warnings that programs put in or write differently in text and HTML."""
    links = any(sign in bare for sign in ("://", "mailto:", "@", "[cid:"))
    return len(significant(bare)) >= _PROSE_LETTERS and not links and not is_banner(bare)
