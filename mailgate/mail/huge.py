"""Bodies larger than anybody writes, cut before they are decoded: a character beyond the Western ones takes four bytes
of memory, and a body is copied a few times while it is read. What is cut off is in the original mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailgate.mail.words import decode_bytes

MOST = 2 * 2**20
"""Bytes of one text that are read. Pictures written into HTML do not count."""

_PICTURE = re.compile(rb"""(?<=["'(=])data:[^"'()\s>\x80-\xff]{100,}""", re.IGNORECASE)


def shortened(content: bytes) -> bytes:
    """The beginning of a plain text, up to the end of a line where one is near."""
    end = content.rfind(b"\n", MOST - 2**16, MOST)
    return content[: MOST if end < 0 else end]


def shortened_html(content: bytes, charset: str | None) -> bytes:
    """HTML in ASCII that looks the same, its pictures whole and of all else the beginning."""
    return b"".join(_pieces(content, charset))


def _pieces(content: bytes, charset: str | None) -> Iterator[bytes]:
    at, room = 0, MOST
    for picture in _PICTURE.finditer(content):
        yield _plain(content[at : min(at + room, picture.start())], charset)
        room -= min(room, picture.start() - at)
        yield picture[0]
        at = picture.end()
    yield _plain(content[at : at + room], charset)


def _plain(html: bytes, charset: str | None) -> bytes:
    return html if html.isascii() else decode_bytes(html, charset).encode("ascii", "xmlcharrefreplace")
