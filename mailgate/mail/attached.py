"""Mails that are attached to a mail: whole ones (RFC 2046, 5.2.1; RFC 6532), and saved ones (`.eml`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailgate.mail.identity import mailboxes
from mailgate.mail.message import Address, Attachment, Message
from mailgate.mail.parse import read
from mailgate.settings.site import Limits

_MAILS = ("message/rfc822", "message/global")
_SAVED = (
    "application/octet-stream",
    "application/eml",
    "application/x-eml",
    "text/plain",
    "message/x-emlx",
    "text/x-mail",
)
_ENDING = ".eml"
_LOOKED_AT = 64 * 2**10
"""Bytes in which the header of a saved mail has to name its writer."""


def is_attached_mail(file: Attachment) -> bool:
    """A mail, as its type says, or its name and its first lines."""
    if file.media_type in _MAILS:
        return True
    return file.media_type in _SAVED and file.name.lower().endswith(_ENDING) and _begins_like_a_mail(file.content)


def attached_mails(files: Sequence[Attachment], limits: Limits) -> tuple[tuple[Message, Address], ...]:
    """Each attached mail with its writer, in order; what names no writer is none."""
    return tuple((message, sender) for _, message, sender in _read(files, limits))


def further_mails(files: Sequence[Attachment], limits: Limits) -> tuple[Attachment, ...]:
    """The attached mails but the first that names its writer."""
    first = next((file for file, _, _ in _read(files, limits)), None)
    return tuple(file for file in filter(is_attached_mail, files) if file is not first)


def _read(files: Sequence[Attachment], limits: Limits) -> Iterator[tuple[Attachment, Message, Address]]:
    for file in filter(is_attached_mail, files):
        message = read(file.content, limits)
        # Nobody gets rights from it: where From is ambiguous, the first it names counts.
        if sender := message.sender or next(iter(mailboxes(message.headers.all("from"), 1)), None):
            yield file, message, sender


def _begins_like_a_mail(content: bytes) -> bool:
    head = b"\n" + content[:_LOOKED_AT].replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    return b"\nfrom:" in head and any(name in head for name in (b"\ndate:", b"\nsubject:", b"\nreceived:"))
