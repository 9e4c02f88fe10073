"""Content-Transfer-Encoding (RFC 2045, 6), tolerant: whatever can be decoded is, and nothing raises."""

from __future__ import annotations

import binascii
import re

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_JUNK = bytes(byte for byte in range(256) if byte not in _ALPHABET)

_ENDING = b"= \t\r\n"
_PROSE = 20
"""A blank in every twenty bytes: words that a broken program only called base64."""


def from_base64(raw: bytes) -> bytes:
    """The bytes of base64 text. Junk is skipped (RFC 2045, 6.8), missing padding supplied, and text after a padding
    (two encodings one after the other) decoded too."""
    if b"=" not in raw.rstrip(_ENDING):
        try:  # as nearly all of it is: binascii leaves out the line ends by itself
            return binascii.a2b_base64(raw)
        except binascii.Error:
            pass
    letters = raw.translate(None, _JUNK)
    if b"=" not in letters.rstrip(b"="):
        return _run(letters.rstrip(b"="))
    return b"".join(_run(run) for run in re.split(rb"=+", letters))


def _run(letters: bytes) -> bytes:
    # A single letter over carries six bits, no byte.
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def decode_transfer(raw: bytes, encoding: str) -> bytes:
    """`raw` decoded. `encoding` in lower case; an unknown one leaves the bytes as they are (peers.md pitfall 49)."""
    if encoding == "base64" and raw.count(b" ") * _PROSE <= len(raw):
        return from_base64(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    return raw
