"""Properties of Exchange as TNEF carries them (MS-OXTNEF, 2.1.3.4; types: MS-OXCDATA, 2.11.1): numbers, times, texts
and bytes by their id. What can not be read ends the list; what stands before it counts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from mailgate.mail.words import decode_bytes

APPOINTMENT = UUID("00062002-0000-0000-c000-000000000046")
MEETING = UUID("6ed8da90-450b-101b-98da-00aa003f1305")

Key = int | tuple[UUID, int]
"""The id of a property; of a named one its set and its number."""

_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _UNICODE, _OBJECT, _BINARY, _TIME = 0x1E, 0x1F, 0x0D, 0x102, 0x40
_VARIABLE = (_TEXT, _UNICODE, _OBJECT, _BINARY)
_SEVERAL = 0x1000
_MOST = 5_000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Properties:
    """The first value of each property, as bytes, with its type. `charset`: of texts that are not Unicode."""

    values: dict[Key, tuple[int, bytes]] = field(default_factory=dict)
    charset: str = "cp1252"

    def text(self, key: Key) -> str:
        """A text, or empty."""
        kind, value = self.values.get(key, (0, b""))
        if kind == _UNICODE:
            return value.decode("utf-16-le", "replace").rstrip("\0")
        return decode_bytes(value.rstrip(b"\0"), self.charset) if kind == _TEXT else ""

    def content(self, key: Key) -> bytes:
        """The bytes of a property, whatever its type; none where there is none."""
        return self.values.get(key, (0, b""))[1]

    def is_text(self, key: Key) -> bool:
        """Is it a text, not bytes?"""
        return self.values.get(key, (0, b""))[0] in (_TEXT, _UNICODE)

    def number(self, key: Key) -> int:
        """A whole number; 0 where there is none."""
        kind, value = self.values.get(key, (0, b""))
        return int.from_bytes(value[:4], "little") if kind in (0x02, 0x03, 0x0B) else 0

    def time(self, key: Key) -> datetime | None:
        """A time, in UTC."""
        kind, value = self.values.get(key, (0, b""))
        if kind != _TIME:
            return None
        try:
            return _EPOCH + timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None


def read_properties(raw: bytes, charset: str) -> Properties:
    """A list of properties as an attribute of TNEF holds it."""
    found: dict[Key, tuple[int, bytes]] = {}
    try:
        _read(raw, found)
    except (struct.error, ValueError):
        pass  # the list is broken; what stood before counts
    return Properties(found, charset)


def _read(raw: bytes, found: dict[Key, tuple[int, bytes]]) -> None:
    (count,) = struct.unpack_from("<I", raw)
    at = 4
    for _ in range(min(count, _MOST)):
        kind, number = struct.unpack_from("<HH", raw, at)
        key, at = _name(raw, at + 4, number) if number >= 0x8000 else (number, at + 4)
        value, at = _value(raw, at, kind & ~_SEVERAL, several=bool(kind & _SEVERAL))
        found.setdefault(key, (kind & ~_SEVERAL, value))


def _name(raw: bytes, at: int, number: int) -> tuple[Key, int]:
    """A property without a number of its own: its set, and a number or a name in it."""
    owner = UUID(bytes_le=raw[at : at + 16])
    kind, value = struct.unpack_from("<II", raw, at + 16)
    if kind == 0:
        return (owner, value), at + 24
    return number, at + 24 + _padded(value)


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _value(raw: bytes, at: int, kind: int, *, several: bool) -> tuple[bytes, int]:
    count = 1
    if several or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", raw, at)
        at += 4
    first = b""
    for each in range(count):
        if kind in _VARIABLE:
            (length,) = struct.unpack_from("<I", raw, at)
            begin, after = at + 4, at + 4 + _padded(length)
        else:
            length = _FIXED[kind] if kind in _FIXED else _unknown()
            begin, after = at, at + length
        if begin + length > len(raw):
            raise ValueError("the list ends within a value")
        first = raw[begin : begin + length] if each == 0 else first
        at = after
    return first, at


def _unknown() -> int:
    raise ValueError("a type without a known length")
