"""Letters as CONTRACT 3 shows them, and what an admin may do with one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk.views import Json, letter
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)


def of_ticket(tx: Tx, number: int) -> list[Json]:
    """All letters about a ticket, oldest first."""
    return [letter(row) for row in tx.all(sa.select(LETTER).where(LETTER.c.ticket == number).order_by(LETTER.c.id))]


def of_mail(tx: Tx, mail: int) -> list[Json]:
    """All letters that an arrival caused, oldest first."""
    return [letter(row) for row in tx.all(sa.select(LETTER).where(LETTER.c.mail == mail).order_by(LETTER.c.id))]


def search(
    tx: Tx, *, state: str | None, to: str | None, ticket: int | None, since: timedelta | None
) -> tuple[int, list[Json]]:
    """How many letters fit, and the newest thousand of them, oldest first."""
    found: list[Any] = []
    if state:
        found.append(LETTER.c.state == state)
    if to:
        found.append(LETTER.c.to.icontains(to, autoescape=True))
    if ticket is not None:
        found.append(LETTER.c.ticket == ticket)
    if since:
        found.append(LETTER.c.created_at >= tx.now - since)
    total = tx.value(sa.select(sa.func.count()).select_from(LETTER).where(*found))
    newest = tx.all(sa.select(LETTER).where(*found).order_by(LETTER.c.id.desc()).limit(1000))
    return int(total or 0), [letter(row) for row in reversed(newest)]


def row_of(tx: Tx, number: int) -> sa.Row[Any] | None:
    """The letter's row."""
    return tx.first(sa.select(LETTER).where(LETTER.c.id == number))


def retry(tx: Tx, number: int) -> bool:
    """Send a failed or cancelled letter again, now, with the same bytes."""
    stopped = (LETTER.c.id == number) & LETTER.c.state.in_(("failed", "cancelled", "pending"))
    fresh = {"state": "pending", "next_at": tx.now, "claimed_until": None}
    return tx.execute(sa.update(LETTER).where(stopped).values(**fresh)).rowcount == 1


def cancel(tx: Tx, number: int) -> bool:
    """A letter that has not left never will."""
    waiting = (LETTER.c.id == number) & LETTER.c.state.in_(("failed", "pending"))
    return tx.execute(sa.update(LETTER).where(waiting).values(state="cancelled", next_at=None)).rowcount == 1
