"""What was handled before: the same bytes for other recipients of ours are noted on the ticket of the first, which
stays the only one; a proven mail of an agent that comes once more does nothing."""

from __future__ import annotations

from mailgate.desk import change, mails
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Handled with the first one's ticket, where it has one."""
    first = mail.read.twin or mail.read.sibling
    ticket = mails.ticket_of(tx, first or mail.replay_of)
    recipients = list(mail.read.envelope.recipients)
    where, action = ticket or change.WITHOUT_TICKET, "also_sent_to" if first else "came_again"
    change.record(tx, where, "rule:duplicate", action, recipients=recipients, same_as=None if first else mail.replay_of)
    return Outcome("handled", ticket)
