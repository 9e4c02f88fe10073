"""The body of a mail as lines: how deep each is quoted, what stands behind the quote marks, and where the HTML of the
same mail says it belongs. Only so much is looked at as `limits` allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailgate.mail.markup import Origin, origins
from mailgate.mail.message import Message
from mailgate.settings.site import Limits

_MARKS = ">"
_INVISIBLE: dict[str, str | None] = {
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000\t", " "),
}
_PLAIN = str.maketrans(_INVISIBLE)
_DEEPEST_INDENT = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `bare` is without quote marks, invisible characters and outer spaces."""

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


def read_lines(message: Message, limits: Limits) -> tuple[Line, ...]:
    """The lines of `message.text` that may be cut: at most `reply_lines` lines of `reply_size` characters together.

    Line numbers are those of `message.text.split("\\n")`; what lies beyond the limits has no Line and stays uncut.
    """
    found = _unquoted(_bounded(message.text, limits))
    if not message.html:
        return tuple(Line(bare, depth) for depth, bare in found)
    placed = origins(message.html, [bare for _, bare in found], 4 * limits.reply_size)
    return tuple(Line(bare, depth, origin) for (depth, bare), origin in zip(found, placed, strict=True))


def significant(text: str) -> str:
    """Letters and digits only, case-folded: what survives wrapping, quoting and every mail program."""
    return "".join(filter(str.isalnum, text.casefold()))


def next_filled(lines: Sequence[Line], at: int) -> int:
    """The first line from `at` on that is not blank, or the number of lines."""
    while at < len(lines) and lines[at].blank:
        at += 1
    return at


def _bounded(text: str, limits: Limits) -> list[str]:
    lines = text[: limits.reply_size].split("\n", limits.reply_lines)
    if len(lines) > limits.reply_lines or len(text) > limits.reply_size:
        lines.pop()  # the last one is torn, or the uncut rest
    return lines


def _unquoted(texts: Sequence[str]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for text in texts:
        depth, rest = _strip_marks(text.translate(_PLAIN))
        # mbox writers put a mark before lines that begin with "From " (RFC 4155); that is no quotation
        if depth == 1 and text.startswith(">From ") and not (found and found[-1][0]):
            depth = 0
        found.append((depth, rest))
    return found


def _strip_marks(text: str) -> tuple[int, str]:
    indent = len(text) - len(text.lstrip(" "))
    if indent > _DEEPEST_INDENT or text[indent : indent + 1] != _MARKS:
        return 0, text.strip()
    end, depth = indent, 0
    while end < len(text) and text[end] in "> ":
        depth += text[end] == _MARKS
        end += 1
    return depth, text[end:].strip()
