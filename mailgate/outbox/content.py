"""The whole mail of a letter row, with its files: put together at delivery, because files are stored once by digest."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa

from mailgate.errors import Permanent
from mailgate.outbox.compose import Enclosed, assemble
from mailgate.store.db import Tx
from mailgate.store.tables import File, table_of

FILE = table_of(File)
_ONE_AT_A_TIME = threading.Lock()
"""While a letter is put together, its files are in memory several times."""


class FileGone(Permanent):
    """a file of the letter is gone"""


def whole_mail(tx: Tx | None, letter: sa.Row[Any]) -> bytes:
    """The bytes of a row of table `letter`. `tx` may be None where the letter has no files. Raises FileGone."""
    if not letter.files:
        return assemble(letter.header, letter.text, letter.html)
    with _ONE_AT_A_TIME:
        return assemble(letter.header, letter.text, letter.html, [_enclosed(tx, each) for each in letter.files])


def _enclosed(tx: Tx | None, file: dict[str, Any]) -> Enclosed:
    content = tx.value(sa.select(FILE.c.content).where(FILE.c.sha256 == file["sha256"])) if tx else None
    if content is None:
        raise FileGone(f"its file {file['name']} ({file['sha256'][:12]}) is gone")
    return Enclosed(file["name"], file["type"], content, file["cid"])
