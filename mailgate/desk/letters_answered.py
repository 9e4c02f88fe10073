"""The letter of ours that an agent answered: its text is what has to be cut from his answer, and what it brought says
where his words go."""

from __future__ import annotations

import sqlalchemy as sa

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
