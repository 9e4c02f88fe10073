"""The words of letters as they are stored: written out, or as a mould, which is stored once, and what is filled in.

A mould says in its own words what it is: a letter that is sent again is the same, also where templates were changed
meanwhile. What its steps do (`casting.py`, `typeset.py`) may not change for the moulds that are there.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from mailgate.outbox.casting import Mould, Poured
from mailgate.outbox.render import Rendered, Words
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Letter, MouldRow, table_of

LETTER, MOULD = table_of(Letter), table_of(MouldRow)

TEXT: Final = (LETTER.c.text, LETTER.c.mould, LETTER.c.filling)
"""What `text_of` needs of a letter."""
WORDS: Final = (LETTER.c.text, LETTER.c.html, LETTER.c.mould, LETTER.c.filling)
"""What `words_of` needs."""
_KEEP = Upsert(MOULD)
_FIND = Prepared(sa.select(MOULD.c.text, MOULD.c.html).where(MOULD.c.digest == sa.bindparam("digest")))

_MOST_AT_HAND: Final = 512
_at_hand: dict[str, Mould] = {}
"""By digest, in this process."""


def columns(tx: Tx, words: Words) -> dict[str, Any]:
    """What a row of table `letter` says of its words. A mould is stored with it."""
    if isinstance(words, Rendered):
        return written_out(words.text, words.html)
    mould = words.mould
    text, html = mould.cast
    tx.later(_KEEP, {"digest": mould.digest, "text": text, "html": html}, instead=mould.digest)
    _remember(mould)
    return {"text": "", "html": "", "mould": mould.digest, "filling": words.values}


def written_out(text: str, html: str) -> dict[str, Any]:
    """The same for words that no mould has."""
    return {"text": text, "html": html, "mould": None, "filling": None}


def words_of(tx: Tx, letter: sa.Row[Any]) -> Words | None:
    """The words of a letter, of which `WORDS` are known; None where its mould is gone."""
    return Rendered(letter.text, letter.html) if letter.mould is None else _poured(tx, letter)


def text_of(tx: Tx, letter: sa.Row[Any]) -> str:
    """The plain text of a letter, of which `TEXT` is known; empty where it is not known any more."""
    if letter.mould is None:
        return str(letter.text)
    poured = _poured(tx, letter)
    return poured.text if poured else ""


def words_at_hand(letter: sa.Row[Any]) -> Words | None:
    """Its words where nothing has to be looked up for them."""
    if letter.mould is None:
        return Rendered(letter.text, letter.html)
    mould = _at_hand.get(letter.mould)
    return Poured(mould, letter.filling) if mould else None


def _poured(tx: Tx, letter: sa.Row[Any]) -> Poured | None:
    mould = _at_hand.get(letter.mould) or _looked_up(tx, letter.mould)
    return Poured(mould, letter.filling) if mould else None


def _looked_up(tx: Tx, digest: str) -> Mould | None:
    row = tx.first(_FIND, {"digest": digest})
    if row is None:
        return None
    mould = Mould(row.text, row.html)
    _remember(mould)
    return mould


def _remember(mould: Mould) -> None:
    if mould.digest not in _at_hand and len(_at_hand) >= _MOST_AT_HAND:
        _at_hand.clear()
    _at_hand[mould.digest] = mould
