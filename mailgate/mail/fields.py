"""Header sections cut into fields: on CRLF and LF only, byte by byte, in linear time.

Python's own parser takes a bare CR, VT or NEL for the end of a line, so that one field of the wire becomes two and a
relay that removed a forged header by its name has removed nothing (reliability.md F7). Here they are blanks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailgate.mail.message import Headers

# RFC 5322, 2.2 and 4.5: printable ASCII without colon; obsolete syntax has white space before the colon.
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_BLANKS = {
    **dict.fromkeys((*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029), " "),
    0x00: "\ufffd",
}


@dataclass(frozen=True, slots=True)
class Span:
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
        after = next_line(raw, at, end)
        if raw[at:after] in (b"\r\n", b"\n"):
            return Section(tuple(spans), after, tuple(defects))
        name = _NAME.match(raw, at, after)
        if raw[at : at + 1] in (b" ", b"\t"):
            if spans:
                spans[-1] = Span(spans[-1].name, spans[-1].begin, spans[-1].value, after)
            else:
                defects["the header begins with a continuation line"] = None
        elif name:
            spans.append(Span(name[1], at, name.end(), after))
        elif raw[at : at + 1] == b":":
            defects["a header field has no name"] = None
        else:
            return Section(tuple(spans), at, (*defects, "the header is broken off by a line that is no field"))
        at = after
    return Section(tuple(spans), end, tuple(defects))


def next_line(raw: bytes, at: int, end: int) -> int:
    """The first byte behind the line that `at` stands in."""
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _past_mbox_line(raw: bytes, begin: int, end: int) -> int:
    """Pipes and mail folders put a `From sender date` line first."""
    return next_line(raw, begin, end) if raw.startswith(b"From ", begin, end) else begin


def value_of(raw: bytes, span: Span) -> str:
    """The unfolded value (RFC 5322, 2.2.3) as one line of text: raw 8-bit bytes are UTF-8, else cp1252."""
    unfolded = raw[span.value : span.stop].replace(b"\r\n", b"").replace(b"\n", b"")
    return eight_bit(unfolded).translate(_BLANKS).strip(" \t")


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
