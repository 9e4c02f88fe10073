"""Mail that nobody here can read, or that has no words: what the agents are told of it, and the files they get.

An encrypted mail is a ticket like any other. It stays whole, and whoever has its key opens the original.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailgate.desk.opening import original
from mailgate.mail.message import Attachment, Message
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence, joined, verbatim

_MOST_NAMES = 5


def with_note(remark: Sentence | None, message: Message) -> Sentence | None:
    """The remark on a mail, and why its words are missing, where they are."""
    said = [*((remark,) if remark else ()), *_notes(message)]
    return joined(said, verbatim(" ")) if said else None


def files(message: Message, raw: bytes) -> tuple[Attachment, ...]:
    """Its files; of an encrypted mail the whole mail too, which a program with the key opens."""
    encrypted = message.seal is not None and message.seal.encrypted
    return (*message.attachments, original(raw)) if encrypted else message.attachments


def _notes(message: Message) -> Iterator[Sentence]:
    if message.seal and message.seal.encrypted:
        part = ".part" if message.text.strip() else ""
        yield sentence(f"remark.encrypted{part}", how=message.seal.encrypted)
        yield sentence("remark.encrypted.kept")
    elif message.readable and not message.text.strip():
        yield _without_words(message.attachments)


def _without_words(attachments: tuple[Attachment, ...]) -> Sentence:
    names = [each.name for each in attachments if not each.inline or each.content_id is None]
    if not names:
        return sentence("remark.only_pictures" if attachments else "remark.empty")
    shown, more = ", ".join(names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    return sentence("remark.only_files.more" if more > 0 else "remark.only_files", names=shown, number=more)
