"""Letters as CONTRACT 3 shows them, and what an admin may do with one."""

from __future__ import annotations

from datetime import datetime
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
    tx: Tx,
    *,
    state: str | None = None,
    to: str | None = None,
    ticket: int | None = None,
    since: datetime | None = None,
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
        found.append(LETTER.c.created_at >= since)
    total = tx.value(sa.select(sa.func.count()).select_from(LETTER).where(*found))
    newest = tx.all(sa.select(LETTER).where(*found).order_by(LETTER.c.id.desc()).limit(1000))
    return int(total or 0), [letter(row) for row in reversed(newest)]


def wants_to_leave(tx: Tx) -> sa.ColumnElement[bool]:
    """Letters that are due or being retried, and not those that wait for a later time on purpose. A relay that is away
    costs no attempt, but leaves its answer."""
    tried = (LETTER.c.attempts > 0) | LETTER.c.answer.is_not(None)
    return (LETTER.c.state == "pending") & ((LETTER.c.next_at <= tx.now) | tried)


def row_of(tx: Tx, number: int) -> sa.Row[Any] | None:
    """The letter's row."""
    return tx.first(sa.select(LETTER).where(LETTER.c.id == number))


def is_under_way(tx: Tx, row: sa.Row[Any]) -> bool:
    """The sender has it in hand right now: nobody can stop it, and a second copy must not start."""
    return row.state == "pending" and row.claimed_until is not None and row.claimed_until > tx.now


def at_rest(tx: Tx) -> sa.ColumnElement[bool]:
    """Letters that the sender does not have in hand."""
    return sa.or_(LETTER.c.claimed_until.is_(None), LETTER.c.claimed_until <= tx.now)


def retry(tx: Tx, number: int) -> bool:
    """Send a letter that has not left, now, with the same bytes. False where it has left or is under way."""
    fresh = {"state": "pending", "next_at": tx.now, "sent_at": None}
    return _set(tx, number, ("failed", "cancelled", "pending"), **fresh)


def cancel(tx: Tx, number: int) -> bool:
    """A letter that has not left never will. False where it has left or is under way."""
    return _set(tx, number, ("failed", "pending"), state="cancelled", next_at=None)


def _set(tx: Tx, number: int, states: tuple[str, ...], **values: Any) -> bool:
    letter = (LETTER.c.id == number) & LETTER.c.state.in_(states) & at_rest(tx)
    return tx.execute(sa.update(LETTER).where(letter).values(**values)).rowcount == 1
