"""A letter of ours came back, or a mail has passed too many hops: an event, nothing else, ever."""

from __future__ import annotations

from mailgate.desk import change
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Dropped, and visible as such."""
    change.record(tx, change.WITHOUT_TICKET, "rule:loop", "dropped", why=mail.why, sender=mail.sender.email)
    return Outcome("dropped")
