"""What an S/MIME part is, and what opaque signed mail holds (RFC 5652, RFC 8551): its frames are walked as far as the
content, in definite and indefinite lengths. Nothing is verified, and no certificate is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

SMIME = "S/MIME"

# RFC 5652, 5 to 9; RFC 5083; RFC 3274.
_KINDS: tuple[tuple[bytes, str], ...] = (
    (bytes.fromhex("2a864886f70d010702"), "signed"),
    (bytes.fromhex("2a864886f70d010703"), "encrypted"),
    (bytes.fromhex("2a864886f70d010706"), "encrypted"),
    (bytes.fromhex("2a864886f70d0109100117"), "encrypted"),
    (bytes.fromhex("2a864886f70d0109100109"), "compressed"),
)
_SEQUENCE, _SET, _OCTETS, _WHOLE_OCTETS, _OID, _INTEGER, _CONTENT = 0x30, 0x31, 0x24, 0x04, 0x06, 0x02, 0xA0
_MOST_PIECES = 200_000


@dataclass(frozen=True, slots=True)
class Cms:
    """`kind`: signed, encrypted, compressed. `content`: what was signed, where it is inside."""

    kind: str
    content: bytes | None = None


class _Frame(NamedTuple):
    """One value: its tag, where its content begins, where it ends; `stop` is None for an indefinite length."""

    tag: int
    begin: int
    stop: int | None


class _Broken(ValueError):
    """these bytes are no frames"""


def read_cms(raw: bytes) -> Cms | None:
    """The kind of a CMS message, with its content where it is signed. None where it is no CMS message."""
    try:
        return _message(raw)
    except _Broken:
        return None


def _message(raw: bytes) -> Cms | None:
    kind, inside = _typed(raw, 0)
    if kind != "signed":
        return Cms(kind) if kind else None
    try:
        signed = _frame(raw, inside.begin, _SEQUENCE)
        at = _past(raw, _frame(raw, signed.begin, _INTEGER))
        at = _past(raw, _frame(raw, at, _SET))
        return Cms(kind, _octets(raw, _content_of(raw, at)))
    except _Broken:
        return Cms(kind)


def _typed(raw: bytes, at: int) -> tuple[str, _Frame]:
    """ContentInfo: what it is, and the frame that holds it."""
    outer = _frame(raw, at, _SEQUENCE)
    oid = _frame(raw, outer.begin, _OID)
    stop = _past(raw, oid)
    name = raw[oid.begin : stop]
    return next((kind for known, kind in _KINDS if known == name), ""), _frame(raw, stop, _CONTENT)


def _content_of(raw: bytes, at: int) -> _Frame:
    inner = _frame(raw, at, _SEQUENCE)
    wrapped = _frame(raw, _past(raw, _frame(raw, inner.begin, _OID)), _CONTENT)
    return _frame(raw, wrapped.begin)


def _frame(raw: bytes, at: int, expected: int | None = None) -> _Frame:
    """The value at `at` (X.690, 8.1)."""
    if at + 2 > len(raw) or (expected is not None and raw[at] != expected):
        raise _Broken
    length, begin = raw[at + 1], at + 2
    if length == 0x80:
        return _Frame(raw[at], begin, None)
    if length & 0x80:
        size = length & 0x7F
        if size > 8:
            raise _Broken
        length, begin = int.from_bytes(raw[begin : begin + size], "big"), begin + size
    # What is cut off at the end is read as far as it goes.
    return _Frame(raw[at], begin, min(begin + length, len(raw)))


def _past(raw: bytes, frame: _Frame) -> int:
    """The first byte behind a value; two zero bytes end one of indefinite length (X.690, 8.1.3.6)."""
    if frame.stop is not None:
        return frame.stop
    at, open_ones = frame.begin, 1
    while open_ones:
        if raw.startswith(b"\0\0", at):
            at, open_ones = at + 2, open_ones - 1
            continue
        inner = _frame(raw, at)
        at, open_ones = (inner.begin, open_ones + 1) if inner.stop is None else (inner.stop, open_ones)
    return at


def _octets(raw: bytes, frame: _Frame) -> bytes:
    """An octet string, in one piece or in many (X.690, 8.7.3)."""
    if frame.tag == _WHOLE_OCTETS and frame.stop is not None:
        return raw[frame.begin : frame.stop]
    if frame.tag != _OCTETS:
        raise _Broken
    pieces, at = list[bytes](), frame.begin
    stop = len(raw) if frame.stop is None else frame.stop
    while at < stop and not raw.startswith(b"\0\0", at) and len(pieces) < _MOST_PIECES:
        piece = _frame(raw, at, _WHOLE_OCTETS)
        at = _past(raw, piece)
        pieces.append(raw[piece.begin : at])
    return b"".join(pieces)
