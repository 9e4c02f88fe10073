"""What the desk knows of arrivals: their states and the tickets they led to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import MailState, MessageRow, table_of

STATE = table_of(MailState)
MESSAGE = table_of(MessageRow)


def ticket_of(tx: Tx, mail: int | None) -> int | None:
    """The ticket an arrival led to, or None."""
    if mail is None:
        return None
    number: int | None = tx.value(sa.select(STATE.c.ticket).where(STATE.c.mail == mail))
    return number


def decision(tx: Tx, mail: int) -> dict[str, Any] | None:
    """The explain document of the moment it was judged, or None while it waits."""
    found: dict[str, Any] | None = tx.value(sa.select(STATE.c.decision).where(STATE.c.mail == mail))
    if found and (message := found.pop("said_in", None)) is not None:
        found["new_text"] = tx.value(sa.select(MESSAGE.c.new_text).where(MESSAGE.c.id == message))
    return found


def unfinished(tx: Tx, mails: tuple[int, ...]) -> tuple[int, ...]:
    """Which of these arrivals are still pending: a mail that names one of them waits for it."""
    if not mails:
        return ()
    done = sa.select(STATE.c.mail).where(STATE.c.mail.in_(mails), STATE.c.state != "pending")
    finished = {row.mail for row in tx.all(done)}
    return tuple(mail for mail in mails if mail not in finished)


def subject_and_route(tx: Tx, mail: int | None) -> tuple[str, dict[str, Any]]:
    """What an arrival was called, and where it was to go when it was judged; empty where that is not known any more."""
    row = tx.first(sa.select(STATE.c.subject, STATE.c.decision).where(STATE.c.mail == mail))
    return (row.subject or "", (row.decision or {}).get("route") or {}) if row else ("", {})
