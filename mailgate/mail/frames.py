"""The frames mail programs put around the mail they answer or pass on: dividers, header blocks, attribution lines.

A frame is believed only with evidence; what merely looks like one is found too, for those who must be careful. Every
look is bounded to a few lines, so the time is linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from mailgate.mail.attribution import attribution, beginnings, may_be_wordless, wordless
from mailgate.mail.evidence import Frame, has_address, has_clock, numbers
from mailgate.mail.headerblock import header_block, is_label
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.markup import Origin
from mailgate.mail.one_line import one_line_frame
from mailgate.mail.phrases import phrases

__all__ = ["Frame", "find_frames", "is_ruler", "resembles_frame", "seems_framed", "unknown_block"]

_RULER_LENGTH = 10
_DIVIDER_LENGTH = 120
_NEAR = 3
_MOST_TYPED = 4
_MOST_LABELS = 8
_LABEL_LENGTH = 25
_ENOUGH_LABELS = 3
_SIGNS = "-‐‑‒–—―_=*~#<>|+ "
_RULERS = "-_=*‐–—─ "
_DRAWN = frozenset(_SIGNS + _RULERS)
_CLOSED = frozenset(_SIGNS + ":：")


def find_frames(lines: Sequence[Line]) -> tuple[Frame, ...]:
    """All frames that are not themselves inside a quotation, from top to bottom, not overlapping."""
    found: list[Frame] = []
    behind = 0
    for at, looks in _places(lines):
        if at < behind or (lines[at].quoted and inside_quotation(lines, at)):
            continue
        if frame := frame_at(lines, at, looks):
            found.append(frame)
            behind = max(frame.end, at + 1)
    return tuple(found)


def _places(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where a frame may begin, and which looks are worth while there, as single signs tell: a label, a drawn line, a
    mark of the HTML, or an attribution that ends in this line or the next ones. Most lines of a mail have nothing of
    it and are not looked at again."""
    found: dict[int, int] = {}
    for at, (bare, _, origin) in _signed(lines):
        looks = _STRUCTURE if origin is Origin.REST else 0
        if bare[-1] in _CLOSED:
            for begins in beginnings(lines, at):
                found[begins] = found.get(begins, 0) | _ATTRIBUTION
            if may_be_wordless(lines, at):
                above = max(at - 1, 0)
                found[above] = found.get(above, 0) | _WORDLESS
                looks |= _WORDLESS
        if bare[0] in _DRAWN or bare[-1] in ":：":
            looks |= _DIVIDER
        if is_label(bare):
            looks |= _BLOCK
        if looks:
            found[at] = found.get(at, 0) | looks
    return [place for place in sorted(found.items()) if lines[place[0]].bare]


def _signed(lines: Sequence[Line]) -> list[tuple[int, Line]]:
    """The lines that have any such sign, in one expression: it is asked of every line of every mail."""
    drawn, closed, rest = _DRAWN, _CLOSED, Origin.REST
    return [
        (at, line)
        for at, line in enumerate(lines)
        if (bare := line[0])
        and (bare[0] in drawn or bare[-1] in closed or ":" in bare or "：" in bare or line[2] is rest)
    ]


def is_ruler(bare: str) -> bool:
    """A line drawn of signs, as Outlook draws above its header block."""
    return bare[:1] in _RULERS and len(bare) >= _RULER_LENGTH and not bare.strip(_RULERS)


def resembles_frame(lines: Sequence[Line], end: int) -> bool:
    """The lines right above `end` could be a frame in a language or of a program we have no data for.

    An address in brackets with a date; a date or an address in a line that ends in a colon; three labels, one of
    them with a date and its clock; words between signs.
    """
    start = end
    while start > 0 and start > end - 8 and not lines[start - 1].blank:
        start -= 1
    paragraph = [line.bare for line in lines[start:end]]
    if not paragraph:
        return False
    last = paragraph[-1]
    nearby = " ".join(paragraph[-4:])
    if last.endswith((":", "：")) and (numbers(nearby) > 1 or "@" in nearby):
        return True
    if has_address(nearby) and numbers(nearby) > 1:
        return True
    labels = [bare for bare in paragraph if 0 < bare.replace("：", ":").find(":") <= 25]
    if len(labels) > 2 and any(has_clock(bare) and numbers(bare) > 2 for bare in labels):
        return True
    return last[:3].strip(_SIGNS) == "" and last[-3:].strip(_SIGNS) == "" and last.strip(_SIGNS) != ""


def seems_framed(lines: Sequence[Line], frame: Frame) -> bool:
    """Somebody else's words may stand below it: a frame that is believed, one drawn, one that dates or names whom it
    quotes, a header block with a sender. "The server wrote:" is prose, as is "From: Berlin / To: Paris"."""
    if frame.believed or frame.kind == "divider":
        return True
    if frame.kind == "header block":
        return bool(frame.field("from") and (frame.addresses or frame.field("subject") or frame.field("date")))
    said = " ".join(line.bare for line in lines[frame.start : frame.end])
    return frame.kind == "attribution" and (bool(frame.addresses) or numbers(said) > 1)


