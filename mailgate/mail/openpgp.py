"""An OpenPGP signature and what it covers, cut so strictly that no two programs could read them in two ways (RFC 9580,
6 and 7): armour without anything around it, exactly one signature packet, clear-signed text that is the whole text.

GnuPG reads more than that, and its readings have been tricked before: polyglot armour, packets beside the signature,
form feeds, lines that are cut off. So it never sees anything but the packet and the bytes to be hashed.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

LONGEST_SIGNATURE = 16 * 2**10
LONGEST_LINE = 8192
"""Bytes; GnuPG hashes only the first 19,995 of a line of text."""

_ARMOUR = re.compile(
    rb"-----BEGIN PGP SIGNATURE-----[ \t]*\n"
    rb"(?:[A-Za-z]{3,20}: [ -~\x80-\xff]{0,200}\n){0,10}"
    rb"[ \t]*\n"
    rb"((?:[A-Za-z0-9+/]{1,96}={0,2}[ \t]*\n){1,400})"
    rb"(?:=[A-Za-z0-9+/]{4}[ \t]*\n)?"
    rb"-----END PGP SIGNATURE-----"
)
_CLEAR = re.compile(
    rb"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n"
    rb"(?:Hash: [A-Za-z0-9]{1,20}(?:, ?[A-Za-z0-9]{1,20}){0,9}[ \t]*\n){0,10}"
    rb"[ \t]*\n"
)
BEGIN_CLEAR = b"-----BEGIN PGP SIGNED MESSAGE-----"
_BEGIN = b"-----BEGIN PGP "
_BEGIN_SIGNATURE = b"\n-----BEGIN PGP SIGNATURE-----"
_ODD = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_SIGNATURE_PACKET = 2


class Clear(NamedTuple):
    """A clear-signed text: what was signed, without the blanks at line ends that no such signature covers, each line
    end as CRLF and none behind the last; and the signature packet."""

    text: bytes
    signature: bytes


def signature_of(armour: bytes) -> bytes | None:
    """The packet in the armour of a detached signature, or None where it is anything else but exactly that."""
    found = _ARMOUR.fullmatch(armour.replace(b"\r\n", b"\n").strip())
    if found is None or len(armour) > LONGEST_SIGNATURE:
        return None
    try:
        packet = base64.b64decode(b"".join(found[1].split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return packet if _is_one_signature(packet) else None


def clear_signed(content: bytes) -> Clear | None:
    """The text of a part that is clear-signed as a whole; None where a word stands outside, or anything is odd."""
    lf = content.replace(b"\r\n", b"\n").strip(b" \t\n")
    opening = _CLEAR.match(lf)
    behind = lf.find(_BEGIN_SIGNATURE)
    if opening is None or behind < opening.end() - 1 or lf.count(_BEGIN) != 2 or _ODD.search(lf):
        return None
    signature = signature_of(lf[behind + 1 :])
    lines = lf[opening.end() : behind].split(b"\n") if behind >= opening.end() else [b""]
    # RFC 9580, 7.1: every line that begins with a dash is escaped.
    if signature is None or any(each.startswith(b"-") and not each.startswith(b"- ") for each in lines):
        return None
    plain = (each.removeprefix(b"- ").rstrip(b" \t\r") for each in lines)
    return Clear(b"\r\n".join(plain), signature)


def has_long_lines(content: bytes) -> bool:
    """Lines that GnuPG would not hash to their end."""
    return max(map(len, content.split(b"\n")), default=0) > LONGEST_LINE


def without_blanks_at_ends(content: bytes) -> bytes:
    """As a signature of text covers it: blanks before a line end do not count (RFC 9580, 5.2.1.2; GnuPG)."""
    return b"\n".join(_trimmed(line) for line in content.split(b"\n"))


def _trimmed(line: bytes) -> bytes:
    return line[:-1].rstrip(b" \t") + b"\r" if line.endswith(b"\r") else line.rstrip(b" \t")


def _is_one_signature(packet: bytes) -> bool:
    """RFC 9580, 4.2: one packet of tag 2, of a definite length that is all there is."""
    if len(packet) < 3 or not packet[0] & 0x80:
        return False
    is_new = bool(packet[0] & 0x40)
    tag = packet[0] & 0x3F if is_new else (packet[0] >> 2) & 0x0F
    return tag == _SIGNATURE_PACKET and (_new_end(packet) if is_new else _old_end(packet)) == len(packet)


def _old_end(packet: bytes) -> int:
    size = {0: 1, 1: 2, 2: 4}.get(packet[0] & 0x03)
    return -1 if size is None else 1 + size + int.from_bytes(packet[1 : 1 + size], "big")


def _new_end(packet: bytes) -> int:
    first = packet[1]
    if first < 192:
        return 2 + first
    if first < 224:
        return 3 + ((first - 192) << 8) + packet[2] + 192
    return 6 + int.from_bytes(packet[2:6], "big") if first == 255 else -1
