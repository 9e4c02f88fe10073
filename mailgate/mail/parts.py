"""The parts of a mail, read one by one: body text, attachments. Each is guarded, so that a part nobody can read
becomes a defect and the others stay (reliability.md F11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from mailgate.mail.content import Content, File, content_id, name_of
from mailgate.mail.filenames import default_name, distinct, safe_name
from mailgate.mail.message import Attachment
from mailgate.mail.wording import content_bytes, html_of, text_of
from mailgate.settings.site import Limits

_T = TypeVar("_T")


def guarded(defects: list[str], what: str, question: Callable[[], _T], otherwise: _T) -> _T:
    """The answer to the question, or `otherwise` and a defect about `what`."""
    try:
        return question()
    except Exception as error:  # noqa: BLE001 - hostile bytes find new exceptions in every library; no part may cost the mail
        defects.append(f"{what} could not be read ({type(error).__name__})")
        return otherwise


def body_of(raw: bytes, content: Content, defects: list[str]) -> tuple[str, str | None]:
    """The whole body as plain text, and its HTML as sent where there is some."""
    texts = (guarded(defects, "a text part", partial(text_of, raw, words), "") for words in content.words)
    htmls = (guarded(defects, "an HTML part", partial(html_of, raw, words), "") for words in content.words)
    return _joined(texts, "\n\n"), _joined(htmls, "\n") or None


def _joined(pieces: Iterable[str], glue: str) -> str:
    return glue.join(piece for piece in pieces if piece.strip())


def attachments_of(raw: bytes, files: list[File], limits: Limits, defects: list[str]) -> tuple[Attachment, ...]:
    """The files up to `limits.attachments`, each with a safe name of its own."""
    if len(files) > limits.attachments:
        defects.append(f"only the first {limits.attachments} of {len(files)} attachments were read")
    taken: set[str] = set()
    read = (
        guarded(defects, f"attachment {number}", partial(_attachment, raw, file, number, taken), None)
        for number, file in enumerate(files[: limits.attachments], start=1)
    )
    return tuple(attachment for attachment in read if attachment)


def _attachment(raw: bytes, file: File, number: int, taken: set[str]) -> Attachment:
    content = content_bytes(raw, file.node)
    name = safe_name(name_of(file.node)) or default_name(file.node.media_type, number)
    return Attachment(
        name=distinct(name, taken),
        media_type=file.node.media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id(file.node),
        inline=file.inline,
    )
