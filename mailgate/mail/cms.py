"""What an S/MIME part is, and what opaque signed mail holds (RFC 5652, RFC 8551): its frames are walked as far as the
content, and to who signed it and when, in definite and indefinite lengths. Nothing is verified, and no certificate is
read: what the signer says of himself counts after somebody has verified it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
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
_MOST_INSIDE = 1000
_LONG_TAG = 0x1F
_CERTIFICATES, _REVOCATIONS = 0xA0, 0xA1
_SIGNED_ATTRIBUTES = 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_SIGNING_TIME = bytes.fromhex("2a864886f70d010905")
# SHA-224 to SHA-512 of FIPS 180, SHA-3 of FIPS 202.
_DIGESTS = tuple(bytes.fromhex("6086480165030402") + bytes([number]) for number in (1, 2, 3, 4, 7, 8, 9, 10))
_UTC = re.compile(rb"([0-9]{2})([0-9]{10})Z")
_GENERALIZED = re.compile(rb"([0-9]{4})([0-9]{10})Z")


@dataclass(frozen=True, slots=True)
class Cms:
    """`kind`: signed, encrypted, compressed. `content`: what was signed, where it is inside."""

    kind: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """The only signer of a message."""

    made_at: datetime | None
    """UTC; None where the signature does not cover a time."""
    strong: bool
    """Its digest is one that nobody can make two texts for."""
    detached: bool
    """What is signed stands elsewhere."""


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


def signer_of(raw: bytes) -> Signer | None:
    """The signer; None where there is not exactly one, or the frames can not be read."""
    try:
        kind, inside = _typed(raw, 0)
        return _signer(raw, inside) if kind == "signed" else None
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
    if raw[at] & _LONG_TAG == _LONG_TAG:
        raise _Broken  # X.690, 8.1.2.4: its second byte is no length; CMS has none, but room for what is no CMS
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
    for _ in range(_MOST_PIECES):
        if not open_ones:
            return at
        if raw.startswith(b"\0\0", at):
            at, open_ones = at + 2, open_ones - 1
            continue
        inner = _frame(raw, at)
        at, open_ones = (inner.begin, open_ones + 1) if inner.stop is None else (inner.stop, open_ones)
    raise _Broken


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


def _signer(raw: bytes, inside: _Frame) -> Signer | None:
    signed = _frame(raw, inside.begin, _SEQUENCE)
    at = _past(raw, _frame(raw, signed.begin, _INTEGER))
    at = _past(raw, _frame(raw, at, _SET))
    content = _frame(raw, at, _SEQUENCE)
    at = _past(raw, content)
    for tag in (_CERTIFICATES, _REVOCATIONS):
        if (beside := _frame(raw, at)).tag == tag:
            at = _past(raw, beside)
    signers = _inside(raw, _frame(raw, at, _SET))
    if len(signers) != 1:
        return None
    fields = _inside(raw, signers[0])
    if len(fields) < 3 or fields[0].tag != _INTEGER or fields[2].tag != _SEQUENCE:
        return None
    digest, more = fields[2], fields[3:]
    attributes = more[0] if more and more[0].tag == _SIGNED_ATTRIBUTES else None
    return Signer(
        made_at=_time(raw, attributes) if attributes else None,
        strong=_first_oid(raw, digest) in _DIGESTS,
        detached=len(_inside(raw, content)) == 1,
    )


def _inside(raw: bytes, outer: _Frame) -> list[_Frame]:
    """The frames directly inside one."""
    at, found = outer.begin, list[_Frame]()
    while (outer.stop is None and not raw.startswith(b"\0\0", at)) or (outer.stop is not None and at < outer.stop):
        found.append(_frame(raw, at))
        if len(found) > _MOST_INSIDE:
            raise _Broken
        at = _past(raw, found[-1])
    return found


def _first_oid(raw: bytes, outer: _Frame) -> bytes:
    oid = _frame(raw, outer.begin, _OID)
    return raw[oid.begin : oid.stop]


def _time(raw: bytes, attributes: _Frame) -> datetime | None:
    """The one signing time among the signed attributes."""
    found = [each for each in _inside(raw, attributes) if _first_oid(raw, each) == _SIGNING_TIME]
    if len(found) != 1:
        return None
    parts = _inside(raw, found[0])
    times = _inside(raw, parts[1]) if len(parts) == 2 and parts[1].tag == _SET else []
    return _moment(times[0].tag, raw[times[0].begin : times[0].stop]) if len(times) == 1 else None


def _moment(tag: int, written: bytes) -> datetime | None:
    """RFC 5652, 11.3: UTCTime up to 2049, GeneralizedTime from then on, both with seconds and Z."""
    match = {_UTC_TIME: _UTC, _GENERALIZED_TIME: _GENERALIZED}.get(tag, _UTC).fullmatch(written)
    if match is None:
        return None
    year = int(match[1]) + (0 if tag == _GENERALIZED_TIME else 2000 if int(match[1]) < 50 else 1900)
    try:
        return datetime.strptime(f"{year:04}{match[2].decode()}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
