"""The machine part of a report (RFC 6522): its blocks of fields, and the header of the mail it is about."""

from __future__ import annotations

from mailgate.mail.content import REPORT_PARTS, Content
from mailgate.mail.fields import head_of
from mailgate.mail.message import Headers, Report
from mailgate.mail.structure import Node
from mailgate.mail.wording import content_bytes
from mailgate.mail.words import decode_words

_MOST_BLOCKS = 100
_KINDS = dict(REPORT_PARTS)


def report_of(raw: bytes, root: Node, content: Content) -> Report | None:
    """The report this mail is, or None. A `multipart/report` without a machine part we know is one too: its kind is
    then what it says itself."""
    if not content.reports and root.media_type != "multipart/report":
        return None
    said = (root.content_type.get("report-type") or "").lower()
    kind = _KINDS[content.reports[0].media_type] if content.reports else said or "unknown"
    blocks = tuple(block for part in content.reports for block in _blocks(content_bytes(raw, part)))
    return Report(kind, blocks[:_MOST_BLOCKS], _original(raw, content))


def _blocks(content: bytes) -> tuple[tuple[tuple[str, str], ...], ...]:
    """RFC 3464, 2.1: groups of fields with empty lines between them."""
    found, at = list[tuple[tuple[str, str], ...]](), 0
    while at < len(content) and len(found) < _MOST_BLOCKS:
        headers, body, _ = head_of(content, at, len(content))
        if headers.fields:
            found.append(tuple((name.lower(), decode_words(value)) for name, value in headers.fields))
        at = body if body > at else _past_line(content, at)
    return tuple(found)


def _past_line(content: bytes, at: int) -> int:
    return content.find(b"\n", at) + 1 or len(content)


def _original(raw: bytes, content: Content) -> Headers | None:
    return next((headers for part in content.originals if (headers := headers_within(raw, part)).fields), None)


def headers_within(raw: bytes, part: Node) -> Headers:
    """The header fields of the mail that is enclosed as this part."""
    cut = part.enclosed
    return cut if cut is not None and cut.fields else enclosed_headers(content_bytes(raw, part))


def enclosed_headers(content: bytes) -> Headers:
    """The header fields at the start of an enclosed mail. Some servers leave an empty line above them."""
    begin = len(content) - len(content.lstrip(b"\r\n"))
    return head_of(content, begin, len(content)).headers
