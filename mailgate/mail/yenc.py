"""yEnc blocks in a text (the yEnc draft, 1.3): one file, or one part of a file that comes in several blocks.

Length and check sum are compared with what the block says; a file that differs is kept, and said to be damaged.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import replace

from mailgate.mail.packed import Packed, Reading

_BEGIN = re.compile(rb"=ybegin ([^\r\n]{1,900})\r?\n")
_PART = re.compile(rb"=ypart ([^\r\n]{1,300})\r?\n")
_END = re.compile(rb"\n=yend ([^\r\n]{1,300})\r?\n?")
_FIELD = re.compile(rb"([a-z0-9]{1,12})=([^ \r\n]{1,200})")
_LESS_42 = bytes((byte - 42) & 0xFF for byte in range(256))
_PLAIN = [bytes(((byte - 64) & 0xFF,)) for byte in range(256)]
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_PIECE = 2**18


def read_block(raw: bytes, begin: int, end: int) -> Reading | None:
    """The file, or the part of one, in the block whose first line stands at `begin`. None where it has no end."""
    first = _BEGIN.match(raw, begin, end)
    if first is None:
        return None
    said, _, name = first[1].partition(b"name=")
    fields, part = _fields(said), _PART.match(raw, first.end(), end)
    start = part.end() if part else first.end()
    stop = _stop(raw, start, end)
    last = _END.match(raw, stop, end) if stop >= 0 else None
    if last is None or not name.strip():
        return None
    file = Packed(name.strip(), decoded(raw[start:stop]))
    if part and b"part" in fields:
        file = replace(file, part=_number(fields[b"part"]), parts=_number(fields.get(b"total", b"")))
    return Reading(last.end(), (file,), defects=_damage(file, _fields(last[1])))


def _stop(raw: bytes, start: int, end: int) -> int:
    """The line end before the last line. It is looked for up to the next block only: of many blocks without an end
    each would be looked through to the end of the mail."""
    following = raw.find(b"\n=ybegin ", start - 1, end)
    return raw.find(b"\n=yend ", start - 1, end if following < 0 else following)


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) < 5 else 0


def _fields(written: bytes) -> dict[bytes, bytes]:
    return {found[1]: found[2] for found in _FIELD.finditer(written)}


def decoded(lines: bytes) -> bytes:
    """The bytes: each is 42 more than it was, and 64 more than that behind a `=`. In pieces: a file that is nothing but
    escapes would be millions of small objects."""
    plain, pieces, at = lines.translate(None, b"\r\n"), list[bytes](), 0
    while at < len(plain):
        stop = at + _PIECE + (plain[at + _PIECE - 1 : at + _PIECE] == b"=")
        pieces.append(_ESCAPED.sub(_unescaped, plain[at:stop]).translate(_LESS_42))
        at = stop
    return b"".join(pieces)


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    return _PLAIN[escaped[1][0]]


def _damage(file: Packed, closing: dict[bytes, bytes]) -> tuple[str, ...]:
    shown = file.name.decode("utf-8", "replace") if isinstance(file.name, bytes) else file.name
    size, said = closing.get(b"size", b""), closing.get(b"pcrc32") or closing.get(b"crc32", b"")
    if size.isdigit() and len(size) < 12 and int(size) != len(file.content):
        return (f"{shown} is not whole",)
    try:
        wrong = bool(said) and int(said, 16) != binascii.crc32(file.content)
    except ValueError:
        wrong = True
    return (f"the check sum of {shown} is wrong",) if wrong else ()


def joined(files: Iterable[Packed]) -> list[Packed]:
    """Parts of one file put together where all of them are there; else each stays a file `name.001`, `name.002` …"""
    groups: dict[object, list[Packed]] = {}
    for at, file in enumerate(files):
        groups.setdefault(file.name if file.part else at, []).append(file)
    return [whole for group in groups.values() for whole in _whole(group)]


def _whole(group: list[Packed]) -> list[Packed]:
    if not group[0].part:
        return group
    parts = sorted(group, key=lambda file: file.part)
    numbers = [file.part for file in parts]
    if numbers == list(range(1, (parts[0].parts or len(parts)) + 1)):
        return [Packed(parts[0].name, b"".join(file.content for file in parts))]
    return [replace(file, name=_numbered(file)) for file in parts]


def _numbered(file: Packed) -> bytes | str:
    return file.name + b".%03d" % file.part if isinstance(file.name, bytes) else f"{file.name}.{file.part:03}"
