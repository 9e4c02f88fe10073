"""Header fields as bytes: folded at 76 columns, encoded words only where a value needs them, Message-IDs never touched.

Values come in as clean lines (`mail.words.clean_line`); what comes out is one field with its CRLF.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from mailgate.errors import Permanent
from mailgate.outbox.wire import wire_form

COLUMNS: Final = 76
# RFC 2047, 2: an encoded word has at most 75 characters, and a line with one at most 76.
_WORD_ROOM: Final = 75
_FRAME: Final = len("=?utf-8?q??=")
_LEAST_ROOM: Final = 30
# RFC 2047, 5 (3): the only characters that stand for themselves in a word of a display name; safe in a subject too.
_PLAIN_IN_Q: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")

_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_TO_QUOTE: Final = re.compile(r'(["\\])')
# RFC 5322, 3.4.1 and RFC 6531, 3.3: a dot-atom or a quoted string, then a domain or an address literal.
_ADDRESS: Final = re.compile(
    r"(?:[^\s\x00-\x20\x7f-\x9f()<>\[\]:;@\\,\"]+|\"(?:[^\x00-\x1f\x7f-\x9f\"\\]|\\[ -~])+\")"
    r"@(?:[^\s\x00-\x20\x7f-\x9f()<>\[\]:;@\\,\"]+|\[[0-9A-Za-z:.]+\])"
)
_ID: Final = re.compile(r"[!-;=?-~]+")
_LONGEST_ID: Final = 900
REFERENCES_ROOM: Final = 1000
"""CONTRACT 5: relays refuse headers that grow without end."""


def text_field(name: str, value: str) -> bytes:
    """A field of free text, such as Subject."""
    if len(name) + 2 + len(value) <= COLUMNS and value.isascii() and "=?" not in value:
        return f"{name}: {value}\r\n".encode("ascii")
    return _folded(name, list(_words(value, len(name) + 2)))


def mailbox_field(name: str, display: str, address: str) -> bytes:
    """One mailbox: `"Anna Alt (Support)" <support@example.com>`. Raises Permanent for what is no address."""
    spelling = wire_address(address)
    return _folded(name, [*_phrase(display, len(name) + 2), f"<{spelling}>"] if display else [spelling])


def raw_field(name: str, value: str) -> bytes:
    """A value that must stay as it is and on one line, such as a Message-ID."""
    return f"{name}: {value}\r\n".encode("ascii")


def ids_field(name: str, ids: Iterable[str]) -> bytes:
    """Message-IDs, one a line: folded between, never inside."""
    return f"{name}: {_between_ids(ids)}\r\n".encode("ascii")


def _between_ids(ids: Iterable[str]) -> str:
    return "\r\n ".join(f"<{each}>" for each in ids)


def usable_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that can stand in a header as they are, each once: printable ASCII, no brackets, no white space."""
    return tuple(dict.fromkeys(each for each in ids if _ID.fullmatch(each) and len(each) <= _LONGEST_ID))


def fitting(ids: Sequence[str], carrier: str) -> tuple[str, ...]:
    """The first id (it names the conversation), as many of the last ones as fit, and `carrier` at the end."""
    rest = [each for each in ids if each != carrier]
    kept: list[str] = []
    room = REFERENCES_ROOM - _cost(carrier)
    for each in (*rest[:1], *reversed(rest[1:])):
        if _cost(each) > room:
            break
        room -= _cost(each)
        kept.append(each)
    return (*kept[:1], *reversed(kept[1:]), carrier)


def _cost(message_id: str) -> int:
    return len(f"<{message_id}>\r\n ")


@lru_cache(maxsize=256)  # ours, our people's, and those who wrote last
def wire_address(address: str) -> str:
    """The address as a header takes it: an international domain in ASCII where the local part is ASCII too."""
    if not _ADDRESS.fullmatch(address) or len(address.encode("utf-8", "replace")) > 320:
        raise Permanent("this is no address a letter could go to")
    return wire_form(address)


def _phrase(display: str, column: int) -> Iterator[str]:
    if not display.isascii() or "=?" in display:
        yield from _encoded(display, column)
    elif _ATOMS.fullmatch(display):
        yield from display.split()
    else:
        yield '"' + _TO_QUOTE.sub(r"\\\1", display) + '"'


def _words(value: str, column: int) -> Iterator[str]:
    """The value in pieces that are not broken. Only what stands from the first to the last word in need is encoded:
    `Re: [#1042]` stays readable for filters."""
    words = value.split(" ")
    needy = [at for at, word in enumerate(words) if not word.isascii() or "=?" in word]
    if not needy:
        yield from words
        return
    first, last = needy[0], needy[-1] + 1
    yield from words[:first]
    yield from _encoded(" ".join(words[first:last]), column + sum(len(word) + 1 for word in words[:first]))
    yield from words[last:]


def _encoded(text: str, column: int) -> Iterator[str]:
    """Encoded words for the text, none splitting a character; the first fits behind `column` where that is sensible."""
    raw = text.encode("utf-8", "replace")
    quoted = sum(1 if byte in _PLAIN_IN_Q or byte == 0x20 else 3 for byte in raw)
    encode, size = (_q, _q_size) if quoted <= 2 * len(raw) else (_b, _b_size)
    room = COLUMNS - column if COLUMNS - column >= _LEAST_ROOM else _WORD_ROOM
    chunk = ""
    for character in text:
        if size(chunk + character) + _FRAME > room:
            yield encode(chunk)
            chunk, room = "", _WORD_ROOM
        chunk += character
    yield encode(chunk)


def _q(text: str) -> str:
    return f"=?utf-8?q?{''.join(map(_q_byte, text.encode('utf-8', 'replace')))}?="


def _q_byte(byte: int) -> str:
    return chr(byte) if byte in _PLAIN_IN_Q else "_" if byte == 0x20 else f"={byte:02X}"


def _q_size(text: str) -> int:
    return sum(1 if byte in _PLAIN_IN_Q or byte == 0x20 else 3 for byte in text.encode("utf-8", "replace"))


def _b(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?="


def _b_size(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // 3) * 4


def _folded(name: str, pieces: Sequence[str]) -> bytes:
    whole = f"{name}: {' '.join(pieces)}"
    if len(whole) <= COLUMNS:
        return whole.encode("utf-8", "replace") + b"\r\n"
    lines = [f"{name}:"]
    for at, piece in enumerate(pieces):
        # A first line that holds nothing but the name is legal, and trips too many programs.
        if at and len(lines[-1]) + 1 + len(piece) > COLUMNS:
            lines.append("")
        lines[-1] += f" {piece}"
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n"
