"""How the desk is: counters, queues, and what is wrong in sentences (CONTRACT 3, status)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from mailgate.desk import journal
from mailgate.desk.finding import FINAL
from mailgate.desk.views import Json
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Letter, MailState, Suppressed, TicketRow, table_of

LETTER = table_of(Letter)
SUPPRESSED = table_of(Suppressed)
TICKET = table_of(TicketRow)
STATE = table_of(MailState)
OLD_LETTER_SECONDS = 3600


def status(store: Store, tx: Tx, config: Json) -> Json:
    """The whole document. `config`: what is known of the configuration."""
    mails, outbox = journal.counts(store, tx), _outbox(tx)
    problems = [*_problems(mails, outbox), *config["problems"]]
    return {
        "healthy": not problems,
        "problems": problems,
        "config": config,
        "mails": mails,
        "outbox": outbox,
        "acknowledgements_suppressed": _suppressed(tx),
        "tickets": _tickets(tx),
        "mailboxes": [],
    }


def _outbox(tx: Tx) -> dict[str, int | None]:
    """`pending` is what is due or being retried, not what waits for a later time on purpose."""
    due = sa.or_(LETTER.c.next_at <= tx.now, LETTER.c.attempts > 0)
    pending = (LETTER.c.state == "pending") & due
    oldest = tx.value(sa.select(sa.func.min(LETTER.c.created_at)).where(pending))
    return {
        "pending": _count(tx, LETTER, pending),
        "sent": _count(tx, LETTER, LETTER.c.state == "sent"),
        "failed": _count(tx, LETTER, LETTER.c.state == "failed"),
        "oldest_seconds": int((tx.now - oldest).total_seconds()) if oldest else None,
    }


def _tickets(tx: Tx) -> dict[str, int]:
    final = TICKET.c.status.in_(FINAL)
    return {"open": _count(tx, TICKET, sa.not_(final)), "closed": _count(tx, TICKET, final), "red": 0}


def _suppressed(tx: Tx) -> int:
    return _count(tx, SUPPRESSED, SUPPRESSED.c.template.startswith("acknowledged"))


def _problems(mails: dict[str, int], outbox: dict[str, int | None]) -> list[str]:
    found = []
    if mails["failed"]:
        found.append(f"{mails['failed']} mails could not be handled: see `mailgate mails --state failed`.")
    if (outbox["oldest_seconds"] or 0) > OLD_LETTER_SECONDS:
        found.append("A letter has been waiting for more than an hour: see `mailgate outbox --state pending`.")
    return found


def _count(tx: Tx, table: Any, condition: Any) -> int:
    return int(tx.value(sa.select(sa.func.count()).select_from(table).where(condition)) or 0)
