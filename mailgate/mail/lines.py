"""The body of a mail as lines: how deep each is quoted, what stands behind the quote marks, and where the HTML of the
same mail says it belongs. Only so much is looked at as `limits` allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import NamedTuple

from mailgate.mail.markup import Origin, origins
from mailgate.mail.message import Message
from mailgate.settings.site import Limits

_MARKS = ">"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_SPACES = "\u00a0\u2007\u202f\u3000\t"
_DEEPEST_INDENT = 3
_MBOX_FROM = ">From "
_NO_SIGNS = {place: None for place in range(128) if not chr(place).isalnum()}


class Line(NamedTuple):
    """One line: `bare` is without quote marks, invisible characters and outer spaces. A mail has hundreds of them, and
    a tuple is made in half the time of a frozen dataclass."""

    bare: str
    depth: int = 0
    origin: Origin = Origin.UNKNOWN

    @property
    def blank(self) -> bool:
        """Nothing but quote marks and spaces."""
        return not self.bare

    @property
    def quoted(self) -> bool:
        """Quote marks, or inside a quotation of the HTML body."""
        return self.depth > 0 or self.origin is Origin.CITED


# What a call of `Line` does, without the call of Python's that it is.
_line = partial(tuple.__new__, Line)


def read_lines(message: Message, limits: Limits) -> tuple[Line, ...]:
    """The lines of `message.text` that may be cut: at most `reply_lines` lines of `reply_size` characters together.

    Line numbers are those of `message.text.split("\\n")`; what lies beyond the limits has no Line and stays uncut.
    """
    lines = _unquoted(message.text, limits)
    if not message.html:
        return lines
    placed = origins(message.html, [line.bare for line in lines], 4 * limits.reply_size)
    return tuple(Line(line.bare, line.depth, origin) for line, origin in zip(lines, placed, strict=True))


def significant(text: str) -> str:
    """Letters and digits only, case-folded: what survives wrapping, quoting and every mail program."""
    folded = text.casefold()
    return folded.translate(_NO_SIGNS) if folded.isascii() else "".join(filter(str.isalnum, folded))


def next_filled(lines: Sequence[Line], at: int) -> int:
    """The first line from `at` on that is not blank, or the number of lines."""
    while at < len(lines) and not lines[at].bare:
        at += 1
    return at


def _bounded(text: str, limits: Limits) -> list[str]:
    lines = text[: limits.reply_size].split("\n", limits.reply_lines)
    if len(lines) > limits.reply_lines or len(text) > limits.reply_size:
        lines.pop()  # the last one is torn, or the uncut rest
    return lines


def _unquoted(text: str, limits: Limits) -> tuple[Line, ...]:
    """The lines without their marks. All of the text is made plain at once, and where it holds no mark, no line is
    searched for one."""
    written = _bounded(text, limits)
    if not written:
        return ()
    # What is plain already, as most text is, comes back as the same object and need not be split again.
    is_plain = len(text) <= limits.reply_size and _made_plain(text) is text
    plain = written if is_plain else _made_plain("\n".join(written)).split("\n")
    if _MARKS not in text:
        return tuple(map(_line, zip(map(str.strip, plain), repeat(0), repeat(Origin.UNKNOWN))))
    return tuple(_without_marks(plain, written))


def _without_marks(plain: Sequence[str], written: Sequence[str]) -> list[Line]:
    found, above, unknown = list[Line](), 0, Origin.UNKNOWN
    for line, raw in zip(plain, written, strict=True):
        depth, rest = _strip_marks(line) if _MARKS in line else (0, line.strip())
        # mbox writers put a mark before lines that begin with "From " (RFC 4155); that is no quotation
        if depth == 1 and not above and raw.startswith(_MBOX_FROM):
            depth = 0
        found.append(_line((rest, depth, unknown)))
        above = depth
    return found


def _made_plain(text: str) -> str:
    for sign in _INVISIBLE:
        text = text.replace(sign, "")
    for space in _SPACES:
        text = text.replace(space, " ")
    return text


def _strip_marks(text: str) -> tuple[int, str]:
    rest = text.lstrip("> ")
    marks = text[: len(text) - len(rest)]
    if marks.find(_MARKS) > _DEEPEST_INDENT:
        return 0, text.strip()
    return marks.count(_MARKS), rest.strip()
