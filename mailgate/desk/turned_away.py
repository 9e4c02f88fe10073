"""What was turned away in the session, for people: the same keys as a mail of the journal, and our words."""

from __future__ import annotations

from typing import Any

from mailgate.desk.journal import PAGE, Asked, addresses, like
from mailgate.desk.views import Json, when
from mailgate.store import refusals
from mailgate.store.db import Store
from mailgate.store.refusals import REFUSED


def search(store: Store, asked: Asked, behind: int = 0) -> tuple[int, list[Json]]:
    """How many refusals fit, and the newest thousand of them, oldest first. `behind`: only with a larger number."""
    those = [REFUSED.c.id > behind]
    if asked.since:
        those.append(REFUSED.c.at >= asked.since)
    if asked.message_id:
        those.append(REFUSED.c.message_id == asked.message_id.strip("<> "))
    found = [row for row in refusals.select(store, *those) if _fits(row, asked)]
    return len(found), [refusal(row) for row in found[-PAGE:]]


def of_address(store: Store, address: str) -> list[Json]:
    """Refusals of mail from this address or to it."""
    return [refusal(row) for row in refusals.select(store) if address in addresses(row)]


def of_message_id(store: Store, message_id: str) -> list[Json]:
    """Refusals of the mail with this Message-ID; most mails are refused before they say it."""
    return [refusal(row) for row in refusals.select(store, REFUSED.c.message_id == message_id)]


def refusal(row: Any) -> Json:
    """CONTRACT 3, mail, as far as a mail that was not taken has it; `reply` are our words."""
    return {
        "id": None,
        "refusal": row.id,
        "received_at": when(row.at),
        "source": "smtp" if row.source == "submission" else row.source,
        "peer": row.peer,
        "helo": row.helo,
        "envelope_from": row.envelope_from,
        "recipients": list(row.recipients),
        "from": None,
        "subject": None,
        "size": row.size,
        "sha256": None,
        "message_id": f"<{row.message_id}>" if row.message_id else None,
        "state": "refused",
        "sort": None,
        "reason": row.reply,
        "reply": row.reply,
        "ticket": None,
        "seen": row.times,
        "attempts": 0,
        "error": None,
        "config_version": None,
    }


def _fits(row: Any, asked: Asked) -> bool:
    if asked.sender and not like(row.envelope_from or "", asked.sender):
        return False
    return not asked.to or any(like(each, asked.to) for each in row.recipients)
