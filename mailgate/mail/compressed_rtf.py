"""Compressed RTF of Exchange (MS-OXRTFCP): a window of 4096 bytes that begins with words RTF often has.

Bounded: a few bytes can stand for very many, so no more than `LONGEST` are written out.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

LONGEST = 2**20
"""Bytes of RTF that are written out at once."""

_COMPRESSED = b"LZFu"
_PLAIN = b"MELA"
_WINDOW = 4096
# MS-OXRTFCP, 2.1.3.1.
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\"
    b"i\\u\\tab\\tx"
)


@dataclass(slots=True)
class Room:
    """How much RTF may still be written out for one mail, in bytes: a mail may hold many pieces."""

    left: int = 2 * LONGEST


def decompressed(content: bytes, room: Room | None = None) -> bytes:
    """The RTF, at most `LONGEST` bytes of it. Broken content gives what stands before the fault; none gives nothing."""
    if len(content) < 16:
        return b""
    room = room or Room()
    _, size, _ = struct.unpack_from("<III", content)
    written = _read(content, min(size, LONGEST, room.left))
    room.left -= len(written)
    return written


def _read(content: bytes, most: int) -> bytes:
    if content.startswith(_PLAIN, 8):
        return content[16 : 16 + most]
    return _written_out(content, most) if content.startswith(_COMPRESSED, 8) else b""


def _written_out(content: bytes, size: int) -> bytes:
    out, at, most = bytearray(_DICTIONARY), 16, len(_DICTIONARY) + size
    while at < len(content) and len(out) < most:
        control = content[at]
        at += 1
        if control == 0:
            out += content[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if not control >> bit & 1:
                out += content[at : at + 1]
                at += 1
            elif at + 1 < len(content) and _repeat(out, content[at] << 8 | content[at + 1]):
                at += 2
            else:
                return bytes(out[len(_DICTIONARY) : most])
    return bytes(out[len(_DICTIONARY) : most])


def _repeat(out: bytearray, reference: int) -> bool:
    """Write again what stands at a place of the window (twelve bits; four bits: how long). False at the end mark."""
    distance, length = (len(out) - (reference >> 4)) % _WINDOW, (reference & 0xF) + 2
    if distance == 0 or distance > len(out):
        return False
    start = len(out) - distance
    piece = bytes(out[start : start + length])
    if len(piece) < length:  # it repeats itself while it is written
        piece = (piece * (length // len(piece) + 1))[:length]
    out += piece
    return True
