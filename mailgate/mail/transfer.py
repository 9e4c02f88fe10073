"""Content-Transfer-Encoding (RFC 2045, 6), tolerant: whatever can be decoded is, and nothing raises."""

from __future__ import annotations

import binascii
import re

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
    if encoding == "base64" and not _is_prose(raw, begin, end):
        return from_base64(raw, begin, end)
    content = raw[begin:end]
    return binascii.a2b_qp(content) if encoding == "quoted-printable" else content