def unknown_block(lines: Sequence[Line], at: int) -> bool:
    """A header block in a language we have no data for begins here: three labels, one of them with an address in
    brackets and one with a date and its clock."""
    said: list[str] = []
    for line in lines[at : at + _MOST_LABELS]:
        if not 0 < line.bare.replace("：", ":").find(":") <= _LABEL_LENGTH or line.bare[0] == "#":
            break
        said.append(line.bare)
    addressed = any(map(has_address, said))
    return len(said) >= _ENOUGH_LABELS and addressed and any(has_clock(bare) and numbers(bare) > 2 for bare in said)


def frame_at(lines: Sequence[Line], at: int, looks: int = -1) -> Frame | None:
    """The frame that begins in this line, or None: the first that is believed, else the first that looks like one.
    `looks`: which of them are worth while; every one where nothing is said."""
    first: Frame | None = None
    for sign, look in _LOOKS:
        frame = look(lines, at) if looks & sign else None
        if frame and frame.believed:
            return frame
        first = first or frame
    return first


def inside_quotation(lines: Sequence[Line], at: int) -> bool:
    """Below another quoted line. Some programs (iOS, Hotmail) quote the frame too: the first quoted line may be one,
    also below a line that the writer quotes himself."""
    if not lines[at].quoted:
        return False
    above = _last_filled(lines, at - 1)
    if above < 0 or not lines[above].quoted:
        return False
    by_html = lines[at].origin is Origin.CITED, lines[above].origin is Origin.CITED
    return all(by_html) or (not any(by_html) and all(line.depth for line in lines[above:at]))


def _last_filled(lines: Sequence[Line], at: int) -> int:
    """The last line up to `at` that is not blank; looks at a few only."""
    lowest = max(-1, at - 2 * _NEAR)
    while at > lowest and lines[at].blank:
        at -= 1
    return at if at > lowest else -1


def _divider(lines: Sequence[Line], at: int) -> Frame | None:
    """`-----Original Message-----`, `---------- Forwarded message ---------`, or a ruler right above a header block."""
    bare = lines[at].bare
    if frame := one_line_frame(bare, at):
        return frame
    if len(bare) > _DIVIDER_LENGTH or not (bare[:1] in _DRAWN or bare.endswith((":", "："))):
        return None
    words = _words_of(bare)
    forward, ruler = _is_forward(bare, words), is_ruler(bare)
    if not (forward or ruler or _is_divider(bare, words)):
        return None
    below = next_filled(lines, at + 1)
    inner = None
    if below < len(lines) and below - at <= _NEAR:
        inner = header_block(lines, below, divided=not ruler) or (None if ruler else attribution(lines, below))
    if inner and (inner.believed or not ruler):
        return Frame(inner.kind, at, inner.end, True, forward, inner.fields, inner.addresses)
    if ruler:
        return None
    quoted = below < len(lines) and (lines[below].quoted or lines[below].origin is Origin.REST)
    believed = quoted or below == len(lines) or (not forward and _is_drawn(bare, words))
    return Frame("divider", at, at + 1, believed, forward)


def _undivided(lines: Sequence[Line], at: int) -> Frame | None:
    return header_block(lines, at, divided=False)


def _is_divider(bare: str, words: str) -> bool:
    return bare[:2].strip(_SIGNS) == "" and words in phrases().dividers


def _is_drawn(bare: str, words: str) -> bool:
    """Nobody draws that many signs around these words himself; one word, such as "Original", may stand above a list."""
    around = len(bare) - len(bare.lstrip(_SIGNS.strip())), len(bare) - len(bare.rstrip(_SIGNS.strip()))
    return min(around) >= _MOST_TYPED and (" " in words or not words.isascii())


def _is_forward(bare: str, words: str) -> bool:
    if words in phrases().forwards:
        return bare[:2].strip(_SIGNS) == "" or bare.endswith((":", "："))
    # Lotus Notes: "----- Forwarded by NAME on DATE -----"
    return bare.startswith("---") and words.startswith(_forwarded_by())


@cache
def _forwarded_by() -> tuple[str, ...]:
    return tuple(f"{known} " for known in phrases().forwards)


def _words_of(bare: str) -> str:
    return bare.strip(_SIGNS).rstrip(":：").strip(_SIGNS).casefold()


def _structure(lines: Sequence[Line], at: int) -> Frame | None:
    """The first line below a mark of the HTML (Outlook, Yahoo, GMX), whatever the words."""
    if lines[at].origin is not Origin.REST:
        return None
    above = _last_filled(lines, at - 1)
    return Frame("structure", at, at, True) if above < 0 or lines[above].origin is not Origin.REST else None


# In this order.
_DIVIDER, _BLOCK, _ATTRIBUTION, _WORDLESS, _STRUCTURE = (1 << at for at in range(5))
_LOOKS = (
    (_DIVIDER, _divider),
    (_BLOCK, _undivided),
    (_ATTRIBUTION, attribution),
    (_WORDLESS, wordless),
    (_STRUCTURE, _structure),
)
