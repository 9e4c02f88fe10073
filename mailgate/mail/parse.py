"""Bytes of a mail to a `Message`. Never raises: each field and each part is read on its own, and what can not be read
becomes a defect while the rest goes on (reliability.md F11).

The bytes are cut by our own rooms (`fields`, `structure`), not by Python's parsers: those take a bare CR for a new
header, recurse without end, and can not give the exact bytes of an attached mail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailgate.mail.content import Content, whole_content
from mailgate.mail.dates import sent_at
from mailgate.mail.fields import headers_of, section_of
from mailgate.mail.html import LONGEST, is_too_long
from mailgate.mail.identity import mailboxes, named_honestly, sole_mailbox
from mailgate.mail.language import language_of
from mailgate.mail.message import Address, Headers, Message
from mailgate.mail.parts import attachments_of, body_of, guarded
from mailgate.mail.prescan import header_problems, top_section
from mailgate.mail.references import has_oversized_id, message_ids
from mailgate.mail.reports import report_of
from mailgate.mail.structure import Node, outline
from mailgate.mail.words import clean_line, decode_words
from mailgate.settings.site import Limits

_LONGEST_SUBJECT = 500
_MOST_REFERENCES = 100
_ONCE = ("from", "subject", "date", "message-id", "content-type", "to", "cc", "reply-to")
"""Fields of which a mail has at most one (RFC 5322, 3.6)."""


def read(raw: bytes, limits: Limits) -> Message:
    """The mail in `raw`, understood as far as its bytes go. With a broken limit, or where nothing could be read,
    `readable` is False and only header fields are filled."""
    defects: list[str] = []
    unreadable = Message(headers=Headers(()), sender=None, readable=False)
    message = guarded(defects, "the mail", lambda: _read(raw, limits, defects), unreadable)
    return replace(message, defects=tuple(dict.fromkeys(defects))) if defects else message


def _read(raw: bytes, limits: Limits, defects: list[str]) -> Message:
    top = top_section(raw, limits)
    if problems := header_problems(raw, top, limits):
        defects.extend(problems)
        return _from_headers_cut_short(raw, limits, defects)
    # Of a larger mail the limit may have cut the last line that was looked at in two.
    root, broken = outline(raw, limits, top if len(raw) <= limits.headers_size else None)
    defects.extend((*root.defects, *broken))
    message = _from_headers(root.headers, limits, defects)
    if broken:
        return replace(message, readable=False)
    content = guarded(defects, "the structure", lambda: whole_content(root), Content())
    return _with_content(message, raw, root, content, limits, defects)


def _from_headers_cut_short(raw: bytes, limits: Limits, defects: list[str]) -> Message:
    """What the fields within the limits say. Nobody is the sender: a second From may stand where we did not look."""
    section = section_of(raw, 0, min(len(raw), limits.headers_size))
    spans = [span for span in section.spans[: limits.fields] if span.stop - span.begin <= limits.field_size]
    headers = headers_of(raw, replace(section, spans=tuple(spans)))
    return replace(_from_headers(headers, limits, defects), sender=None, readable=False)


def _from_headers(headers: Headers, limits: Limits, defects: list[str]) -> Message:
    defects.extend(f"{len(headers.all(name))} {name} fields" for name in _ONCE if len(headers.all(name)) > 1)
    sender = guarded(defects, "From", lambda: _sender(headers), None)
    if sender is None:
        defects.append("From names no single mailbox")
    ids = {name: _ids(headers, name, defects) for name in ("message-id", "in-reply-to", "references")}
    most = limits.addresses
    return Message(
        headers=headers,
        sender=sender,
        reply_to=guarded(defects, "Reply-To", lambda: mailboxes(headers.all("reply-to"), most), ()),
        to=guarded(defects, "To", lambda: mailboxes(headers.all("to"), most), ()),
        cc=guarded(defects, "Cc", lambda: mailboxes(headers.all("cc"), most), ()),
        subject=guarded(defects, "Subject", lambda: _subject(headers), ""),
        date=guarded(defects, "Date", lambda: _date(headers, defects), None),
        message_id=next(iter(ids["message-id"]), None),
        in_reply_to=ids["in-reply-to"],
        references=ids["references"][-_MOST_REFERENCES:],
        hops=len(headers.all("received")),
    )


def _sender(headers: Headers) -> Address | None:
    sender = sole_mailbox(headers.all("from"))
    return named_honestly(sender) if sender else None


def _subject(headers: Headers) -> str:
    return clean_line(decode_words(headers.get("subject")), _LONGEST_SUBJECT)


def _date(headers: Headers, defects: list[str]) -> datetime | None:
    when = sent_at(headers.get("date"))
    if when is None and "date" in headers:
        defects.append("Date is no date")
    return when


def _ids(headers: Headers, name: str, defects: list[str]) -> tuple[str, ...]:
    value = " ".join(headers.all(name)) if name != "message-id" else headers.get(name)
    if has_oversized_id(value):
        defects.append(f"an id in {name} is too long to keep")
    return guarded(defects, name, lambda: message_ids(value), ())


def _with_content(
    message: Message, raw: bytes, root: Node, content: Content, limits: Limits, defects: list[str]
) -> Message:
    text, html = body_of(raw, content, defects)
    if html and is_too_long(html):
        defects.append(f"only the first {LONGEST} characters of the HTML were read")
    return replace(
        message,
        text=text,
        html=html,
        attachments=attachments_of(raw, content.files, limits, defects),
        report=guarded(defects, "the report", lambda: report_of(raw, root, content), None),
        language=guarded(defects, "the language", lambda: language_of(text), None),
    )
