"""Packers for the stories of this folder: what old and rare programs make of files, written the plain way."""

from __future__ import annotations

import binascii
import struct
from datetime import UTC, datetime
from uuid import UUID

TEXT, UNICODE, LONG, TIME, BINARY, OBJECT = 0x1E, 0x1F, 0x03, 0x40, 0x102, 0x0D
BODY, HTML, RTF, SUBJECT, CLASS, PAGE = 0x1000, 0x1013, 0x1009, 0x0037, 0x001A, 0x3FDE
LONG_NAME, MEDIA_TYPE, CONTENT_ID, HIDDEN, DATA = 0x3707, 0x370E, 0x3712, 0x7FFE, 0x3701
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MAIL = UUID("00020307-0000-0000-c000-000000000046").bytes_le


def uu(name: str, content: bytes) -> bytes:
    """One uuencoded block."""
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return f"begin 644 {name}\n".encode() + lines + b"`\nend\n"


def yenc(name: str, content: bytes, part: tuple[int, int] | None = None, crc: int | None = None) -> bytes:
    """One yEnc block; `part`: number and total."""
    size, check = len(content), binascii.crc32(content) if crc is None else crc
    which = f"part={part[0]} total={part[1]} " if part else ""
    head = f"=ybegin {which}line=128 size={size} name={name}\r\n" + (f"=ypart begin=1 end={size}\r\n" if part else "")
    shifted = ((byte + 42) % 256 for byte in content)
    coded = b"".join(b"=" + bytes(((byte + 64) % 256,)) if byte in b"\0\n\r=" else bytes((byte,)) for byte in shifted)
    lines = b"".join(coded[at : at + 120] + b"\r\n" for at in range(0, len(coded), 120))
    number = f"part={part[0]} p" if part else ""
    return head.encode() + lines + f"=yend size={size} {number}crc32={check:08x}\r\n".encode()


def der(tag: int, *content: bytes, endless: bool = False) -> bytes:
    """One value of DER; `endless`: in the indefinite length of BER."""
    whole = b"".join(content)
    if endless:
        return bytes((tag, 0x80)) + whole + b"\0\0"
    if len(whole) < 128:
        return bytes((tag, len(whole))) + whole
    size = len(whole).to_bytes((len(whole).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + whole


SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def values(packed: bytes) -> list[bytes]:
    """What stands directly inside a value of definite length, each with its tag and length."""
    at, found = _begin(packed, 0), list[bytes]()
    while at < len(packed):
        begin = _begin(packed, at)
        size = packed[at + 1] if begin == at + 2 else int.from_bytes(packed[at + 2 : begin], "big")
        found.append(packed[at : begin + size])
        at = begin + size
    return found


def _begin(packed: bytes, at: int) -> int:
    return at + 2 + (packed[at + 1] & 0x7F if packed[at + 1] & 0x80 else 0)


def cms(number: int, content: bytes, endless: bool = False) -> bytes:
    """ContentInfo 1.2.840.113549.1.7.NUMBER; of signed data with what was signed, by nobody."""
    data = der(6, bytes.fromhex("2a864886f70d010701"))
    pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
    octets = der(0x24, *(der(4, each) for each in pieces), endless=True) if endless else der(4, content)
    inner = der(0x30, data, der(0xA0, octets, endless=endless), endless=endless)
    signed = der(0x30, der(2, b"\x01"), der(0x31), inner, der(0x31), endless=endless)
    kind = der(6, bytes.fromhex("2a864886f70d0107") + bytes((number,)))
    return der(0x30, kind, der(0xA0, signed, endless=endless), endless=endless)


def prop(key: int | tuple[UUID, int], kind: int, value: bytes | str | int | datetime) -> bytes:
    """One property of MAPI."""
    number, name = (key, b"") if isinstance(key, int) else (0x8001, key[0].bytes_le + struct.pack("<II", 0, key[1]))
    head = struct.pack("<HH", kind, number) + name
    if isinstance(value, datetime):
        return head + struct.pack("<Q", int((value - _EPOCH).total_seconds()) * 10_000_000)
    if isinstance(value, int):
        return head + struct.pack("<I", value)
    if isinstance(value, str):
        value = (value + "\0").encode("utf-16-le" if kind == UNICODE else "cp1252")
    return head + struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)


def props(*each: bytes) -> bytes:
    """A list of properties."""
    return struct.pack("<I", len(each)) + b"".join(each)


def attribute(tag: int, value: bytes, level: int = 1) -> bytes:
    """One attribute of TNEF, by its whole number."""
    return struct.pack("<BII", level, tag, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def file_of(name: str, content: bytes, *more: bytes) -> bytes:
    """One file of a TNEF."""
    short = name[:8].encode("ascii", "replace") + b"\0"
    pieces = attribute(0x00069002, b"\1\0" + b"\0" * 12, 2) + attribute(0x00018010, short, 2)
    return (
        pieces
        + attribute(0x0006800F, content, 2)
        + attribute(0x00069005, props(prop(LONG_NAME, UNICODE, name), *more), 2)
    )


def inner_mail(name: str, tnef_of_it: bytes) -> bytes:
    """A mail attached in a TNEF."""
    known = props(prop(LONG_NAME, UNICODE, name), prop(DATA, OBJECT, _MAIL + tnef_of_it))
    return attribute(0x00069002, b"\1\0" + b"\0" * 12, 2) + attribute(0x00069005, known, 2)


def tnef(*properties: bytes, files: bytes = b"") -> bytes:
    """A `winmail.dat`."""
    head = b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x00089006, b"\0\0\1\0")
    page = attribute(0x00069007, struct.pack("<II", 1252, 0))
    return head + page + attribute(0x00069003, props(*properties)) + files


def lzfu(rtf: bytes) -> bytes:
    """Compressed RTF in which nothing is compressed but the first word, `{\\rtf1\\ansi`, and the end mark."""
    body = b"\x01" + struct.pack(">H", 0 << 4 | 9) + rtf[11:18]
    for at in range(18, len(rtf), 8):
        body += b"\0" + rtf[at : at + 8]
    return struct.pack("<III", len(body) + 12, len(rtf), 0x75465A4C) + b"\0\0\0\0" + body
