"""Header sections cut into fields: on CRLF and LF only, byte by byte, in linear time.

Python's own parser takes a bare CR, VT or NEL for the end of a line, so that one field of the wire becomes two and a
relay that removed a forged header by its name has removed nothing (reliability.md F7). Here they are blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from mailgate.mail.charsets import codec_of
from mailgate.mail.guess import guessed
from mailgate.mail.ladder import decode
from mailgate.mail.message import Headers

# RFC 5322, 2.2 and 4.5: printable ASCII without colon; obsolete syntax has white space before the colon.
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
# The same with the rest of its line and all continuation lines: a whole field at one glance.
_FIELD = re.compile(rb"(([!-9;-~]+)[ \t]*:)[^\n]*+\n(?:[ \t][^\n]*+\n)*+")
_BLANK = b" \t"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_COLON = ord(":")
_EMPTY = (b"\r\n", b"\n")
_ENDS = (b"\n\r\n", b"\n\n")
_BLANKS = {
    **dict.fromkeys((*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029), " "),
    0x00: "\ufffd",
}
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_SEARCHED = 64 * 2**10
_SAY_NOTHING = (None, "utf-8", "ascii", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
_ADDRESSES = frozenset((b"from", b"to", b"cc", b"reply-to", b"sender", b"resent-from", b"return-path"))
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_STRUCTURE = frozenset(b"<>@,;:()")
_USUAL_SIZE = 16 * 2**10
_LONGEST_NAME = 76
_SHORT_BLOCK = 128
# What the bytes of nearly every header section are, so that they need not be looked at field by field.
_USUAL = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))


class Span(NamedTuple):
    """Where one field stands: first byte, first byte behind the colon, first byte of the next field."""

    name: bytes
    begin: int
    value: int
    stop: int


@dataclass(frozen=True, slots=True)
class Section:
    """A header section: its fields, where the body begins, and what was odd."""

    spans: tuple[Span, ...]
    body: int
    defects: tuple[str, ...] = ()


def section_of(raw: bytes, begin: int = 0, end: int | None = None) -> Section:
    """The header section that begins at `begin`. An empty line ends it, or a line that can not be a field: there the
    body begins, as relays see it too."""
    end = len(raw) if end is None else end
    at, spans, defects = _past_mbox_line(raw, begin, end), list[Span](), dict[str, None]()
    while at < end:
        if whole := _FIELD.match(raw, at, end):
            after = whole.end()
            spans.append(Span(whole[2], at, whole.end(1), after))
        elif name := _NAME.match(raw, at, end):  # the last line, without an end
            after = _past_continuations(raw, next_line(raw, name.end(), end), end)
            spans.append(Span(name[1], at, name.end(), after))
        elif raw[at] in _BLANK:
            after = next_line(raw, at, end)
            if spans:
                spans[-1] = spans[-1]._replace(stop=after)
            else:
                defects["the header begins with a continuation line"] = None
        elif raw.startswith(_EMPTY, at, end):
            return Section(tuple(spans), next_line(raw, at, end), tuple(defects))
        elif raw[at] == _COLON:
            after = next_line(raw, at, end)
            defects["a header field has no name"] = None
        else:
            return Section(tuple(spans), at, (*defects, "the header is broken off by a line that is no field"))
        at = after
    return Section(tuple(spans), end, tuple(defects))


def _past_continuations(raw: bytes, at: int, end: int) -> int:
    while at < end and raw[at] in _BLANK:
        at = next_line(raw, at, end)
    return at


def next_line(raw: bytes, at: int, end: int) -> int:
    """The first byte behind the line that `at` stands in."""
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _past_mbox_line(raw: bytes, begin: int, end: int) -> int:
    """Pipes and mail folders put a `From sender date` line first, editors a byte order mark."""
    if begin == 0 and raw.startswith(_BYTE_ORDER_MARK):
        begin = len(_BYTE_ORDER_MARK)
    return next_line(raw, begin, end) if raw.startswith(b"From ", begin, end) else begin


def value_of(raw: bytes, span: Span, charset: str | None = None) -> str:
    """The unfolded value (RFC 5322, 2.2.3) as one line of text: raw 8-bit bytes are UTF-8, else in the charset, a codec
    of Python, else cp1252."""
    written = raw[span.value : span.stop].replace(b"\r\n", b"").replace(b"\n", b"")
    is_address = span.name.lower() in _ADDRESSES
    unfolded = address_text(written, charset) if is_address else eight_bit(written, charset)
    if "\x1b$" in unfolded and not is_address:  # ISO-2022-JP is all ASCII, also where it means an @
        unfolded = decode(written, None).text
    if not unfolded.isprintable():  # else it holds nothing of the table
        unfolded = unfolded.translate(_BLANKS)
    return unfolded.strip(" \t")


def eight_bit(raw: bytes, charset: str | None = None) -> str:
    """Text that declares no charset: UTF-8, else the one given, else cp1252, else latin-1 (which can not fail)."""
    for codec in ("utf-8", charset, "cp1252"):
        try:
            text = raw.decode(codec) if codec else None
        except (UnicodeError, ValueError, LookupError):
            continue
        # Bytes that mean nothing in East Asian charsets become characters for private use.
        if text is not None and (codec == "utf-8" or not _PRIVATE.search(text)):
            return text
    return raw.decode("latin-1")


def address_text(raw: bytes, charset: str | None) -> str:
    """The same of a field of addresses. In some charsets the second byte of a character may be an `@` or a bracket for
    whoever reads bytes; so only a name before the one address is read in them, and only where it has none of these."""
    name, bracket, address = raw.rpartition(b"<")
    if charset is None or not bracket or not address.isascii() or _STRUCTURE & set(name):
        return eight_bit(raw)
    return eight_bit(name, charset) + "<" + address.decode("ascii")


def charset_of_headers(raw: bytes, section: Section) -> str | None:
    """Which charset raw 8-bit bytes in a header section are in, as a codec of Python: most likely that of the body
    (needs.md 39), else what the bytes look like. None where they are UTF-8, as they should be (RFC 6532)."""
    begin = section.spans[0].begin if section.spans else section.body
    head = raw[begin : section.body]
    if head.isascii() or _is_utf_8(head):
        return None
    names = (found[1].decode("ascii") for found in _CHARSET.finditer(raw, begin, begin + _SEARCHED))
    return next((codec for name in names if (codec := codec_of(name)) not in _SAY_NOTHING), None) or guessed(head)


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def headers_of(raw: bytes, section: Section) -> Headers:
    """The fields of a section, decoded."""
    charset = charset_of_headers(raw, section)
    return Headers(tuple((span.name.decode("ascii"), value_of(raw, span, charset)) for span in section.spans))


_NO_HEADERS = Headers(())


class Head(NamedTuple):
    """A header section, read: its fields, where the body begins, and what was odd."""

    headers: Headers
    body: int
    defects: tuple[str, ...] = ()


# What a call of `Head` does, without the call of Python's that it is: a mail has several.
_head = partial(tuple.__new__, Head)


def head_of(raw: bytes, begin: int, end: int) -> Head:
    """The header section that begins at `begin`."""
    return usual_head(raw, begin, end) or head_in(raw, section_of(raw, begin, end))


def head_in(raw: bytes, section: Section) -> Head:
    """The same of a section that was cut already."""
    return Head(headers_of(raw, section), section.body, section.defects)


def usual_head(raw: bytes, begin: int, end: int) -> Head | None:
    """The header section, if it is as nearly all are: not large, of ASCII, each line a field or the continuation of
    one, an empty line or nothing behind the last. None: `section_of` says what it is."""
    begin = _past_mbox_line(raw, begin, end)
    if raw.startswith(_EMPTY, begin, end):
        return _head((_NO_HEADERS, next_line(raw, begin, end), ()))
    near = min(end, begin + _USUAL_SIZE)
    likely, other = _ENDS if raw.startswith(b"\r", raw.find(b"\n", begin, near) - 1) else _ENDS[::-1]
    stop, after = raw.find(likely, begin, near), len(likely)
    if (earlier := raw.find(other, begin, near if stop < 0 else min(near, stop + 1))) >= 0:
        stop, after = earlier, len(other)
    if stop < 0 and near < end:
        return None
    # With the line end of the last field, of which its CR is a part.
    block, body = (raw[begin : stop + 1], stop + after) if stop >= 0 else (raw[begin:end], end)
    headers = _of_part(block) if len(block) <= _SHORT_BLOCK else _usual_fields(block)
    return _head((headers, body, ())) if headers else None


def _usual_fields(block: bytes) -> Headers | None:
    """The fields of a header section without the empty line below it, or None where something in it is unusual."""
    text = "" if block.translate(None, _USUAL) else block.decode("ascii").replace("\r\n", "\n")
    if not text or "\r" in text:
        return None
    unfolded = text.removesuffix("\n").replace("\n ", " ")
    return _headers((unfolded.replace("\n\t", "\t") if "\t" in unfolded else unfolded).split("\n"))


# A program writes the same few lines above each text part of all its mails.
_of_part = lru_cache(maxsize=128)(_usual_fields)


def _headers(lines: list[str]) -> Headers | None:
    """The fields of unfolded lines, or None where one of them is no field."""
    fields: list[tuple[str, str]] = []
    by_name: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        small = _small_name(name) if colon and len(name) <= _LONGEST_NAME else ""
        if not small:
            return None
        value = value.strip()  # usual text has no other white space than blanks and tabs
        fields.append((name, value))
        if small in by_name:
            by_name[small].append(value)
        else:
            by_name[small] = [value]
    return Headers.sorted_by_name(tuple(fields), by_name)


@lru_cache(maxsize=1024)
def _small_name(name: str) -> str:
    """The name in lower case, or empty where it is none. Mails share a few hundred of them."""
    return "" if " " in name or "\t" in name else name.lower()
