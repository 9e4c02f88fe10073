"""The letter of ours that an agent answered: its text is what has to be cut from his answer, and what it brought says
where his words go."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from mailgate.mail.requoted import is_unchanged
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, MessageRow, table_of

LETTER = table_of(Letter)
MESSAGE = table_of(MessageRow)


def message_brought(tx: Tx, letter: int | None) -> int | None:
    """The message that the letter brought; a refusal brings again what the refused mail had answered."""
    if letter is None:
        return None
    message: int | None = tx.value(sa.select(LETTER.c.message).where(LETTER.c.id == letter))
    return message


def written_at(tx: Tx, letter: int | None) -> datetime | None:
    """When the letter was written: of what is newer its reader did not know."""
    if letter is None:
        return None
    at: datetime | None = tx.value(sa.select(LETTER.c.created_at).where(LETTER.c.id == letter))
    return at


def purpose_of(tx: Tx, message: int | None) -> str | None:
    """What sort of words these are (CONTRACT 3, purpose), or None."""
    if message is None:
        return None
    purpose: str | None = tx.value(sa.select(MESSAGE.c.purpose).where(MESSAGE.c.id == message))
    return purpose


def text_of_letter(tx: Tx, letter: int | None) -> str | None:
    """The plain text of a letter we sent, or None where it is not known (any more)."""
    if letter is None:
        return None
    text: str | None = tx.value(sa.select(LETTER.c.text).where(LETTER.c.id == letter))
    return text


def text_and_html(tx: Tx, letter: int | None) -> tuple[str, str] | None:
    """Both bodies of a letter we sent, or None where they are not known (any more)."""
    row = tx.first(sa.select(LETTER.c.text, LETTER.c.html).where(LETTER.c.id == letter)) if letter else None
    return (row.text, row.html or "") if row is not None and row.text else None


def edited(tx: Tx, letter: int | None, quoted: str) -> bool:
    """Whether an answer quotes the letter otherwise than we wrote it, or only in part."""
    row = tx.first(sa.select(LETTER.c.text, LETTER.c.html).where(LETTER.c.id == letter)) if letter else None
    return row is not None and not is_unchanged(quoted, row.text, row.html)
