"""The whole mail: header block, words in two forms, pictures and files. The same input gives the same bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mailgate.mail.words import clean_line

_LONGEST_PLAIN_LINE: Final = 500
"""Longer ASCII lines are quoted-printable: relays break what nears the 998 of RFC 5322, 2.1.1."""
_PLAIN: Final = bytes((*b"\t\r\n", *range(0x20, 0x7F)))
_MBOX_FROM: Final = re.compile(rb"(?m)^From ")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_CONTENT_ID: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]{1,200}")
_SIMPLE_NAME: Final = re.compile(r"[A-Za-z0-9 ._()+,@#-]{1,60}")
_OWN_ID: Final = re.compile(rb"(?im)^Message-ID: *(.+?)\r$")
_LONGEST_NAME: Final = 150
_PIECE: Final = 55
_ENCODED_AT_ONCE: Final = 57 * 2**12
"""Bytes of a file; 57 make a line (RFC 2045, 6.8)."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that travels along: decoded bytes. `content_id` (no brackets): a picture the HTML shows as `cid:…`."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Entity:
    """One MIME part: its Content-* fields and its encoded body, both ending with CRLF. The body in pieces, so that a
    large file is copied once, when all is joined."""

    fields: bytes
    body: tuple[bytes, ...]

    @property
    def pieces(self) -> tuple[bytes, ...]:
        return self.fields, b"\r\n", *self.body


def assemble(header: bytes, text: str, html: str, files: Sequence[Enclosed] = ()) -> bytes:
    """The mail with CRLF line ends. `header` is a finished block without MIME fields; `text` and `html` any line ends.

    Files the HTML shows travel inside with it, all others behind the words. An empty `html` leaves the text alone.
    """
    match = _OWN_ID.search(header)
    seed = hashlib.sha256(match[1] if match else header).hexdigest()[:24]
    shown = [each for each in files if _is_shown(each, html)]
    words = _words(text, "text/plain")
    if html:
        page = _words(html, "text/html")
        if shown:
            page = _multipart("related", f"{seed}r", (page, *map(_file, shown)), b'; type="text/html"')
        words = _multipart("alternative", f"{seed}a", (words, page))
    if behind := [each for each in files if each not in shown]:
        words = _multipart("mixed", f"{seed}m", (words, *(_file(each, inline=False) for each in behind)))
    return b"".join((header, b"MIME-Version: 1.0\r\n", *words.pieces))


def _is_shown(file: Enclosed, html: str) -> bool:
    cid = file.content_id
    return bool(cid and _CONTENT_ID.fullmatch(cid) and f"cid:{cid}" in html and file.media_type.startswith("image/"))


def _words(text: str, media_type: str) -> _Entity:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    raw = lines.replace("\n", "\r\n").encode("utf-8", "replace")
    raw = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    fields = b"Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: " % media_type.encode("ascii")
    if _is_plain(raw):
        return _Entity(fields + b"7bit\r\n", (raw,))
    return _Entity(fields + b"quoted-printable\r\n", (_quoted_printable(raw),))


def _is_plain(raw: bytes) -> bool:
    """Nothing but printable ASCII, no blank at the end of a line, no line that mailbox files would change."""
    if raw.translate(None, _PLAIN) or b" \r\n" in raw or b"\t\r\n" in raw or _begins_with_from(raw):
        return False
    return max(map(len, raw.split(b"\r\n"))) <= _LONGEST_PLAIN_LINE


def _begins_with_from(raw: bytes) -> bool:
    return raw.startswith(b"From ") or b"\nFrom " in raw


def _quoted_printable(raw: bytes) -> bytes:
    # RFC 2045, 6.7. A soft break behind "From " keeps mailbox files from writing ">From", which breaks signatures.
    quoted = binascii.b2a_qp(raw, istext=True)
    return _MBOX_FROM.sub(b"=46rom =\r\n", quoted) if _begins_with_from(quoted) else quoted


def _multipart(subtype: str, seed: str, parts: Iterable[_Entity], more: bytes = b"") -> _Entity:
    bodies = [part.pieces for part in parts]
    boundary = _absent(seed, [piece for body in bodies for piece in body])
    begin, end = b"--%s\r\n" % boundary, b"--%s--\r\n" % boundary
    kind = b'Content-Type: multipart/%s; boundary="%s"%s\r\n' % (subtype.encode("ascii"), boundary, more)
    return _Entity(kind, (*(piece for body in bodies for piece in (begin, *body, b"\r\n")), end))


def _absent(seed: str, pieces: Sequence[bytes]) -> bytes:
    """A boundary from the seed that stands in none of the pieces, and across none: `=_` occurs in nothing that is
    encoded (RFC 2045, 6.7), and words are one piece."""
    attempt = 0
    while True:
        boundary = f"=_{seed}{attempt or ''}".encode("ascii")
        if not any(boundary in piece for piece in pieces):
            return boundary
        attempt += 1


def _file(file: Enclosed, inline: bool = True) -> _Entity:
    name = clean_line(file.name.replace("/", "_").replace("\\", "_"), _LONGEST_NAME) or "file"
    fields = [
        f"Content-Type: {_media_type(file.media_type)}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {'inline' if inline else 'attachment'};\r\n {_filename(name)}",
    ]
    if inline:
        fields.append(f"Content-ID: <{file.content_id}>")
    return _Entity("".join(f"{field}\r\n" for field in fields).encode("ascii"), tuple(_base64(file.content)))


def _base64(content: bytes) -> Iterator[bytes]:
    """So many lines at a time: each is an object of its own for a moment. Nothing is one empty line."""
    for begin in range(0, len(content) or 1, _ENCODED_AT_ONCE):
        lines = base64.encodebytes(content[begin : begin + _ENCODED_AT_ONCE])
        yield lines.replace(b"\n", b"\r\n") or b"\r\n"


def _media_type(media_type: str) -> str:
    """As declared, where base64 is allowed: RFC 2046, 5.1 and 5.2.1 forbid it for composite types."""
    plain = media_type.lower().strip()
    known = _MEDIA_TYPE.fullmatch(plain) and not plain.startswith(("multipart/", "message/"))
    return plain if known else "application/octet-stream"


def _filename(name: str) -> str:
    """The filename parameter: quoted where the name is short and simple, else RFC 2231 in pieces of one line each."""
    if _SIMPLE_NAME.fullmatch(name):
        return f'filename="{name}"'
    pieces = _pieces(name)
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    first, *rest = pieces
    numbered = [f"filename*0*=utf-8''{first}", *(f"filename*{at}*={each}" for at, each in enumerate(rest, 1))]
    return ";\r\n ".join(numbered)


def _pieces(name: str) -> list[str]:
    """The name percent-encoded, cut between characters."""
    pieces = [""]
    for character in name:
        encoded = quote(character, safe="", errors="replace")
        if len(pieces[-1]) + len(encoded) > _PIECE:
            pieces.append("")
        pieces[-1] += encoded
    return pieces
