"""Whether a reporter's address has ever been proven on a ticket: automatic letters after the first go only there."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.desk.tickets import Ticket
from mailgate.store.db import Tx
from mailgate.store.tables import MessageRow, table_of

MESSAGE = table_of(MessageRow)
BELIEVED = ("aligned", "token", "proven", "signed")


def has_proven_mail(tx: Tx, ticket: Ticket) -> bool:
    """Has the reporter written on this ticket with at least `aligned` or `token`?"""
    reporter = people.by_id(tx, ticket.reporter)
    believed = sa.select(MESSAGE.c.id).where(
        MESSAGE.c.ticket == ticket.number, MESSAGE.c.sender == reporter.email, MESSAGE.c.trust.in_(BELIEVED)
    )
    return tx.first(believed.limit(1)) is not None
