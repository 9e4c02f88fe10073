"""TNEF, the `winmail.dat` of Outlook and Exchange (MS-OXTNEF): the words and the files of a mail in one attachment.

The stream is walked attribute by attribute; one that is cut off ends it, and what came before counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from mailgate.mail.compressed_rtf import Room, decompressed
from mailgate.mail.mapi import Properties, read_properties
from mailgate.mail.packed import Packed
from mailgate.mail.rtf import read_rtf
from mailgate.mail.words import clean_body, decode_bytes

SIGNATURE = b"\x78\x9f\x3e\x22"

# MS-OXTNEF, 2.1.3.3; the upper half only says how the value is written.
_CODE_PAGE, _CLASS, _SUBJECT, _BODY, _PROPERTIES = 0x9007, 0x8008, 0x8004, 0x800C, 0x9003
_NEXT_FILE, _NAME, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005

_PLAIN, _RTF, _HTML, _PAGE, _TITLE, _KIND = 0x1000, 0x1009, 0x1013, 0x3FDE, 0x0037, 0x001A
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _MEDIA_TYPE, _CONTENT_ID = 0x3707, 0x3704, 0x3001, 0x370E, 0x3712
_CONTENT, _METHOD, _HIDDEN = 0x3701, 0x3705, 0x7FFE
_EMBEDDED = UUID("00020307-0000-0000-c000-000000000046")
_STORAGE = bytes.fromhex("0000 0000 c000 0000 0000 0046")
"""How the identifiers of all classes of OLE end."""
_MOST_FILES = 500


@dataclass(slots=True)
class _File:
    name: str = ""
    data: bytes = b""
    properties: Properties = field(default_factory=Properties)


@dataclass(frozen=True, slots=True)
class Tnef:
    """What was in it. `html` is empty where there is none; `inner`: mails that were attached, as TNEF again."""

    message_class: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    files: tuple[Packed, ...] = ()
    inner: tuple[tuple[str, bytes], ...] = ()
    properties: Properties = field(default_factory=Properties)
    is_whole: bool = True


def read_tnef(raw: bytes, room: Room | None = None) -> Tnef | None:
    """Never raises; None where it is no TNEF. `room`: for its compressed text."""
    if not raw.startswith(SIGNATURE):
        return None
    walk = _Walk(raw, room or Room())
    for number, value in walk.attributes():
        walk.take(number, value)
    return walk.result()


@dataclass(slots=True)
class _Walk:
    raw: bytes
    room: Room
    charset: str = "cp1252"
    said: dict[int, bytes] = field(default_factory=dict)
    properties: Properties = field(default_factory=Properties)
    files: list[_File] = field(default_factory=list)
    is_whole: bool = True

    def attributes(self) -> Iterator[tuple[int, bytes]]:
        at = 6
        while at + 9 <= len(self.raw):
            _, tag, length = struct.unpack_from("<BII", self.raw, at)
            stop = at + 9 + length
            if stop > len(self.raw):
                self.is_whole = False
                return
            yield tag & 0xFFFF, self.raw[at + 9 : stop]
            at = stop + 2  # the check sum

    def take(self, number: int, value: bytes) -> None:
        if number == _CODE_PAGE and len(value) >= 4:
            self.charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif number == _PROPERTIES:
            self.properties = read_properties(value, self.charset)
        elif number == _NEXT_FILE and len(self.files) < _MOST_FILES:
            self.files.append(_File())
        elif number in (_NAME, _DATA, _FILE_PROPERTIES) and self.files:
            self._of_file(self.files[-1], number, value)
        else:
            self.said.setdefault(number, value)

    def _of_file(self, file: _File, number: int, value: bytes) -> None:
        if number == _NAME:
            file.name = decode_bytes(value.rstrip(b"\0"), self.charset)
        elif number == _DATA:
            file.data = value
        else:
            file.properties = read_properties(value, self.charset)

    def result(self) -> Tnef:
        text, html = self._words()
        return Tnef(
            message_class=self._text(_KIND, _CLASS),
            subject=self._text(_TITLE, _SUBJECT),
            text=clean_body(text),
            html=html,
            files=tuple(_packed(each) for each in self.files if _inner(each) is None),
            inner=tuple((_name(each), inner) for each in self.files if (inner := _inner(each)) is not None),
            properties=self.properties,
            is_whole=self.is_whole,
        )

    def _text(self, of_property: int, of_attribute: int) -> str:
        said = decode_bytes(self.said.get(of_attribute, b"").rstrip(b"\0"), self.charset)
        return self.properties.text(of_property) or said

    def _words(self) -> tuple[str, str]:
        """The plain text and the HTML; both from the RTF where they are only there."""
        plain, html = self._text(_PLAIN, _BODY), self._html()
        if html or (plain.strip() and _RTF not in self.properties.values):
            return plain, html
        rtf = read_rtf(decompressed(self.properties.content(_RTF), self.room))
        return (plain, rtf.text) if rtf.is_html else (plain if plain.strip() else rtf.text, "")

    def _html(self) -> str:
        if self.properties.is_text(_HTML):
            return self.properties.text(_HTML)
        page = self.properties.number(_PAGE)
        return decode_bytes(self.properties.content(_HTML), f"cp{page}" if page else self.charset)


def _name(file: _File) -> str:
    known = file.properties
    return known.text(_LONG_NAME) or file.name or known.text(_SHORT_NAME) or known.text(_SHOWN_NAME)


def _packed(file: _File) -> Packed:
    known = file.properties
    content_id = known.text(_CONTENT_ID)
    return Packed(
        name=_name(file),
        content=file.data or _object(known.content(_CONTENT)),
        media_type=known.text(_MEDIA_TYPE).lower(),
        content_id=content_id,
        inline=bool(content_id) and bool(known.number(_HIDDEN)),
    )


def _object(content: bytes) -> bytes:
    """An embedded document stands behind the identifier of its class."""
    return content[16:] if content[4:16] == _STORAGE else content


def _inner(file: _File) -> bytes | None:
    """MS-OXTNEF, 2.1.3.4: an attached mail is an object of this class, behind its identifier a TNEF stream again."""
    content = file.properties.content(_CONTENT)
    is_mail = content.startswith(_EMBEDDED.bytes_le) and content.startswith(SIGNATURE, 16)
    return content[16:] if is_mail else None
