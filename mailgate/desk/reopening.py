"""What a reporter's reply does to the state of his ticket (CONTRACT 8, last row of the table)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailgate.desk import change
from mailgate.desk.tickets import Ticket
from mailgate.store.db import Tx
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)


def by_reporter(tx: Tx, ticket: Ticket, *, automatic: bool) -> Ticket:
    """Reopens a waiting, resolved or lately closed ticket, at most `limits.reopen_per_day` times a day."""
    if automatic or ticket.status not in ("waiting", "resolved", "closed"):
        return ticket
    if _reopened_today(tx, ticket) >= tx.settings.limits.reopen_per_day and ticket.status != "waiting":
        return change.apply(tx, ticket, "reporter", "not_reopened", detail={"why": "reopened too often within a day"})
    return change.move(tx, ticket, "reporter", "reporter_reply")


def is_too_late(tx: Tx, ticket: Ticket) -> bool:
    """Closed longer ago than `reopen.within`: a reply opens a new ticket, linked."""
    return ticket.closed_at is not None and tx.now - ticket.closed_at > tx.settings.reopen.within.plain


def _reopened_today(tx: Tx, ticket: Ticket) -> int:
    counted = sa.select(sa.func.count()).where(
        EVENT.c.ticket == ticket.number,
        EVENT.c.action == "reporter_reply",
        EVENT.c.at > tx.now - timedelta(days=1),
    )
    return int(tx.value(counted) or 0)
