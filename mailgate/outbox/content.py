"""The whole mail of a letter row, with its words and files: put together at delivery, because what many letters have in
common is stored once."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa

from mailgate.errors import Permanent
from mailgate.outbox.compose import Enclosed, assemble
from mailgate.outbox.moulds import words_at_hand, words_of
from mailgate.store.db import Tx
from mailgate.store.tables import File, table_of

FILE = table_of(File)
_ONE_AT_A_TIME = threading.Lock()
"""While a letter is put together, its files are in memory several times."""


class FileGone(Permanent):
    """a file of the letter is gone"""


class WordsGone(Permanent):
    """the mould of the letter is gone"""


def whole_mail(tx: Tx, letter: sa.Row[Any]) -> bytes:
    """The bytes of a row of table `letter`. Raises FileGone and WordsGone."""
    words = words_of(tx, letter)
    if words is None:
        raise WordsGone(f"its mould ({letter.mould[:12]}) is gone")
    if not letter.files:
        return assemble(letter.header, words.text, words.html)
    with _ONE_AT_A_TIME:
        return assemble(letter.header, words.text, words.html, [_enclosed(tx, each) for each in letter.files])


def mail_at_hand(letter: sa.Row[Any]) -> bytes | None:
    """The same where nothing has to be looked up for it."""
    words = None if letter.files else words_at_hand(letter)
    return assemble(letter.header, words.text, words.html) if words else None


def _enclosed(tx: Tx, file: dict[str, Any]) -> Enclosed:
    content = tx.value(sa.select(FILE.c.content).where(FILE.c.sha256 == file["sha256"]))
    if content is None:
        raise FileGone(f"its file {file['name']} ({file['sha256'][:12]}) is gone")
    return Enclosed(file["name"], file["type"], content, file["cid"])
