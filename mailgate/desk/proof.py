"""What is proven, and what not: whether a reporter's address ever was on a ticket (automatic letters after the first go
only there), and what an agent's mail lacks."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.tables import MessageRow, table_of
from mailgate.trust.verdict import Level

MESSAGE = table_of(MessageRow)
BELIEVED = ("aligned", "token", "proven", "signed")


def has_proven_mail(tx: Tx, ticket: Ticket) -> bool:
    """Has the reporter written on this ticket with at least `aligned` or `token`?"""
    reporter = people.by_id(tx, ticket.reporter)
    believed = sa.select(MESSAGE.c.id).where(
        MESSAGE.c.ticket == ticket.number, MESSAGE.c.sender == reporter.email, MESSAGE.c.trust.in_(BELIEVED)
    )
    return tx.first(believed.limit(1)) is not None


def lacking(level: Level) -> Sentence:
    """What an agent's mail of that level lacks, and what he can do about it, in plain words; `mailgate mail ID --why`
    has the evidence."""
    return sentence(f"lacking.{level}")
