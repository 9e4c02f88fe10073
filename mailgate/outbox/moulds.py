"""The words of letters as they are stored: written out, or as a mould, which is stored once, and what is filled in.

A mould says in its own words what it is, so a letter that is sent again, by whatever version of us, is the same.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from mailgate.errors import Permanent
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


class WordsGone(Permanent):
    """the mould of the letter is gone"""


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


def words_of(tx: Tx, letter: sa.Row[Any]) -> Words:
    """The words of a letter, of which `WORDS` are known. Raises WordsGone."""
    return Rendered(letter.text, letter.html) if letter.mould is None else _poured(tx, letter)


def text_of(tx: Tx, letter: sa.Row[Any]) -> str:
    """The plain text of a letter, of which `TEXT` is known. Raises WordsGone."""
    text: str = letter.text if letter.mould is None else _poured(tx, letter).text
    return text


def words_at_hand(letter: sa.Row[Any]) -> Words | None:
    """Its words where nothing has to be looked up for them."""
    if letter.mould is None:
        return Rendered(letter.text, letter.html)
    mould = _at_hand.get(letter.mould)
    return Poured(mould, letter.filling) if mould else None


def _poured(tx: Tx, letter: sa.Row[Any]) -> Poured:
    return Poured(_at_hand.get(letter.mould) or _looked_up(tx, letter.mould), letter.filling)


def _looked_up(tx: Tx, digest: str) -> Mould:
    row = tx.first(_FIND, {"digest": digest})
    if row is None:
        raise WordsGone(f"its mould ({digest[:12]}) is gone")
    mould = Mould(row.text, row.html)
    _remember(mould)
    return mould


def _remember(mould: Mould) -> None:
    if mould.digest not in _at_hand and len(_at_hand) >= _MOST_AT_HAND:
        _at_hand.clear()
    _at_hand[mould.digest] = mould
