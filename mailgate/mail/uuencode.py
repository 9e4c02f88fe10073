"""uuencoded and base64 blocks in a text (POSIX, uuencode): what mail programs sent files in before MIME, and some
scanners, cash registers and mail gateways still do.

A block counts only when it is whole, from its `begin` to its `end`. Nothing is ever written under its name.
"""

from __future__ import annotations

import binascii
import re

from mailgate.mail.packed import Packed, Reading

_BEGIN = re.compile(rb"begin(-base64)? [0-7]{3,4} {0,4}([^\r\n]{0,200})")
_ENDS = (b"end", b"====")
_MOST = 45
"""Bytes in a line: its first letter says how many, and programs write 45."""


def read_block(raw: bytes, begin: int, end: int) -> Reading | None:
    """The file in the block whose first line stands at `begin`, or None where it is none, or not whole."""
    first = _BEGIN.match(raw, begin, end)
    if first is None:
        return None
    line = _base64 if first[1] else _uu
    at, whole = _next(raw, first.end(), end), bytearray()
    while at < end:
        stop = raw.find(b"\n", at, end)
        after = end if stop < 0 else stop + 1
        written = raw[at:after].rstrip(b"\r\n")
        if written.strip() == _ENDS[bool(first[1])]:
            return Reading(at=after, files=(Packed(first[2].strip(), bytes(whole)),))
        content = line(written)
        if content is None:
            return None
        whole += content
        at = after
    return None


def _next(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _uu(line: bytes) -> bytes | None:
    """One line of a block. Blanks at its end may be lost on the way, which stand for zeros; one letter more is an old
    check sum."""
    if not line.strip() or line == b"`":
        return b""
    count = (line[0] - 32) & 63
    letters = (count + 2) // 3 * 4
    if not 32 <= line[0] <= 96 or len(line) - 1 > letters + 1:
        return None
    try:
        return binascii.a2b_uu(line[: letters + 1].ljust(letters + 1, b" "))
    except binascii.Error:
        return None


def _base64(line: bytes) -> bytes | None:
    if len(line) > _LONGEST_BASE64 or b" " in line.strip():
        return None
    try:
        return binascii.a2b_base64(line, strict_mode=True) if line.strip() else b""
    except binascii.Error:
        return None


_LONGEST_BASE64 = 1000
