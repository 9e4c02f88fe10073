"""Why no automatic letter may answer a mail, as far as the mail and what we have written before say: asked by the
acknowledgement, and told by `explain`. Budgets, the breaker and addresses that fail are the gate's (`outbox/gate.py`).
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.mail.classify import Facts
from mailgate.mail.message import Address
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, TicketRow, table_of
from mailgate.trust.verdict import Authentication

LETTER, TICKET = table_of(Letter), table_of(TicketRow)
LATELY = timedelta(days=7)
"""A program that is away answers each of our letters of this time (RFC 5230, 4.1: its own memory is as long)."""

_FORGED = "DMARC of the sender's domain failed"


def reason(tx: Tx, facts: Facts, authentication: Authentication, sender: Address | None) -> str | None:
    """The reason for silence, or None."""
    if authentication.failed:
        return facts.no_response or _FORGED
    return facts.no_response or (facts.away if facts.away and sender and _written_to(tx, sender.email) else None)


def _written_to(tx: Tx, email: str) -> bool:
    """Whether a letter about a ticket of his went to this address lately."""
    person = people.by_email(tx, email)
    if person is None:
        return False
    letters = sa.select(LETTER.c.id).join(TICKET, TICKET.c.number == LETTER.c.ticket)
    own = (TICKET.c.reporter == person.id, LETTER.c.to == person.email, LETTER.c.created_at > tx.now - LATELY)
    return tx.first(letters.where(*own).limit(1)) is not None
