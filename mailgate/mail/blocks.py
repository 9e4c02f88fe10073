"""Blocks inside a plain text that are no words: uuencode, yEnc, OpenPGP armour. What is packed in them becomes files,
and a short mark with the file's name stands where the block stood; a block that is not whole stays text.

The bytes are read as sent, before any charset: yEnc is no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mailgate.mail import armour, uuencode, yenc
from mailgate.mail.packed import Packed, Reading, shown_name

_START = re.compile(rb"(?m)^(?:begin(?:-base64)? [0-7]{3}|=ybegin |-----BEGIN PGP )")
_READERS: tuple[tuple[bytes, Callable[[bytes, int, int], Reading | None]], ...] = (
    (b"begin", uuencode.read_block),
    (b"=ybegin", yenc.read_block),
    (b"-----", armour.read_block),
)
_MOST = 100


@dataclass(frozen=True, slots=True)
class Parted:
    """A text without its blocks, and what they held."""

    text: bytes
    files: tuple[Packed, ...]
    defects: tuple[str, ...]
    encrypted: str
    signed: str


def parted(text: bytes) -> Parted | None:
    """The text and the files of its blocks, or None where it has none. Only the first hundred blocks are taken out."""
    found = _readings(text)
    if not found:
        return None
    pieces, at = list[bytes](), 0
    for begin, reading in found:
        pieces += text[at:begin], _instead(reading)
        at = reading.at
    readings = [reading for _, reading in found]
    return Parted(
        text=b"".join((*pieces, text[at:])),
        files=tuple(yenc.joined(file for reading in readings for file in reading.files)),
        defects=tuple(dict.fromkeys(defect for reading in readings for defect in reading.defects)),
        encrypted=next((reading.encrypted for reading in readings if reading.encrypted), ""),
        signed=next((reading.signed for reading in readings if reading.signed), ""),
    )


def _readings(text: bytes) -> list[tuple[int, Reading]]:
    found, at = list[tuple[int, Reading]](), 0
    for start in _START.finditer(text):
        if start.start() < at:
            continue
        reader = next(reader for opening, reader in _READERS if start[0].startswith(opening))
        reading = reader(text, start.start(), len(text))
        if reading is not None:
            found.append((start.start(), reading))
            at = reading.at
        if len(found) >= _MOST:
            break
    return found


def _instead(reading: Reading) -> bytes:
    if reading.text is not None:
        return reading.text
    names = (shown_name(file.name) or "…" for file in reading.files)
    return b"".join(f"[{name}]\n".encode() for name in names)
