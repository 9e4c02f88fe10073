"""AppleSingle (RFC 1740): a file of old Macs, of which only the data and the name mean something elsewhere."""

from __future__ import annotations

import struct

from mailgate.mail.packed import Packed

_SINGLE = b"\x00\x05\x16\x00"
_DATA, _NAME = 1, 3
_MOST = 20


def read_single(raw: bytes) -> Packed | None:
    """The file inside, or None where it is no AppleSingle or has no data."""
    if not raw.startswith(_SINGLE) or len(raw) < 26:
        return None
    (count,) = struct.unpack_from(">H", raw, 24)
    parts: dict[int, bytes] = {}
    for each in range(min(count, _MOST)):
        if 38 + 12 * each > len(raw):
            break
        number, offset, length = struct.unpack_from(">III", raw, 26 + 12 * each)
        parts[number] = raw[offset : offset + length]
    return Packed(parts.get(_NAME, b"")[:255], parts[_DATA]) if _DATA in parts else None
