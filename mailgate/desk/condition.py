"""How the desk is: counters, queues, and what is wrong in sentences (CONTRACT 3, status)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import audit, journal, silences
from mailgate.desk.finding import FINAL
from mailgate.desk.views import Json
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Letter, MailState, Suppressed, TicketRow, table_of

LETTER = table_of(Letter)
SUPPRESSED = table_of(Suppressed)
TICKET = table_of(TicketRow)
STATE = table_of(MailState)
OLD_LETTER_SECONDS = 3600
OLD_MAIL_SECONDS = 900
"""Longer than a reply waits for the mail it answers."""


def status(store: Store, tx: Tx, config: Json, running: bool) -> Json:
    """The whole document. `config`: what is known of the configuration. `running`: a daemon works on this desk."""
    mails, outbox = journal.counts(store, tx), _outbox(tx)
    problems = [
        *_problems(mails, outbox, _age(tx, journal.waiting_since(store, tx)), running),
        *audit.problems(tx),
        *silences.problems(tx),
        *config["problems"],
    ]
    return {
        "healthy": not problems,
        "problems": problems,
        "running": running,
        "config": config,
        "mails": mails,
        "outbox": outbox,
        "acknowledgements_suppressed": _suppressed(tx),
        "letters_suppressed": silences.counts(tx),
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
        "oldest_seconds": _age(tx, oldest),
    }


def _age(tx: Tx, at: datetime | None) -> int | None:
    """Whole seconds; a clock that was set back makes nothing negative."""
    return max(0, int((tx.now - at).total_seconds())) if at else None


def _tickets(tx: Tx) -> dict[str, int]:
    final = TICKET.c.status.in_(FINAL)
    return {"open": _count(tx, TICKET, sa.not_(final)), "closed": _count(tx, TICKET, final), "red": 0}


def _suppressed(tx: Tx) -> int:
    return _count(tx, SUPPRESSED, SUPPRESSED.c.template.startswith("acknowledged"))


def _problems(
    mails: dict[str, int], outbox: dict[str, int | None], oldest_mail: int | None, running: bool
) -> Iterator[str]:
    if not running and (mails["pending"] or outbox["pending"]):
        waiting = f"{_many(mails['pending'], 'mail')} and {_many(outbox['pending'], 'letter')}"
        yield f"No daemon is running, and {waiting} wait: start `mailgate run`."
    if mails["failed"]:
        yield f"{_many(mails['failed'], 'mail')} could not be handled: see `mailgate mails --state failed`."
    if (oldest_mail or 0) > OLD_MAIL_SECONDS:
        yield "A mail has been waiting for more than a quarter of an hour: see `mailgate mails --state pending`."
    if (outbox["oldest_seconds"] or 0) > OLD_LETTER_SECONDS:
        yield "A letter has been waiting for more than an hour: see `mailgate outbox --state pending`."


def _many(number: int | None, what: str) -> str:
    return f"{number or 0} {what}{'' if number == 1 else 's'}"


def _count(tx: Tx, table: Any, condition: Any) -> int:
    return int(tx.value(sa.select(sa.func.count()).select_from(table).where(condition)) or 0)
