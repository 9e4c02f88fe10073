"""The message itself, from 354 to the final dot (RFC 5321, 4.1.1.4), taken in the pieces that the socket gives.

Only CRLF.CRLF ends it: no other arrangement of CR, LF, NUL and dots does (CVE-2023-51764 and its sisters). What can not
be taken is read to its end without being kept, so that the reply stands where the client waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from mailgate.intake import replies
from mailgate.intake.caps import Load
from mailgate.settings.site import Limits

_CRLF = b"\r\n"
_DOT_LINE = b"\r\n."
_DOT_AND_CRLF = b".\r\n"
_END = b"\r\n.\r\n"
_SEAM = len(_END) - 1
"""So many bytes of what came before may belong to the end."""


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
        # It becomes the bytes of the message as it is: a copy of many megabytes costs more than to receive them.
        self._kept = BytesIO()
        # The line end of the DATA command begins the search: the dot may stand on the very first line.
        self._tail = _CRLF
        self._came = len(_CRLF)
        self._has_stuffing = False
        self._refusal: str | None = None

    def add(self, piece: bytes | bytearray) -> bytes | None:
        """Take what came next. None while the message goes on; at its end what came behind it."""
        end = self._find_end(piece)
        with memoryview(piece) as all_of_it, all_of_it[:end] as ours, all_of_it[len(ours) :] as behind:
            self._tail = bytes(ours[-_SEAM:]) if len(ours) >= _SEAM else (self._tail + ours)[-_SEAM:]
            self._keep(ours)
            return None if end is None else bytes(behind)

    def _find_end(self, piece: bytes | bytearray) -> int | None:
        """Where the first byte behind the final dot is in this piece."""
        # One byte is found ten times as fast as several, and in an encoded attachment there is no dot.
        if piece.find(b".") < 0 and b"." not in self._tail:
            return None
        near = self._tail + piece
        if (line := near.find(_DOT_LINE)) < 0:
            return None
        end = near.find(_END, line)
        self._has_stuffing = self._has_stuffing or end != line
        return None if end < 0 else end + len(_END) - len(self._tail)

    def _keep(self, piece: memoryview) -> None:
        self._came += len(piece)
        if self._refusal is None:
            self._refusal = _why_not_keep(self.load, self._came, len(piece), self._most)
        if self._refusal is None:
            self._kept.write(piece)
        else:
            self.load.give_back()
            self._kept = BytesIO()

    def message(self) -> Message:
        """All of it, when its end has come."""
        if self._refusal:
            return Message(b"", self._came, self._refusal)
        self._kept.truncate(self._came - len(_CRLF) - len(_DOT_AND_CRLF))
        raw = self._kept.getvalue()
        if self._has_stuffing:
            # RFC 5321, 4.5.2: the first dot of a line that begins with one is not part of the message.
            raw = raw.replace(_DOT_LINE, _CRLF).removeprefix(b".")
        self._kept = BytesIO()
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
