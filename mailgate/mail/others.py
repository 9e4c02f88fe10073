"""Where in a new mail of an agent the words of somebody else begin, by whatever frame, mark or HTML: nothing below is
carried out. Lines down there that he may have written himself are told apart, so that a command in them comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mailgate.mail.evidence import Frame
from mailgate.mail.folds import Fold, NewWords
from mailgate.mail.forwarded import forwarding_start
from mailgate.mail.frames import seems_framed, unknown_block
from mailgate.mail.layout import Layout
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.message import Message

_LOOKED_AT = 20
"""Lines that are looked for in the shown text; what is none of them may be anybody's."""
_OTHERS = frozenset((Origin.CITED, Origin.REST, Origin.ATTRIBUTION, Origin.INDENTED))


@dataclass(frozen=True, slots=True)
class Parted:
    """The shown words of a mail."""

    own: str
    rest: str
    """From the first line on that may be somebody else's."""
    doubtful: tuple[str, ...] = ()
    """The lines of the rest that nothing shows to be somebody else's."""


def parted(words: NewWords, message: Message, layout: Layout, *, answers: bool) -> Parted:
    """What commands, and what does not. `answers`: a letter of ours, so that all else was judged already
    (`certainty.py`)."""
    lines = layout.lines
    passed_on = forwarding_start(message, layout)
    others = None if answers else min(_beginnings(message, layout), default=None)
    start = min((at for at in (passed_on, others) if at is not None), default=None)
    if start is None:
        return Parted(words.text, "")
    shown = words.text.split("\n")
    at = _place(start, message.text.split("\n"), words.folds, shown)
    behind = (frame.start for frame in layout.frames if frame.believed and not _marks(lines, frame))
    end = min([len(lines), *behind, *([] if passed_on is None else [passed_on])])
    doubtful = tuple(line.bare for line in lines[start:end] if line.bare and not _is_others(line))
    return Parted("\n".join(shown[:at]).rstrip(), "\n".join(shown[at:]), doubtful)


def _is_others(line: Line) -> bool:
    """Marked as quoted, or in a quotation of the HTML or below its frame."""
    return line.depth > 0 or line.origin in _OTHERS


def _beginnings(message: Message, layout: Layout) -> Iterator[int]:
    """The first of each kind."""
    lines = layout.lines
    if len(lines) <= message.text.count("\n"):  # nobody has looked at the rest
        yield len(lines)
    yield from (frame.start for frame in layout.frames if seems_framed(lines, frame))
    yield from islice((at for at, line in enumerate(lines) if line.bare and _is_others(line)), 1)
    yield from islice((at for at, line in enumerate(lines) if ":" in line.bare and unknown_block(lines, at)), 1)


def _marks(lines: Sequence[Line], frame: Frame) -> bool:
    """What stands below this frame is marked, so that unmarked lines further down are not its."""
    below = next_filled(lines, frame.end)
    return below < len(lines) and lines[below].quoted


def _place(start: int, written: Sequence[str], folds: Sequence[Fold], shown: Sequence[str]) -> int:
    """The line of the shown text from which on nothing stands above line `start` of the mail."""
    folded = {at for fold in folds for at in range(fold.start, min(fold.end, len(written)))}
    left = [at for at in range(len(written)) if at not in folded and written[at].strip()]
    texts = [line.strip() for line in shown]
    below = [at for at in left if at >= start]
    for at in below[:_LOOKED_AT]:
        line = written[at].strip()
        above = sum(written[each].strip() == line for each in left if each < start)
        places = [place for place, text in enumerate(texts) if text == line]
        if places:
            return places[min(above, len(places) - 1)]
    return 0 if below else len(shown)
