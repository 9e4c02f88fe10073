"""What a rule holds or drops, reports nobody can prove, commands without ticket and proof: kept and visible."""

from __future__ import annotations

from mailgate.desk import change
from mailgate.incoming import Incoming, Outcome
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Held until a person decides; dropped where a rule says so."""
    dropped = mail.route.drop is not None and mail.why == mail.route.drop
    action = "dropped" if dropped else "held"
    change.record(tx, change.WITHOUT_TICKET, "rule:hold", action, why=mail.why, sender=mail.sender.email)
    return Outcome(action)
