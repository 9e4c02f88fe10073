"""Letters in the history: each is an event when it is queued, and one more where it may not leave.

What becomes of it later (sent, failed, bounced) is said by `delivery.py`, what an admin does with it by the command.
"""

from __future__ import annotations

from mailgate.desk import change
from mailgate.outbox.draft import Draft
from mailgate.outbox.queue import put
from mailgate.store.db import Tx

BY_TABLE = "rule:letters"
"""Who is told of what stands in `letters:`, and what everybody is told of his own mail."""


def post(tx: Tx, draft: Draft, actor: str = BY_TABLE) -> int:
    """Queue one letter and say so in the history of its ticket; returns its id."""
    letter = put(tx, draft)
    ticket = draft.ticket or change.WITHOUT_TICKET
    change.record(tx, ticket, actor, "letter", letter=letter, template=draft.template, to=draft.to)
    if why := tx.stopped.pop(letter, None):
        change.record(tx, ticket, "rule:delivery", "failed", letter=letter, to=draft.to, answer=why)
    return letter
