"""The ladder from bytes to text (needs.md 39): byte order mark, as declared, UTF-8, a guess where the text is long
enough for one, Western. What is read otherwise than declared, or declared not at all, is marked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailgate.mail.charsets import codec_of
from mailgate.mail.guess import guessed, looks_foreign

_BYTE_ORDER = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_JAPANESE = "iso2022_jp_ext"
# Charsets that say nothing: what they declare is also UTF-8, and often another one.
_WEAK = ("utf-8", "ascii", "cp1252", None)
_WIDE = ("utf-16", "utf-32")

# One unreadable character in two hundred: a cut or damaged text of the declared charset, not one of another.
_TOLERATED = 200


class Decoded(NamedTuple):
    """Text, and whether it had to be read otherwise than the mail says."""

    text: str
    codec: str
    doubtful: bool = False


def decode(raw: bytes, charset: str | None) -> Decoded:
    """Never fails; control characters stay. `charset` as the mail spells it, or None."""
    codec = codec_of(charset)
    text = _by_its_looks(raw, codec)
    if text is not None:
        return text
    for step in ("utf-8", codec) if codec in _WEAK else (codec, "utf-8"):
        text = _as_declared(raw, step, is_declared=step == codec) if step else None
        if text is not None:
            return text
    other = guessed(raw)
    for step in (other, "cp1252"):
        found = _decoded(raw, step) if step else None
        if step and found is not None:
            return Decoded(found, step, True)
    return Decoded(raw.decode("latin-1"), "latin-1", True)


def _by_its_looks(raw: bytes, codec: str | None) -> Decoded | None:
    """What can not be mistaken, whatever is declared: a byte order mark, a NUL beside every letter, the escapes of
    Japanese."""
    if codec not in _WEAK:
        return None
    for mark, wide in _BYTE_ORDER:
        if raw.startswith(mark):
            return _if_readable(raw, wide)
    if b"\x1b$" in raw:
        return _if_readable(raw, _JAPANESE)
    nuls = raw.count(b"\0", 0, 2000)
    if nuls * 3 > min(len(raw), 2000):
        return _if_readable(raw, "utf-16-be" if raw.startswith(b"\0") else "utf-16-le")
    return None


def _if_readable(raw: bytes, codec: str) -> Decoded | None:
    text = _decoded(raw, codec)
    return None if text is None else Decoded(text, codec)


def _as_declared(raw: bytes, codec: str, *, is_declared: bool) -> Decoded | None:
    text = _decoded(raw, codec)
    if text is not None and codec == "cp1252" and looks_foreign(raw) and (other := guessed(raw)):
        # Programs of the nineties called everything Western, and some still do.
        found = _decoded(raw, other)
        return Decoded(text, codec) if found is None else Decoded(found, other, True)
    if text is None and is_declared:
        text = _damaged(raw, codec)
        return None if text is None else Decoded(text, codec, True)
    return None if text is None else Decoded(text, codec)


def _decoded(raw: bytes, codec: str) -> str | None:
    if codec.startswith(_WIDE) and b"\0" not in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Every line end of such text holds a NUL: this is text of another charset, wrongly declared.
        return None
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return _with_signs_of_vendors(raw) if codec == _JAPANESE else None


def _damaged(raw: bytes, codec: str) -> str | None:
    """The text with a mark for each unreadable character, where there are few of them."""
    if codec in ("ascii", "cp1252") or codec.startswith(_WIDE):
        return None
    text = raw.decode(codec, "replace")
    return text if text.count("\ufffd") * _TOLERATED <= len(text) else None


def _with_signs_of_vendors(raw: bytes) -> str | None:
    """ISO-2022-JP as Windows writes it: circled numbers and names of firms that the standard does not have."""
    first, *rest = _ESCAPE.split(raw)
    pieces: list[str] = []
    try:
        pieces.append(first.decode("ascii"))
        for escape, written in zip(rest[::2], rest[1::2], strict=True):
            if escape == b"(I":
                pieces.append(bytes(byte | 0x80 for byte in written).decode("cp932"))
            else:
                pieces.append(_shifted(written).decode("cp932") if escape[0] == ord("$") else written.decode("ascii"))
    except (UnicodeError, ValueError):
        return None
    return "".join(pieces)


def _shifted(written: bytes) -> bytes:
    """JIS X 0208 as Shift JIS, pair by pair; line ends stay."""
    done, at = bytearray(), 0
    while at < len(written):
        row = written[at]
        if row <= 0x20 or at + 1 == len(written):
            done.append(row)
            at += 1
            continue
        cell = written[at + 1]
        lead = ((row - 0x21) >> 1) + 0x81
        done.append(lead + 0x40 if lead > 0x9F else lead)
        done.append(cell + 0x1F + (cell >= 0x60) if row & 1 else cell + 0x7E)
        at += 2
    return bytes(done)
