"""Header sections cut into fields: on CRLF and LF only, byte by byte, in linear time.

Python's own parser takes a bare CR, VT or NEL for the end of a line, so that one field of the wire becomes two and a
relay that removed a forged header by its name has removed nothing (reliability.md F7). Here they are blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from mailgate.mail.message import Headers

# RFC 5322, 2.2 and 4.5: printable ASCII without colon; obsolete syntax has white space before the colon.
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
# The same with the rest of its line and all continuation lines: a whole field at one glance.
_FIELD = re.compile(rb"(([!-9;-~]+)[ \t]*:)[^\n]*+\n(?:[ \t][^\n]*+\n)*+")
_BLANK = b" \t"
_COLON = ord(":")
_EMPTY = (b"\r\n", b"\n")
_BLANKS = {
    **dict.fromkeys((*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029), " "),
    0x00: "\ufffd",
}


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
    """Pipes and mail folders put a `From sender date` line first."""
    return next_line(raw, begin, end) if raw.startswith(b"From ", begin, end) else begin


def value_of(raw: bytes, span: Span) -> str:
    """The unfolded value (RFC 5322, 2.2.3) as one line of text: raw 8-bit bytes are UTF-8, else cp1252."""
    unfolded = eight_bit(raw[span.value : span.stop].replace(b"\r\n", b"").replace(b"\n", b""))
    if not unfolded.isprintable():  # else it holds nothing of the table
        unfolded = unfolded.translate(_BLANKS)
    return unfolded.strip(" \t")


def eight_bit(raw: bytes) -> str:
    """Text that declares no charset: UTF-8, else cp1252, else latin-1 (which can not fail)."""
    for codec in ("utf-8", "cp1252"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def headers_of(raw: bytes, section: Section) -> Headers:
    """The fields of a section, decoded."""
    return Headers(tuple((span.name.decode("ascii"), value_of(raw, span)) for span in section.spans))
