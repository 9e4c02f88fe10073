"""The trace of a mail: what servers put above it on its way (RFC 5321, 4.4), and where the mail itself begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import mailparser

from mailgate.mail.dates import sent_at
from mailgate.mail.fields import Span, section_of, value_of
from mailgate.mail.message import Headers
from mailgate.mail.parts import guarded
from mailgate.mail.references import message_ids
from mailgate.mail.words import clean_line

_TRACE = (b"return-path", b"received", b"delivered-to", b"x-original-to", b"authentication-results")
_TRACE_FAMILIES = (b"arc-", b"x-ms-exchange-")
_MESSAGE_ID = b"message-id"
_LARGEST_HEADER = 256 * 2**10
_MOST_HOPS = 100
_LONGEST_RECEIVED = 4096


def below_trace(raw: bytes) -> bytes:
    """The bytes below the leading trace fields. The same mail handed in again has new trace fields on top and the
    same bytes below them."""
    return raw[_end_of_trace(_spans(raw)) :]


def message_id_of(raw: bytes) -> str | None:
    """The Message-ID without brackets, as the first such field says it; looks at the header only."""
    return _message_id(raw, _spans(raw))


def known_by(raw: bytes) -> tuple[int, str | None]:
    """Where the bytes below the trace begin, and the Message-ID: as `below_trace` and `message_id_of`, in one look."""
    spans = _spans(raw)
    return _end_of_trace(spans), _message_id(raw, spans)


def _spans(raw: bytes) -> tuple[Span, ...]:
    return section_of(raw, 0, min(len(raw), _LARGEST_HEADER)).spans


def _end_of_trace(spans: tuple[Span, ...]) -> int:
    at = 0
    for span in spans:
        name = span.name.lower()
        if name not in _TRACE and not name.startswith(_TRACE_FAMILIES):
            return span.begin
        at = span.stop
    return at


def _message_id(raw: bytes, spans: tuple[Span, ...]) -> str | None:
    for span in spans:
        if len(span.name) == len(_MESSAGE_ID) and span.name.lower() == _MESSAGE_ID:
            return next(iter(message_ids(value_of(raw, span))), None)
    return None


@dataclass(frozen=True, slots=True)
class Hop:
    """One server the mail went through, as it says itself: nothing of this is proof. Each text is one clean line."""

    received_by: str
    received_from: str
    protocol: str
    at: datetime | None


def received_chain(headers: Headers) -> tuple[Hop, ...]:
    """The way of a mail, oldest hop first: at most the newest 100 Received fields, read by mail-parser. A field that
    nobody can read is a hop without names."""
    fields = headers.all("received")[:_MOST_HOPS]
    unread = tuple(Hop("", "", "", sent_at(field.rpartition(";")[2].strip())) for field in reversed(fields))
    return guarded([], "Received", unread, _read_by_mail_parser, fields)


def _read_by_mail_parser(fields: tuple[str, ...]) -> tuple[Hop, ...]:
    block = "".join(f"Received: {field[:_LONGEST_RECEIVED]}\r\n" for field in fields)
    read = mailparser.parse_from_bytes(f"{block}\r\n".encode("utf-8", "replace"))
    return tuple(
        Hop(
            received_by=clean_line(hop.get("by", "")),
            received_from=clean_line(hop.get("from", "")),
            protocol=clean_line(hop.get("with", "")),
            at=sent_at(hop.get("date", "")),
        )
        for hop in read.received
    )
