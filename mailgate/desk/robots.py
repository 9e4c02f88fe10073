"""Somebody who answers letters that were not written to him, again and again: kept, but nobody is told of it.

The breaker of `outbox/breaker.py` stops automatic letters; this stops letters to us that would cause the next answer,
as where a category's notify address belongs to another ticket system.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.rules.rhythm import REPEATED, Heard, robot
from mailgate.store.db import Tx
from mailgate.store.tables import MessageRow, TicketRow, table_of

MESSAGE, TICKET = table_of(MessageRow), table_of(TicketRow)


def repeats_itself(tx: Tx, ticket: int, sender: str) -> str | None:
    """Why the newest message of this sender on the ticket looks like a program's, or None."""
    his = sa.select(MESSAGE.c.at, MESSAGE.c.subject, MESSAGE.c.new_text).where(
        MESSAGE.c.ticket == ticket, MESSAGE.c.sender == sender
    )
    return _robot(tx, his)


def goes_in_circles(tx: Tx, reporter: int) -> str | None:
    """The same of somebody whose mails open ticket after ticket, each naming one of ours without a right to join it."""
    reports = sa.select(MESSAGE.c.at, MESSAGE.c.subject, MESSAGE.c.new_text).join(
        TICKET, TICKET.c.number == MESSAGE.c.ticket
    )
    return _robot(tx, reports.where(TICKET.c.reporter == reporter, MESSAGE.c.purpose == "report"))


def _robot(tx: Tx, messages: sa.Select[Any]) -> str | None:
    """Our letters went to somebody else, so each mail counts as answered at once."""
    rows = tx.all(messages.order_by(MESSAGE.c.id.desc()).limit(REPEATED + 1))
    return robot([Heard(row.at, row.subject, row.new_text, answered=row.at) for row in rows])
