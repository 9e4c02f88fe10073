"""What a reporter's reply does to the state of his ticket (CONTRACT 8, last row of the table)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailgate.desk import change, people
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Message
from mailgate.mail.thanks import only_thanks
from mailgate.store.db import Tx
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)
SETTLED = ("resolved", "closed")
_TOO_OFTEN = "reopened too often within a day"


def by_reporter(tx: Tx, ticket: Ticket, *, idle: str | None) -> Ticket:
    """Reopens a waiting, resolved or lately closed ticket, at most `limits.reopen_per_day` times a day. `idle`: why
    these words change nothing."""
    if ticket.status not in ("waiting", *SETTLED):
        return ticket
    often = ticket.status in SETTLED and _reopened_today(tx, ticket) >= tx.settings.limits.reopen_per_day
    if why := idle or (_TOO_OFTEN if often else None):
        return change.apply(tx, ticket, "reporter", "not_reopened", detail={"why": why})
    return change.move(tx, ticket, "reporter", "reporter_reply")


def keeps_all(tx: Tx, message: Message, new_text: str, ticket: Ticket) -> str | None:
    """Where `reopen.thanks` is `keep`: why these words only thank or react, and so change nothing."""
    if tx.settings.reopen.thanks != "keep":
        return None
    names = people.names(tx, ticket.reporter)
    his = (message.sender.name,) if message.sender else ()
    return only_thanks(message, new_text, settled=ticket.status in SETTLED, names=(*names, *his))


def tells_nobody(ticket: Ticket, idle: str | None) -> str | None:
    """Thanks are no news; but who waits for an answer sees also the shortest."""
    return None if ticket.status == "waiting" else idle


def is_too_late(tx: Tx, ticket: Ticket) -> bool:
    """Closed longer ago than `reopen.within`: a reply opens a new ticket, linked."""
    return ticket.closed_at is not None and tx.now - ticket.closed_at > tx.settings.reopen.within.plain


def _reopened_today(tx: Tx, ticket: Ticket) -> int:
    """Answers to a question that the ticket waited for are no reopening."""
    replies = sa.select(EVENT.c.detail).where(
        EVENT.c.ticket == ticket.number,
        EVENT.c.action == "reporter_reply",
        EVENT.c.at > tx.now - timedelta(days=1),
    )
    return sum(row.detail.get("status_before") in SETTLED for row in tx.all(replies))
