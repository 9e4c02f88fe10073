"""Delivery reports read: which recipient, what happened, how bad it is, which letter it is about.

RFC 3464 first; where a server writes only text, its codes and usual words. Whether the report is proven, and what
follows from it, is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailgate.mail.bounce_fields import Fate, Fields, Severity, fates_of
from mailgate.mail.bounce_ses import is_notification, ses_fates, ses_ids
from mailgate.mail.bounce_shapes import delivery_proof, known_server
from mailgate.mail.bounce_text import fates_in_text, fields_in, first_address, own_words, tells_delay
from mailgate.mail.bounce_words import Server, folded
from mailgate.mail.delivery_status import diagnosed
from mailgate.mail.message import Headers, Message
from mailgate.mail.references import message_ids
from mailgate.mail.reports import enclosed_headers
from mailgate.mail.structure import ATTACHED_MAIL
from mailgate.sentence import Sentence

_READ = 64 * 2**10
_GRAVITY: tuple[Severity, ...] = ("delay", "soft", "hard")
_ID_LINE = re.compile(
    r"^[ \t>]*(?:message-id|in-reply-to|references):((?:.*)(?:\n[ \t]+.*)*)", re.IGNORECASE | re.MULTILINE
)
_ID_FIELDS = ("message-id", "references", "in-reply-to")
_ORIGINAL_ID_FIELDS = ("original-message-id", "x-original-message-id", "original-envelope-id")
# Under what servers send their machine part instead of message/delivery-status.
_MACHINE_TYPES = ("text/plain", "application/octet-stream", "text/rfc822-headers", "message/delivery-status")
_MACHINE_LARGEST = 64 * 2**10


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
    address: bool = field(default=True, compare=False)
    """Whether the failure lies with the address, and not with the letter, our server or its reputation."""
    fates: tuple[Fate, ...] = field(default=(), compare=False, repr=False)
    """Of every recipient, also of those it reached."""

    def about(self, email: str) -> Bounce | None:
        """What it says of this recipient, under any of the names it has there; None where the letter reached it. Of an
        address that it does not name (the letter was passed on from there) the worst is said."""
        found = next((fate for fate in self.fates if fate.is_of(email)), None)
        if found is None:
            return self
        return _of(found, self.message_ids, self.fates) if found.severity else None


def read_bounce(message: Message, *, null_sender: bool = False) -> Bounce | None:
    """The delivery report this mail is, or None where it is none or reports no failure. `null_sender`: the session
    gave an empty reverse path, which lets a report of an unusual shape be known."""
    if delivery_proof(message, null_sender) is None:
        return None
    fates = _fates(message, known_server(message))
    failed = [fate for fate in fates if fate.severity]
    worst = max(failed, key=lambda fate: _GRAVITY.index(fate.severity or "delay"), default=None)
    return _of(worst, ids_named(message), fates) if worst else None


def _of(fate: Fate, ids: tuple[str, ...], fates: tuple[Fate, ...]) -> Bounce:
    return Bounce(fate.recipient, fate.status, fate.severity or "hard", fate.reason, ids, fate.address, fates)


def _fates(message: Message, server: Server | None) -> tuple[Fate, ...]:
    """Of every recipient, from the first place that names one."""
    words = own_words(message)
    for blocks in _machine_parts(message, words):
        if fates := tuple(fates_of(blocks, server)):
            return _filled_from(fates, message, words, server)
    if is_notification(message):
        return tuple(ses_fates(message))
    return fates_in_text(message, words, server)


def _machine_parts(message: Message, words: str) -> Iterator[tuple[Fields, ...]]:
    if message.report and message.report.kind == "delivery-status":
        yield message.report.blocks
    for file in message.attachments:
        if file.media_type in _MACHINE_TYPES and len(file.content) <= _MACHINE_LARGEST:
            yield fields_in(file.content.decode("utf-8", "replace"))
    yield fields_in(words)
    if diagnosed(None, words).status is None:  # a report that a provider put below words of its own
        yield fields_in(message.text[:_READ])


def _filled_from(fates: tuple[Fate, ...], message: Message, words: str, server: Server | None) -> tuple[Fate, ...]:
    """A machine part about one recipient may leave out who it is, or what the server's words say more exactly."""
    if len(fates) != 1:
        return fates
    fate = fates[0]
    recipient = fate.recipient or first_address(message, message.headers.get("x-failed-recipients") + "\n" + words)
    fate = replace(fate, recipient=recipient)
    if fate.severity is None or not fate.bare:
        return (fate,)
    found = diagnosed(fate.status, words, server)
    delayed = not fate.judged and tells_delay(message, folded(words))
    told = replace(fate, status=found.status, reason=found.reason, address=found.address)
    return (replace(told, severity="delay") if delayed else told,)


def _blocks(message: Message) -> list[Headers]:
    return [Headers(block) for block in message.report.blocks] if message.report else []


def ids_named(message: Message) -> tuple[str, ...]:
    """The Message-IDs a report names: of the enclosed letter, of its own fields, else of a copy in the text."""
    values = [headers.get(name) for headers in _enclosed(message) for name in _ID_FIELDS]
    values += [value for fields in _blocks(message) for name, value in fields.fields if name in _ORIGINAL_ID_FIELDS]
    values += ses_ids(message) if is_notification(message) else ()
    if not any(values):
        values += [found[1] for found in _ID_LINE.finditer(message.text[:_READ])]
    named = (each for value in values for each in message_ids(value))
    return tuple(dict.fromkeys((*named, *message.in_reply_to, *message.references)))


def _enclosed(message: Message) -> list[Headers]:
    reported = [message.report.original] if message.report and message.report.original else []
    attached = [enclosed_headers(file.content) for file in message.attachments if file.media_type in ATTACHED_MAIL]
    return reported + attached
