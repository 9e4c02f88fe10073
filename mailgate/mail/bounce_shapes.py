"""Is this mail a delivery report? Asked of its structure first (RFC 3464), then of the shapes that servers without
RFC 3464 share, then of the marks of single servers. Each answer is the proof in words, or None.

A person who asks about a report, passes one on or has one in his words is a person: nothing of a report counts without
an empty return path, the name of a mail server in From, or a server's own marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from mailgate.mail.bounce_ses import ses_kind
from mailgate.mail.bounce_text import first_address
from mailgate.mail.bounce_words import Server, first_marks, folded, marks, one_stands_in, servers
from mailgate.mail.delivery_status import diagnosed, has_code
from mailgate.mail.message import Message
from mailgate.mail.references import base_subject
from mailgate.mail.words import clean_line, decode_words

_LONGEST_PROOF = 80
_READ = 4_000
_PREFIX = 40
_LONGEST_FROM = 400
_ALONE = re.compile(
    r"(?:^|:)[ \t]{0,20}[\"'<(]{0,2}[^\s<>()\[\]@:,;\"']{1,64}@[\w.-]{1,255}[>)\"']{0,2}[ \t]{0,20}(?:[:(]|$)",
    re.MULTILINE,
)
"""An address as servers name one: at a line's end or before a colon, and behind nothing but a colon."""
_OTHER_REPORTS = ("disposition-notification", "feedback-report", "tlsrpt")


def delivery_proof(message: Message, null_sender: bool = False) -> str | None:
    """The proof that this is a delivery report. `null_sender`: the session gave an empty reverse path."""
    if message.report is not None and message.report.kind in _OTHER_REPORTS:
        return None
    null = null_sender or has_null_return_path(message)
    for question in _QUESTIONS:
        if proof := question(message, null):
            return proof
    return None


def has_null_return_path(message: Message) -> bool:
    """The topmost Return-Path, written by the server that delivered the mail, is empty (RFC 5321, 4.5.5)."""
    return message.headers.get("return-path").strip() == "<>"


def shown(message: Message, name: str) -> str:
    """`Name: value` of a header field as proof, at most 80 characters of value; its words decoded (RFC 2047)."""
    return f"{name}: {clean_line(decode_words(message.headers.get(name)), _LONGEST_PROOF)}"


def is_daemon(message: Message) -> bool:
    """From names a mail server, by its address or its usual name."""
    return any(_speaks_as(_sender(message)))


def is_surely_daemon(message: Message) -> bool:
    """The same without the postmasters, of whom many are people."""
    return _speaks_as(_sender(message))[0]


def _sender(message: Message) -> str:
    """`mail delivery system <mailer-daemon@mx.example.net>`, in lower case."""
    return _small(message.headers.get("from")[:_LONGEST_FROM])


# Who writes is asked several times of every mail, and people write more than one.
@lru_cache(maxsize=256)
def _small(value: str) -> str:
    return f"{folded(decode_words(value) if '=?' in value else value)}@"


@lru_cache(maxsize=256)
def _speaks_as(sender: str) -> tuple[bool, bool]:
    """Has it the name of a mail server, that of a postmaster?"""
    known = marks()
    return any(name in sender for name in known.daemons), any(name in sender for name in known.postmasters)


@lru_cache(maxsize=256)
def _may_be_known(sender: str) -> bool:
    return any(name in sender for name in first_marks().senders)


# Of one mail it is asked by several questions.
_folded = lru_cache(maxsize=8)(folded)


def known_server(message: Message) -> Server | None:
    """The server whose marks this mail bears."""
    first, subject, sender = first_marks(), _folded(message.subject), _sender(message)
    # Nearly every mail has none of what they begin with.
    known = subject.startswith(first.subjects) or not first.fields.isdisjoint(message.headers.names)
    if not known and not _may_be_known(sender):
        return None
    return next((server for server in servers() if _is_of(message, server, sender, subject)), None)


def _is_of(message: Message, server: Server, sender: str, subject: str) -> bool:
    if server.fields and not _has_one_of(message, server.fields):
        return False
    if server.sender and not any(name in sender for name in server.sender):
        return False
    if server.subjects.firsts and not server.subjects.one_begins(subject):
        return False
    return not server.text or one_stands_in(server.text, _folded(message.text[:_READ])) is not None


def _has_one_of(message: Message, fields: Mapping[str, str]) -> bool:
    there = fields.keys() & message.headers.names
    return any(folded(message.headers.get(name)).startswith(fields[name]) for name in there)


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
    """A usual subject, or words of a server. The less sure it is who writes, the more has to be said."""
    daemon, postmaster = _speaks_as(_sender(message))
    if not (null or daemon or postmaster):
        return None
    if base_subject(message.subject) != message.subject:
        return None
    subject, text = _folded(message.subject.lstrip(" *")), _folded(message.text[:_READ])
    if marks().subjects.one_begins(subject):
        return shown(message, "Subject") if daemon or _tells_failure(message, text) else None
    said = one_stands_in(marks().sentences, text)
    if said is None or not (daemon or (not null and has_code(text))):
        return None
    return f"{shown(message, 'From')}, and the text says '{' … '.join(said.parts)}'"


def _tells_failure(message: Message, text: str) -> bool:
    """A sentence of a server beside a code; or one of both or a known reason beside an address that is not ours, which
    stands alone or below `Undeliverable: VPN`. Parcels are not delivered too, and people write of codes and of
    addresses."""
    said, code = one_stands_in(marks().sentences, text) is not None, has_code(text)
    if said and code:
        return True
    placed = ":" in message.subject[:_PREFIX] or _ALONE.search(message.text[:_READ])
    named = "x-failed-recipients" in message.headers or (placed and first_address(message, text) is not None)
    return bool(named and (said or code or diagnosed(None, text).status))


def _marks(message: Message, null: bool) -> str | None:
    """A server that is known by its own marks. What anybody may write, its subject and words, is not enough."""
    if base_subject(message.subject) != message.subject:
        return None
    server = known_server(message)
    if server is None or not (server.fields or server.sender or null or _is_robot(message)):
        return None
    return f"{shown(message, 'Subject')}, as {server.name} writes"


def _is_robot(message: Message) -> bool:
    """A program wrote this, by its own word or by its address."""
    local = message.sender.email.lower().partition("@")[0] if message.sender else ""
    told = message.headers.get("auto-submitted").lower().startswith("auto-")
    return told or local in marks().robots or is_daemon(message)


def _notification(message: Message, null: bool) -> str | None:
    """What Amazon SES tells of a bounce or a delivery."""
    kind = ses_kind(message)
    return f"{shown(message, 'From')}: a notification of the kind {kind}" if kind in ("bounce", "delivery") else None


_QUESTIONS: tuple[Callable[[Message, bool], str | None], ...] = (
    _status_report,
    _failed_recipients,
    _shape,
    _marks,
    _notification,
)
