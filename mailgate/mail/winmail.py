"""What a `winmail.dat` gives to a mail: its words, in plain text and in HTML, its files under their long names, a
meeting as `invite.ics`, and each mail that was attached in it as an .eml that any program opens.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header

from mailgate.mail.compressed_rtf import Room
from mailgate.mail.meeting import invitation
from mailgate.mail.packed import Packed
from mailgate.mail.tnef import Tnef, read_tnef
from mailgate.mail.words import clean_line

_BOUNDARY = "=_winmail"
_DEEPEST = 3
_LARGEST = 4 * 2**20
_NAME, _ADDRESS = 0x0C1A, (0x5D01, 0x0C1F)


@dataclass(frozen=True, slots=True)
class Parts:
    """`words`: at most one plain text and one HTML, of UTF-8."""

    words: tuple[Packed, ...]
    files: tuple[Packed, ...]
    is_whole: bool


def parts_of(raw: bytes, room: Room | None = None) -> Parts | None:
    """None where it is no TNEF. `room`: for all the compressed text in it."""
    room = room or Room()
    tnef = read_tnef(raw, room)
    return None if tnef is None else _parts(tnef, room, 0)


def _parts(tnef: Tnef, room: Room, depth: int) -> Parts:
    meeting = invitation(tnef)
    inner = (_mail(name, raw, room, depth + 1) for name, raw in tnef.inner if depth < _DEEPEST)
    return Parts(tuple(_words(tnef)), (*tnef.files, *inner, *((meeting,) if meeting else ())), tnef.is_whole)


def _words(tnef: Tnef) -> Iterator[Packed]:
    if tnef.text.strip():
        yield Packed("", tnef.text.encode(), "text/plain")
    if tnef.html.strip():
        yield Packed("", tnef.html.encode("utf-8", "replace"), "text/html")


def _mail(name: str, raw: bytes, room: Room, depth: int) -> Packed:
    """An attached mail, written anew (RFC 5322); a very large one stays as it is."""
    if len(raw) > _LARGEST:
        return Packed(f"{name}.dat", raw, "application/ms-tnef")
    tnef = read_tnef(raw, room) or Tnef()
    parts = _parts(tnef, room, depth)
    subject = clean_line(tnef.subject or name)
    known = tnef.properties
    sender = next((text for key in _ADDRESS if "@" in (text := clean_line(known.text(key)))), "")
    name_of_sender = Header(clean_line(known.text(_NAME)), "utf-8").encode()
    head = f"From: {name_of_sender} <{sender}>\r\nSubject: {Header(subject, 'utf-8').encode()}\r\nMIME-Version: 1.0\r\n"
    kind = f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}{depth}"\r\n\r\n'
    pieces = [(head + kind).encode()]
    for each in (*parts.words[-1:], *parts.files):
        pieces.append(f"--{_BOUNDARY}{depth}\r\n".encode() + _part(each))
    pieces.append(f"--{_BOUNDARY}{depth}--\r\n".encode())
    return Packed(f"{subject or 'message'}.eml", b"".join(pieces), "message/rfc822")


def _part(packed: Packed) -> bytes:
    kind = packed.media_type or "application/octet-stream"
    fields = f"Content-Type: {clean_line(kind)}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    if packed.name:
        name = packed.name if isinstance(packed.name, str) else packed.name.decode("utf-8", "replace")
        shown = Header(clean_line(name).replace('"', "'"), "utf-8").encode(linesep="\r\n")
        fields += f'Content-Disposition: attachment;\r\n filename="{shown}"\r\n'
    return fields.encode() + b"\r\n" + base64.encodebytes(packed.content).replace(b"\n", b"\r\n") + b"\r\n"
