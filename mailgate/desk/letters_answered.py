"""The letter of ours that an agent answered: its text is what has to be cut from his answer."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Letter, MessageRow, table_of

LETTER = table_of(Letter)
MESSAGE = table_of(MessageRow)


def purpose_answered(tx: Tx, letter: int | None) -> str | None:
    """What sort of words the letter brought (CONTRACT 3, purpose), or None."""
    if letter is None:
        return None
    brought = sa.select(MESSAGE.c.purpose).join(LETTER, LETTER.c.message == MESSAGE.c.id).where(LETTER.c.id == letter)
    purpose: str | None = tx.value(brought)
    return purpose


def text_of_letter(tx: Tx, letter: int | None) -> str | None:
    """The plain text of a letter we sent, or None where it is not known (any more)."""
    if letter is None:
        return None
    text: str | None = tx.value(sa.select(LETTER.c.text).where(LETTER.c.id == letter))
    return text
