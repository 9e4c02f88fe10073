"""OpenPGP in a text (RFC 9580, 6 and 7): clear-signed words without their armour, encrypted blocks and keys as files.

Nothing is verified and nothing deciphered; the mail as it came has all of it.
"""

from __future__ import annotations

import re

from mailgate.mail.packed import Packed, Reading

OPENPGP = "OpenPGP"
_BEGIN = re.compile(rb"-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|PUBLIC KEY BLOCK)-----[ \t\xa0\xc2]*\r?(?=\n)")
_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_END_OF_SIGNATURE = b"-----END PGP SIGNATURE-----"
# RFC 9580, 7: `Hash:` is the only field a signed text may have; programs write the others of 6.2.2 too. Any other line
# with a colon is the writer's.
_ARMOUR_FIELD = re.compile(rb"\n(?:Hash|Version|Comment|Charset|MessageID): [^\n]*")
_EMPTY = re.compile(rb"\n[ \t]*\r?(?=\n)")
_DASHED = re.compile(rb"(?m)^- ")
_LONGEST_ARMOUR = 4 * 2**10
_ANOTHER = b"\n-----BEGIN PGP "
_ANOTHER_SIGNED = b"\n-----BEGIN PGP SIGNED MESSAGE-----"


def read_block(raw: bytes, begin: int, end: int) -> Reading | None:
    """What the armour that begins at `begin` holds, or None where it is not whole."""
    first = _BEGIN.match(raw, begin, end)
    if first is None:
        return None
    if first[1] == b"SIGNED MESSAGE":
        return _signed(raw, first.end(), end)
    last = b"-----END PGP " + first[1] + b"-----"
    stop = _line(raw, last, _ANOTHER, first.end(), end)
    if stop < 0:
        return None
    block = raw[begin : stop + len(last)] + b"\n"
    after = _past(raw, stop + len(last), end)
    if first[1] == b"MESSAGE":
        return Reading(after, (Packed("message.asc", block, "application/pgp-encrypted"),), encrypted=OPENPGP)
    return Reading(after, (Packed("key.asc", block, "application/pgp-keys"),))


def _signed(raw: bytes, at: int, end: int) -> Reading | None:
    stop = _line(raw, _SIGNATURE, _ANOTHER_SIGNED, at, end)
    last = _line(raw, _END_OF_SIGNATURE, _ANOTHER_SIGNED, stop, end) if stop >= 0 else -1
    if last < 0:
        return None
    words = _DASHED.sub(b"", raw[_past_fields(raw, at, stop) : stop].removeprefix(b"\n"))
    return Reading(_past(raw, last + len(_END_OF_SIGNATURE), end), text=words, signed=OPENPGP)


def _past_fields(raw: bytes, at: int, stop: int) -> int:
    """The line end before the first line of words. Where a program lost the empty line, the words begin behind the
    fields."""
    limit = min(stop, at + _LONGEST_ARMOUR)
    while field := _ARMOUR_FIELD.match(raw, at, limit):
        at = field.end()
    empty = _EMPTY.match(raw, at, limit)
    return empty.end() if empty else at


def _line(raw: bytes, line: bytes, another: bytes, at: int, end: int) -> int:
    """Where a line begins that starts so, or -1; looked for up to `another` armour only: of many without an end each
    would be looked through to the end of the mail."""
    following = raw.find(another, at, end)
    found = raw.find(b"\n" + line, max(0, at - 1), end if following < 0 else following)
    return found + 1 if found >= 0 else -1


def _past(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1
