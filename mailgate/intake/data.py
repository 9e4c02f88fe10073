"""The message itself, from 354 to the final dot (RFC 5321, 4.1.1.4), read in large chunks instead of line by line.

Only CRLF.CRLF ends it: no other arrangement of CR, LF, NUL and dots does (CVE-2023-51764 and its sisters). What can not
be taken is read to its end without being kept, so that the reply stands where the client waits for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from mailgate.intake import replies
from mailgate.intake.caps import Load
from mailgate.settings.site import Limits

_END = b"\r\n.\r\n"
_CRLF = b"\r\n"


@dataclass(frozen=True, slots=True)
class Message:
    """What came before the final dot: dots unstuffed, else every byte as it came; or why it was not kept."""

    raw: bytes
    size: int
    """Bytes, also of a message that was not kept."""
    refusal: str | None = None
    """A reply; `raw` is empty then."""


async def read_message(reader: asyncio.StreamReader, load: Load, most: int) -> Message:
    """Read to the final dot. `most` is the size limit in bytes. Raises IncompleteReadError when the client leaves."""
    # The line end of the DATA command begins the search: the dot may stand on the very first line.
    reader._buffer[:0] = _CRLF  # type: ignore[attr-defined]  # there is no public way to look at the line end twice
    pieces: list[bytes] = []
    refusal: str | None = None
    came = 0
    ended = False
    while not ended:
        piece, ended = await _next_piece(reader)
        came += len(piece)
        if refusal is None:
            refusal = _why_not_keep(load, came, len(piece), most)
            pieces.append(piece)
        if refusal is not None:
            pieces.clear()
            load.give_back()
    return Message(b"", came, refusal) if refusal else _finished(pieces, most)


def refused_content(raw: bytes, limits: Limits, *, bare_line_ends: bool) -> str | None:
    """The reply that refuses this message for what it is, or None. `bare_line_ends`: CR and LF may stand alone."""
    if len(raw) < 1000 and not raw.strip():
        return replies.EMPTY_MAIL
    # A relay behind or before us may see a line end where we see none, and so another header or another mail.
    if not bare_line_ends and not raw.count(_CRLF) == raw.count(b"\n") == raw.count(b"\r"):
        return replies.BARE_LINE_END
    return replies.LONG_LINE if _has_long_line(raw, limits.line_size) else None


async def _next_piece(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """Some bytes, and whether they end with the final dot. What comes behind it stays in the reader."""
    try:
        return await reader.readuntil(_END), True
    except asyncio.LimitOverrunError as more:
        # `consumed` leaves those bytes behind that may be the beginning of the end.
        return await reader.readexactly(more.consumed), False


def _why_not_keep(load: Load, came: int, size: int, most: int) -> str | None:
    # Stuffed dots do not count (RFC 1870, 5): they are an eighth at the very most, and the exact size is asked again.
    if came > most + most // 8 + len(_CRLF + _END):
        return replies.TOO_BIG
    return None if load.take(size) else replies.NO_ROOM


def _finished(pieces: list[bytes], most: int) -> Message:
    pieces[0] = pieces[0][len(_CRLF) :]
    pieces[-1] = pieces[-1][: -len(_END) + len(_CRLF)]
    raw = b"".join(pieces)
    pieces.clear()
    # RFC 5321, 4.5.2: the first dot of a line that begins with one is not part of the message.
    raw = (raw[1:] if raw.startswith(b".") else raw).replace(b"\r\n.", _CRLF)
    return Message(raw, len(raw)) if len(raw) <= most else Message(b"", len(raw), replies.TOO_BIG)


def _has_long_line(raw: bytes, most: int) -> bool:
    """Is any line longer than `most` bytes without its line end? Steps over many short lines at once."""
    start = 0
    while len(raw) - start > most:
        end = raw.rfind(b"\n", start, start + most + len(_CRLF))
        if end < 0:
            return True
        start = end + 1
    return False
