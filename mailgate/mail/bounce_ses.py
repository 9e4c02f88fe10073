"""Amazon SES tells of bounces also as JSON, which Amazon SNS brings as a mail to people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mailgate.mail.bounce_fields import Fate, Fields, fates_of
from mailgate.mail.message import Message

_SENDER = "@sns.amazonaws.com"
_READ = 256 * 2**10
_MOST = 100


def is_notification(message: Message) -> bool:
    """By who sends it and how it begins: it says what kind it is near its beginning."""
    sender = message.sender
    if sender is None or not sender.email.lower().endswith(_SENDER):
        return False
    start = message.text[:200].lstrip()
    return start.startswith("{") and ("notificationType" in start or "eventType" in start or '"Type"' in start)


def ses_kind(message: Message) -> str | None:
    """`bounce`, `complaint`, `delivery` …; None where it is no notification."""
    said = _said(message) if is_notification(message) else None
    return str(said.get("notificationType") or said.get("eventType") or "").lower() or None if said else None


def ses_fates(message: Message) -> Iterator[Fate]:
    """One for each recipient of a notification about a bounce, read as the fields of RFC 3464 that it names."""
    bounce = (_said(message) or {}).get("bounce")
    recipients = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    for recipient in recipients[:_MOST] if isinstance(recipients, list) else ():
        if isinstance(recipient, dict):
            yield from fates_of([_fields(recipient)])


def ses_ids(message: Message) -> tuple[str, ...]:
    """The Message-ID that we gave the letter, where the notification repeats its header."""
    mail = (_said(message) or {}).get("mail")
    headers = mail.get("headers") if isinstance(mail, dict) else None
    pairs = [each for each in headers if isinstance(each, dict)] if isinstance(headers, list) else []
    return tuple(str(each.get("value", "")) for each in pairs if str(each.get("name", "")).lower() == "message-id")


def _fields(recipient: dict[str, Any]) -> Fields:
    return (
        ("final-recipient", str(recipient.get("emailAddress", ""))),
        ("action", str(recipient.get("action") or "failed")),
        ("status", str(recipient.get("status", ""))),
        ("diagnostic-code", str(recipient.get("diagnosticCode", ""))),
    )


def _said(message: Message) -> dict[str, Any] | None:
    """The first JSON object of the text; below it SNS says how to unsubscribe."""
    text = message.text[:_READ].lstrip()
    try:
        # Some relays break a line that is too long with an exclamation mark.
        found, _ = json.JSONDecoder(strict=False).raw_decode(text.replace("!\n ", "").replace("!\n", ""))
        inner = found.get("Message") if isinstance(found, dict) else None
        found = json.loads(inner) if isinstance(inner, str) else found
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
