"""The same bytes for other recipients of ours: noted on the ticket of the first, which stays the only one."""

from __future__ import annotations

from mailgate.desk import change, mails
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Handled with the first one's ticket, where it has one."""
    ticket = mails.ticket_of(tx, mail.read.twin)
    recipients = list(mail.read.envelope.recipients)
    change.record(tx, ticket or change.WITHOUT_TICKET, "rule:duplicate", "also_sent_to", recipients=recipients)
    return Outcome("handled", ticket)
