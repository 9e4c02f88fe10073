"""Pictures for tests: real PNGs of any size, and the first bytes of the other formats."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, shade: int = 0) -> bytes:
    """A grey picture; another shade makes other bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + bytes((shade,)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    """Its first bytes."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0"


def jpeg(width: int, height: int, before: bytes = b"") -> bytes:
    """Its first bytes; `before`: what a segment in front of the frame holds, as cameras write previews."""
    segment = b"\xff\xe1" + struct.pack(">H", len(before) + 2) + before if before else b""
    return b"\xff\xd8" + segment + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + bytes(12)


def webp(width: int, height: int) -> bytes:
    """Its first bytes, in the extended form."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + bytes(4) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size


def bmp(width: int, height: int) -> bytes:
    """Its first bytes."""
    return b"BM" + bytes(4) + bytes(4) + bytes(4) + struct.pack("<Iii", 40, width, -height)
