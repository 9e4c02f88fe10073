"""Bytes of a mail to a `Message`. Never raises: each field and each part is read on its own, and what can not be read
becomes a defect while the rest goes on (reliability.md F11).

The bytes are cut by our own rooms (`fields`, `structure`), not by Python's parsers: those take a bare CR for a new
header, recurse without end, and can not give the exact bytes of an attached mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from mailgate.mail.calendar import invitation_of
from mailgate.mail.content import Content, whole_content
from mailgate.mail.dates import sent_at
from mailgate.mail.fields import head_in, headers_of, section_of
from mailgate.mail.html import LONGEST, is_too_long
from mailgate.mail.identity import mailboxes, named_honestly, sole_mailbox
from mailgate.mail.invitation import Invitation
from mailgate.mail.message import Address, Attachment, Headers, Message, Report, Seal
from mailgate.mail.opened import Opened, opened
from mailgate.mail.parts import attachments_of, body_of, guarded
from mailgate.mail.pictures import arranged
from mailgate.mail.prescan import header_problems, top_section, usual_top
from mailgate.mail.references import has_oversized_id, message_ids
from mailgate.mail.reports import report_of
from mailgate.mail.structure import Node, outline
from mailgate.mail.words import clean_line, decode_words
from mailgate.settings.site import Limits

_LONGEST_SUBJECT = 500
_MOST_REFERENCES = 100
_FIELDS = {"reply-to": "Reply-To", "to": "To", "cc": "Cc"}
_ONCE = ("from", "subject", "date", "message-id", "content-type", "to", "cc", "reply-to")
"""Fields of which a mail has at most one (RFC 5322, 3.6)."""
_UNREADABLE = Message(headers=Headers(()), sender=None, readable=False)


def read(raw: bytes, limits: Limits) -> Message:
    """The mail in `raw`, understood as far as its bytes go. With a broken limit, or where nothing could be read,
    `readable` is False and only header fields are filled."""
    defects: list[str] = []
    message = guarded(defects, "the mail", _UNREADABLE, _read, raw, limits, defects)
    return replace(message, defects=tuple(dict.fromkeys(defects))) if defects else message


def _read(raw: bytes, limits: Limits, defects: list[str]) -> Message:
    head = usual_top(raw, limits)
    if head is None:
        top = top_section(raw, limits)
        if problems := header_problems(raw, top, limits):
            defects.extend(problems)
            return _from_headers_cut_short(raw, limits, defects)
        # Of a larger mail the limit may have cut the last line that was looked at in two.
        head = head_in(raw, top) if len(raw) <= limits.headers_size else None
    root, broken = outline(raw, limits, head)
    defects.extend((*root.defects, *broken))
    if broken:
        return replace(_message(root.headers, limits, defects), readable=False)
    return _message(root.headers, limits, defects, lambda: _body(raw, root, limits, defects))


def _from_headers_cut_short(raw: bytes, limits: Limits, defects: list[str]) -> Message:
    """What the fields within the limits say. Nobody is the sender: a second From may stand where we did not look."""
    section = section_of(raw, 0, min(len(raw), limits.headers_size))
    spans = [span for span in section.spans[: limits.fields] if span.stop - span.begin <= limits.field_size]
    headers = headers_of(raw, replace(section, spans=tuple(spans)))
    return replace(_message(headers, limits, defects), sender=None, readable=False)


class _Body(NamedTuple):
    """What a mail holds below its header."""

    text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    report: Report | None = None
    seal: Seal | None = None
    invitation: Invitation | None = None


def _message(headers: Headers, limits: Limits, defects: list[str], below: Callable[[], _Body] = _Body) -> Message:
    """The mail with this header, and `below` it what is asked for last."""
    if repeated := headers.repeated:
        defects.extend(f"{headers.count(name)} {name} fields" for name in _ONCE if name in repeated)
    sender = guarded(defects, "From", None, _sender, headers)
    if sender is None:
        defects.append("From names no single mailbox")
    there = headers.names
    ids = _ids(headers, "message-id", defects) if "message-id" in there else ()
    answered = _ids(headers, "in-reply-to", defects) if "in-reply-to" in there else ()
    references = _ids(headers, "references", defects) if "references" in there else ()
    reply_to = _addresses(headers, "reply-to", limits, defects) if "reply-to" in there else ()
    to = _addresses(headers, "to", limits, defects) if "to" in there else ()
    cc = _addresses(headers, "cc", limits, defects) if "cc" in there else ()
    subject = guarded(defects, "Subject", "", _subject, headers)
    date = guarded(defects, "Date", None, _date, headers, defects)
    body = below()
    return Message(
        headers=headers,
        sender=sender,
        reply_to=reply_to,
        to=to,
        cc=cc,
        subject=subject,
        date=date,
        message_id=ids[0] if ids else None,
        in_reply_to=answered,
        references=references[-_MOST_REFERENCES:],
        text=body.text,
        html=body.html,
        attachments=body.attachments,
        report=body.report,
        hops=headers.count("received"),
        seal=body.seal,
        invitation=body.invitation,
    )


def _addresses(headers: Headers, name: str, limits: Limits, defects: list[str]) -> tuple[Address, ...]:
    return guarded(defects, _FIELDS[name], (), mailboxes, headers.by_name[name], limits.addresses)


def _sender(headers: Headers) -> Address | None:
    sender = sole_mailbox(headers.all("from"))
    return named_honestly(sender) if sender else None


def _subject(headers: Headers) -> str:
    written = headers.get("subject")
    return clean_line(decode_words(written) if "=?" in written else written, _LONGEST_SUBJECT)


def _date(headers: Headers, defects: list[str]) -> datetime | None:
    when = sent_at(headers.get("date"))
    if when is None and "date" in headers:
        defects.append("Date is no date")
    return when


def _ids(headers: Headers, name: str, defects: list[str]) -> tuple[str, ...]:
    value = " ".join(headers.all(name)) if name != "message-id" else headers.get(name)
    if has_oversized_id(value):
        defects.append(f"an id in {name} is too long to keep")
    return guarded(defects, name, (), message_ids, value)


def _body(raw: bytes, root: Node, limits: Limits, defects: list[str]) -> _Body:
    found = guarded(defects, "what is packed", None, opened, raw, root, limits)
    tree, seal, odd = found or Opened(root)
    defects.extend(odd)
    content = guarded(defects, "the structure", None, whole_content, tree) or Content()
    text, html = body_of(raw, content, defects)
    if html and is_too_long(html):
        defects.append(f"only the first {LONGEST} characters of the HTML were read")
    files = attachments_of(raw, content.files, limits, defects) if content.files else ()
    if html and (files or ";base64," in html):
        body: tuple[str, str | None, tuple[Attachment, ...]] = (text, html, files)
        text, html, files = guarded(defects, "the pictures", body, arranged, *body, limits.attachments)
    invitation = invitation_of(files, defects) if files else None
    if invitation and not text.strip():
        text = invitation.words
    return _Body(
        text,
        html,
        files,
        guarded(defects, "the report", None, report_of, raw, tree, content),
        seal,
        invitation,
    )
