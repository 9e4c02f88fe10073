"""Delivery reports read: which recipient, what happened, how bad it is, which letter it is about.

RFC 3464 first; where a server writes only text, its codes and usual words. Whether the report is proven, and what
follows from it, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mailgate.mail.bounce_shapes import delivery_proof
from mailgate.mail.delivery_status import reason_of, status_in
from mailgate.mail.message import Headers, Message
from mailgate.mail.references import message_ids
from mailgate.mail.reports import enclosed_headers
from mailgate.mail.words import clean_line
from mailgate.sentence import Sentence

Severity = Literal["hard", "soft", "delay"]

_READ = 64 * 2**10
_GRAVITY: tuple[Severity, ...] = ("delay", "soft", "hard")
_NO_FAILURE = ("delivered", "relayed", "expanded")
_DELAY_SUBJECT = re.compile(r"delay|verzöger|could not send message for past|\(delay\)|warning:", re.IGNORECASE)
_DELAY_TEXT = re.compile(
    r"will (?:keep trying|be retried|continue to (?:try|attempt))|no action is required|warning message only"
    r"|has not yet been delivered|delivery (?:attempts )?will",
    re.IGNORECASE,
)
# Where a server's own words end and the copy of our letter begins.
_COPY_BELOW = re.compile(
    r"^(?:-{2,}.{0,40}(?:copy of|original (?:message|mail)|below this line|message header|unsent message)"
    r"|return-path:|received: |message-id:|>?\s?original message )",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[\w.+=/&%'#$*!?^{|}~-]{1,64}@[a-z0-9][a-z0-9.-]{0,250}[a-z0-9]", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_SERVERS = re.compile(r"^(?:mailer-daemon|postmaster|double-bounce)@", re.IGNORECASE)
_ID_LINE = re.compile(
    r"^[ \t>]*(?:message-id|in-reply-to|references):((?:.*)(?:\n[ \t]+.*)*)", re.IGNORECASE | re.MULTILINE
)
_ID_FIELDS = ("message-id", "references", "in-reply-to")
_ORIGINAL_ID_FIELDS = ("original-message-id", "x-original-message-id", "original-envelope-id")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says of the worst of its recipients."""

    recipient: str | None
    status: str | None
    """Enhanced status code (RFC 3463), for example `5.1.1`."""
    severity: Severity
    """`hard`: it will never arrive. `soft`: refused for now. `delay`: the server keeps trying."""
    reason: Sentence
    message_ids: tuple[str, ...]
    """Ids, without brackets, of the letter the report is about and of what that letter referred to."""


@dataclass(frozen=True, slots=True)
class _Fate:
    recipient: str | None
    status: str | None
    severity: Severity


def read_bounce(message: Message, *, null_sender: bool = False) -> Bounce | None:
    """The delivery report this mail is, or None where it is none or reports no failure. `null_sender`: the session
    gave an empty reverse path, which lets a report of an unusual shape be known."""
    if delivery_proof(message, null_sender) is None:
        return None
    fates = list(_fates(message))
    if not fates and not _reports_only_success(message):
        fates = [_fate_in_text(message)]
    worst = max(fates, key=lambda fate: _GRAVITY.index(fate.severity), default=None)
    if worst is None:
        return None
    recipient = worst.recipient or _recipient_in(message, _own_words(message))
    return Bounce(recipient, worst.status, worst.severity, reason_of(worst.status), ids_named(message))


def _blocks(message: Message) -> list[Headers]:
    return [Headers(block) for block in message.report.blocks] if message.report else []


def _fates(message: Message) -> Iterator[_Fate]:
    """RFC 3464, 2.3: one for each recipient that something went wrong for."""
    for fields in _blocks(message):
        action = fields.get("action").split(" ")[0].lower()
        if not ("final-recipient" in fields or "original-recipient" in fields) or action in _NO_FAILURE:
            continue
        status = _status(fields)
        severity = _severity(action, status)
        if severity:
            yield _Fate(_recipient(fields), status, severity)


def _reports_only_success(message: Message) -> bool:
    told = [fields.get("action").lower() for fields in _blocks(message) if "action" in fields]
    return bool(told) and all(action.startswith(_NO_FAILURE) for action in told)


def _status(fields: Headers) -> str | None:
    """The Status field; where it says no more than the class, with what the diagnostic says more exactly."""
    found = _STATUS.search(fields.get("status"))
    said, exact = found[0] if found else None, status_in(fields.get("diagnostic-code"))
    if said is None or exact is None:
        return said or exact
    return f"{said[0]}{exact[1:]}" if said.endswith(".0.0") else said


def _severity(action: str, status: str | None) -> Severity | None:
    """RFC 3464, 2.3.3: `failed` is final, whatever the class of the status: the server has given up."""
    if action == "delayed":
        return "delay"
    if action == "failed" or (status or "").startswith("5"):
        return "hard"
    return "soft" if (status or "").startswith("4") else None


def _recipient(fields: Headers) -> str | None:
    """`rfc822; anna@example.com`, the type in any case or missing (RFC 3464, 2.3.2)."""
    for name in ("final-recipient", "original-recipient"):
        kind, semicolon, address = fields.get(name).partition(";")
        found = _ADDRESS.search(address if semicolon else kind)
        if found:
            return clean_line(found[0], 320)
    return None


def _fate_in_text(message: Message) -> _Fate:
    """A server that writes only to people: qmail, Exim, old sendmail and Postfix, Exchange, Gmail."""
    text = _own_words(message)
    delayed = bool(_DELAY_SUBJECT.search(message.subject) or _DELAY_TEXT.search(text))
    status = status_in(text)
    failed: Severity = "soft" if (status or "").startswith("4") and status != "4.4.7" else "hard"
    return _Fate(None, status, "delay" if delayed else failed)


def _own_words(message: Message) -> str:
    text = message.text[:_READ]
    copy = _COPY_BELOW.search(text)
    return text[: copy.start()] if copy else text


def _recipient_in(message: Message, text: str) -> str | None:
    """Whom the server names: in Exim's field, else the first address in its words that is neither a server nor us."""
    if told := _ADDRESS.search(message.headers.get("x-failed-recipients")):
        return told[0]
    ours = {address.email.lower() for address in (*message.to, *message.cc)}
    named = (found[0] for found in _ADDRESS.finditer(text))
    return next((found for found in named if not _SERVERS.match(found) and found.lower() not in ours), None)


def ids_named(message: Message) -> tuple[str, ...]:
    """The Message-IDs a report names: of the enclosed letter, of its own fields, else of a copy in the text."""
    values = [headers.get(name) for headers in _enclosed(message) for name in _ID_FIELDS]
    values += [value for fields in _blocks(message) for name, value in fields.fields if name in _ORIGINAL_ID_FIELDS]
    if not any(values):
        values += [found[1] for found in _ID_LINE.finditer(message.text[:_READ])]
    named = (each for value in values for each in message_ids(value))
    return tuple(dict.fromkeys((*named, *message.in_reply_to, *message.references)))


def _enclosed(message: Message) -> list[Headers]:
    reported = [message.report.original] if message.report and message.report.original else []
    attached = [enclosed_headers(file.content) for file in message.attachments if file.media_type == "message/rfc822"]
    return reported + attached
