"""Content-Transfer-Encoding (RFC 2045, 6), tolerant: whatever can be decoded is, and nothing raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_JUNK = bytes(byte for byte in range(256) if byte not in _ALPHABET)

_ENDING = b"= \t\r\n"
_PROSE = 20
"""A blank in every twenty bytes: words that a broken program only called base64."""


def from_base64(raw: bytes, begin: int = 0, end: int | None = None) -> bytes:
    """The bytes of the base64 text `raw[begin:end]`. Junk is skipped (RFC 2045, 6.8), missing padding supplied, and
    text after a padding (two encodings one after the other) decoded too."""
    end = len(raw) if end is None else end
    padding = raw.find(b"=", begin, end)
    if padding < 0 or not raw[padding:end].strip(_ENDING):
        try:  # as nearly all of it is: binascii leaves out the line ends by itself, and a large file is not copied
            return binascii.a2b_base64(memoryview(raw)[begin:end])
        except binascii.Error:
            pass
    letters = raw[begin:end].translate(None, _JUNK)
    if b"=" not in letters.rstrip(b"="):
        return _run(letters.rstrip(b"="))
    return b"".join(_run(run) for run in re.split(rb"=+", letters))


def _is_prose(raw: bytes, begin: int, end: int) -> bool:
    # To look for one blank takes a thirtieth of the time it takes to count them, and base64 has none.
    return raw.find(b" ", begin, end) >= 0 and raw.count(b" ", begin, end) * _PROSE > end - begin


def _run(letters: bytes) -> bytes:
    # A single letter over carries six bits, no byte.
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode_transfer(raw: bytes, encoding: str, begin: int = 0, end: int | None = None) -> bytes:
    """`raw[begin:end]` decoded. `encoding` in lower case; an unknown one leaves the bytes as they are (peers.md pitfall
    49)."""
    end = len(raw) if end is None else end
    if encoding in _NONE:
        return raw[begin:end]
    known = encoding if encoding in _DECODERS else _NOT_LETTERS.sub("", encoding)
    decoder = _DECODERS.get(known)
    return decoder(raw, begin, end) if decoder else raw[begin:end]


def _base64(raw: bytes, begin: int, end: int) -> bytes:
    if raw.find(b" ", begin, end) < 0:
        return from_base64(raw, begin, end)
    footer = _footer(raw, begin, end)
    if footer < end:
        return from_base64(raw, begin, footer) + b"\n" + raw[footer:end]
    return raw[begin:end] if _is_prose(raw, begin, end) else from_base64(raw, begin, end)


def _footer(raw: bytes, begin: int, end: int) -> int:
    """Where plain words follow on the base64: so mailing lists and scanners write their lines below. Else the end."""
    blank = raw.find(b" ", begin, end)
    line = raw.rfind(b"\n", begin, blank) + 1
    is_word = raw[blank + 1 : blank + 2].strip(b"\r\n") or raw.startswith(_RULES, line)
    if not line or not is_word:
        return end
    above = raw.rfind(b"\n", begin, line - 1) + 1
    start = above if above and raw.startswith(_RULES, above) else line
    whole = raw[begin:start].rstrip()
    is_base64 = whole.endswith(b"=") or len(whole) >= _LONG_WORD
    return start if is_base64 and len(whole.translate(None, _JUNK)) % 4 == 0 else end


def _quoted_printable(raw: bytes, begin: int, end: int) -> bytes:
    content = raw[begin:end]
    if b" " not in content and (lied := _base64_after_all(content)):
        return lied
    if b"= " in content or b"=\t" in content:
        content = _SOFT_BREAK.sub(b"=", content)  # RFC 2045, 6.7 (3): blanks at the end of a line were added on the way
    return binascii.a2b_qp(content)


def _base64_after_all(content: bytes) -> bytes | None:
    """The text, where every line is base64 and what comes out is words; quoted-printable has blanks between words."""
    if len(content) < _LONG_WORD or not _BASE64_LINES.fullmatch(content):
        return None
    text = from_base64(content)
    try:
        return text if b" " in text and text.decode().replace("\r", "").replace("\n", "").isprintable() else None
    except UnicodeDecodeError:
        return None


def _uu(raw: bytes, begin: int, end: int) -> bytes:
    from mailgate.mail.uuencode import read_block  # hardly any mail has it

    first = raw.find(b"begin", begin, end)
    block = read_block(raw, first, end) if first >= 0 else None
    return block.files[0].content if block else raw[begin:end]


def _yenc(raw: bytes, begin: int, end: int) -> bytes:
    from mailgate.mail.yenc import read_block

    first = raw.find(b"=ybegin ", begin, end)
    block = read_block(raw, first, end) if first >= 0 else None
    return block.files[0].content if block else raw[begin:end]


_LONG_WORD = 60
_BASE64_LINES = re.compile(rb"\s*(?:[A-Za-z0-9+/]{4,76}\r?\n)*[A-Za-z0-9+/]+={0,2}\s*")
_SOFT_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
_RULES = (b"--", b"__", b"==")
_NONE = ("", "7bit", "8bit", "binary")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
_DECODERS: dict[str, Callable[[bytes, int, int], bytes]] = {
    **dict.fromkeys(("base64", "b", "mimebase64", "xbase64", "baseb4", "base64encoding"), _base64),
    **dict.fromkeys(("quoted-printable", "quotedprintable", "qp", "q", "quotedprintible"), _quoted_printable),
    **dict.fromkeys(("uuencode", "xuuencode", "uue", "xuue", "uu", "xuu"), _uu),
    **dict.fromkeys(("yenc", "xyenc"), _yenc),
}
"""Encodings by their letters alone: programs write "quoted_printable", "base 64" and more."""
