"""The letter of ours that an agent answered: its text is what has to be cut from his answer."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)


def text_of_letter(tx: Tx, letter: int | None) -> str | None:
    """The plain text of a letter we sent, or None where it is not known (any more)."""
    if letter is None:
        return None
    text: str | None = tx.value(sa.select(LETTER.c.text).where(LETTER.c.id == letter))
    return text
