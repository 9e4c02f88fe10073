"""The message itself, from 354 to the final dot (RFC 5321, 4.1.1.4), taken in the pieces that the socket gives.

Only CRLF.CRLF ends it: no other arrangement of CR, LF, NUL and dots does (CVE-2023-51764 and its sisters). What can not
be taken is read to its end without being kept, so that the reply stands where the client waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.intake import replies
from mailgate.intake.caps import Load
from mailgate.settings.site import Limits

_END = b"\r\n.\r\n"
_CRLF = b"\r\n"
_DOT_LINE = b"\r\n."


@dataclass(frozen=True, slots=True)
class Message:
    """What came before the final dot: dots unstuffed, else every byte as it came; or why it was not kept."""

    raw: bytes
    size: int
    """Bytes, also of a message that was not kept."""
    refusal: str | None = None
    """A reply; `raw` is empty then."""


class Collected:
    """A message on its way in. `most` is the size limit in bytes."""

    def __init__(self, load: Load, most: int) -> None:
        self.load = load
        self._most = most
        # The line end of the DATA command begins the search: the dot may stand on the very first line.
        self._kept = bytearray(_CRLF)
        self._came = len(_CRLF)
        self._has_stuffing = False
        self._refusal: str | None = None

    def add(self, piece: bytes | bytearray) -> bytes | None:
        """Take what came next. None while the message goes on; at its end what came behind it."""
        before = len(self._kept)
        self._kept += piece
        end = self._find_end(max(before - len(_END) + 1, 0))
        behind = None
        if end is not None:
            behind = bytes(memoryview(self._kept)[end:])
            del self._kept[end:]
        self._count(len(self._kept) - before)
        return behind

    def _find_end(self, begin: int) -> int | None:
        """The first byte behind the final dot. `begin`: what is new, and as much before it as may belong to the end."""
        # One byte is found ten times as fast as several, and in an encoded attachment there is no dot.
        if self._kept.find(b".", begin) < 0 or (line := self._kept.find(_DOT_LINE, begin)) < 0:
            return None
        end = self._kept.find(_END, line)
        self._has_stuffing = self._has_stuffing or end != line
        return None if end < 0 else end + len(_END)

    def _count(self, size: int) -> None:
        self._came += size
        if self._refusal is None:
            self._refusal = _why_not_keep(self.load, self._came, size, self._most)
        if self._refusal is not None:
            self.load.give_back()
            del self._kept[: -len(_END) + 1]  # the end may have begun

    def message(self) -> Message:
        """All of it, when its end has come."""
        if self._refusal:
            return Message(b"", self._came, self._refusal)
        begin, end = len(_CRLF), len(self._kept) - len(_END) + len(_CRLF)
        if self._has_stuffing:
            # RFC 5321, 4.5.2: the first dot of a line that begins with one is not part of the message.
            raw = bytes(memoryview(self._kept)[:end]).replace(_DOT_LINE, _CRLF)[begin:]
        else:
            raw = bytes(memoryview(self._kept)[begin:end])
        self._kept.clear()
        return Message(raw, len(raw)) if len(raw) <= self._most else Message(b"", len(raw), replies.TOO_BIG)


def refused_content(raw: bytes, limits: Limits, *, bare_line_ends: bool) -> str | None:
    """The reply that refuses this message for what it is, or None. `bare_line_ends`: CR and LF may stand alone."""
    if len(raw) < 1000 and not raw.strip():
        return replies.EMPTY_MAIL
    # A relay behind or before us may see a line end where we see none, and so another header or another mail.
    if not bare_line_ends and not raw.count(b"\n") == raw.count(b"\r") == raw.count(_CRLF):
        return replies.BARE_LINE_END
    return replies.LONG_LINE if _has_long_line(raw, limits.line_size) else None


def _why_not_keep(load: Load, came: int, size: int, most: int) -> str | None:
    # Stuffed dots do not count (RFC 1870, 5): they are an eighth at the very most, and the exact size is asked again.
    if came > most + most // 8 + len(_CRLF + _END):
        return replies.TOO_BIG
    return None if load.take(size) else replies.NO_ROOM


def _has_long_line(raw: bytes, most: int) -> bool:
    """Is any line longer than `most` bytes without its line end? Steps over many short lines at once."""
    start = 0
    while len(raw) - start > most:
        end = raw.rfind(b"\n", start, start + most + len(_CRLF))
        if end < 0:
            return True
        start = end + 1
    return False
