"""Is this mail a delivery report? Asked of its structure first (RFC 3464), then of the shapes that servers without
RFC 3464 share. Each answer is the proof in words, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mailgate.mail.message import Message
from mailgate.mail.references import base_subject
from mailgate.mail.words import clean_line

_LONGEST_PROOF = 80
_READ = 4_000

_DAEMON = re.compile(
    r"mailer[-_. ]?daemon|mail[-_. ]daemon|postmaster@|mail delivery (?:sub)?system|mail administrator", re.IGNORECASE
)
# Subjects of servers, at the start of the subject: whoever forwards or answers a report has another start.
_SUBJECT = re.compile(
    r"(?:\*+\s*)?(?:undeliver|delivery (?:status|fail|has failed|problem|report|notif|error|incomplete|delayed|final)"
    r"|failure notice|failed (?:mail|delivery)|returned mail|mail (?:delivery|failed|system error|returned|could not)"
    r"|message (?:delivery|delayed|undeliver|status|not delivered|you sent blocked)|non[- ]?deliver|could not deliver"
    r"|warning: (?:could not|message)|error sending|unable to deliver|rejected mail|bounced? mail|[\w.-]+ mail delivery"
    r"|postfix smtp server: errors"
    r"|unzustellbar|nicht zustell|zustellung|mailzustellung|ihre nachricht .{0,60}nicht zugestellt"
    r"|non remis|échec|message non|onbestelbaar|mancat[ao] (?:recapito|consegna)|no se puede entregar|mensaje no )",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"this is the qmail-send program|created automatically by mail delivery software|this is the mail system at host"
    r"|delivery has failed to these recipients|could not be delivered to (?:one or more|the following)"
    r"|the following addresses had permanent fatal errors|your message (?:was not|could not be|wasn't) delivered"
    r"|konnte nicht (?:zugestellt|ausgeliefert) werden",
    re.IGNORECASE,
)


def delivery_proof(message: Message, null_sender: bool = False) -> str | None:
    """The proof that this is a delivery report. `null_sender`: the session gave an empty reverse path."""
    null = null_sender or has_null_return_path(message)
    return next((proof for question in _QUESTIONS if (proof := question(message, null))), None)


def has_null_return_path(message: Message) -> bool:
    """The topmost Return-Path, written by the server that delivered the mail, is empty (RFC 5321, 4.5.5)."""
    return message.headers.get("return-path").strip() == "<>"


def shown(message: Message, name: str) -> str:
    """`Name: value` of a header field as proof, at most 80 characters of value."""
    return f"{name}: {clean_line(message.headers.get(name), _LONGEST_PROOF)}"


def is_daemon(message: Message) -> bool:
    """From names a mail server, by its address or its usual name."""
    return bool(_DAEMON.search(f"{message.headers.get('from')}@"))


def _status_report(message: Message, null: bool) -> str | None:
    """RFC 3464, 2. A person's mail may hold the parts of a report somebody asks about, but not as a whole mail."""
    if message.report is None or message.report.kind != "delivery-status":
        return None
    content_type = message.headers.get("content-type").lower()
    whole = content_type.startswith(("multipart/report", "message/"))
    return shown(message, "Content-Type") if whole or null or is_daemon(message) else None


def _failed_recipients(message: Message, null: bool) -> str | None:
    """Exim names whom it could not reach."""
    known = "x-failed-recipients" in message.headers and (null or is_daemon(message))
    return shown(message, "X-Failed-Recipients") if known else None


def _shape(message: Message, null: bool) -> str | None:
    subject = message.subject
    if not (null or is_daemon(message)) or base_subject(subject) != subject:
        return None
    if _SUBJECT.match(subject):
        return shown(message, "Subject")
    found = _TEXT.search(message.text[:_READ]) if is_daemon(message) else None
    return f"{shown(message, 'From')}, and the text says '{clean_line(found[0], _LONGEST_PROOF)}'" if found else None


_QUESTIONS: tuple[Callable[[Message, bool], str | None], ...] = (_status_report, _failed_recipients, _shape)
