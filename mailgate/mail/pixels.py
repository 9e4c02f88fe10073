"""How large a picture is, read from its first bytes by hand: PNG, GIF, JPEG, WebP, BMP. Nothing is decoded."""

from __future__ import annotations

from collections.abc import Callable

Size = tuple[int, int]
"""Width and height in pixels."""

_SEARCHED = 256 * 2**10
"""Bytes of a JPEG in which its size is looked for: pictures of cameras carry previews before it."""
_MOST_SEGMENTS = 200
_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
"""ITU-T T.81, B.1.1.3: markers that begin a frame, and so name the size."""
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a segment."""


def kind_of(content: bytes) -> str | None:
    """The media type of a picture by its own bytes, None where it is none that mail programs show."""
    return next((kind for kind, fits, _ in _KINDS if fits(content)), None)


def size_of(content: bytes) -> Size | None:
    """Width and height; None where the bytes do not say."""
    read = next((read for _, fits, read in _KINDS if fits(content)), None)
    found = read(content) if read else None
    return found if found and min(found) > 0 else None


def _png(content: bytes) -> Size | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return _big(content[16:20]), _big(content[20:24])


def _gif(content: bytes) -> Size | None:
    return (_little(content[6:8]), _little(content[8:10])) if len(content) >= 10 else None


def _bmp(content: bytes) -> Size | None:
    if len(content) < 26:
        return None
    if _little(content[14:18]) == 12:  # as OS/2 wrote it
        return _little(content[18:20]), _little(content[20:22])
    return _little(content[18:22]), abs(int.from_bytes(content[22:26], "little", signed=True))


def _webp(content: bytes) -> Size | None:
    """RFC 9649, 2.5 to 2.7."""
    form = content[12:16]
    if len(content) < 30:
        return None
    if form == b"VP8X":
        return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    if form == b"VP8L":
        bits = _little(content[21:25])
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF


def _jpeg(content: bytes) -> Size | None:
    """From segment to segment (ITU-T T.81, B.1.1.4) up to the first frame."""
    at, last = 2, min(len(content), _SEARCHED)
    for _ in range(_MOST_SEGMENTS):
        at = content.find(b"\xff", at, last)
        if at < 0 or at + 9 > last:
            return None
        marker = content[at + 1]
        if marker in _FRAMES:
            return _big(content[at + 7 : at + 9]), _big(content[at + 5 : at + 7])
        filler = marker == 0xFF
        at += 1 if filler else 2 if marker in _BARE else 2 + max(2, _big(content[at + 2 : at + 4]))
    return None


def _big(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


_KINDS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], Size | None]], ...] = (
    ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff"), _jpeg),
    ("image/gif", lambda content: content.startswith((b"GIF87a", b"GIF89a")), _gif),
    ("image/webp", lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP", _webp),
    ("image/bmp", lambda content: content.startswith(b"BM") and content[6:10] == bytes(4), _bmp),
)
"""Media type, how it begins, how it says its size."""
