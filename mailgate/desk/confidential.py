"""What nobody outside may read of a ticket: the lines and files of its internal messages. A letter that carries words
of others outside is looked through for them before it leaves (`outbox/leaks.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from mailgate.desk.conversation import MESSAGE
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Secrets
from mailgate.store.db import Tx

SHORTEST = 20
"""Characters: "Thank you" in a note is no secret."""


def of(tx: Tx, ticket: Ticket, *, but: int) -> Secrets:
    """Everything internal on the ticket that does not stand in public words too. `but`: the message that the letter is
    made of, whose writer decides about it."""
    rows = tx.all(
        sa.select(MESSAGE.c.id, MESSAGE.c.new_text, MESSAGE.c.public, MESSAGE.c.attachments).where(
            MESSAGE.c.ticket == ticket.number
        )
    )
    known = [row for row in rows if row.public or row.id == but]
    internal = [row for row in rows if not row.public and row.id != but]
    lines, digests = _of(internal)
    known_lines, known_digests = _of(known)
    return Secrets(lines - known_lines, digests - known_digests)


def _of(rows: Iterable[sa.Row[Any]]) -> tuple[frozenset[str], frozenset[str]]:
    """Their lines and the digests of their files."""
    each = tuple(rows)
    lines = frozenset(line for row in each for line in _lines(row.new_text))
    return lines, frozenset(file["sha256"] for row in each for file in row.attachments)


def _lines(text: str) -> Iterable[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return (line for line in lines if len(line) >= SHORTEST)
