"""How the desk is: counters, queues, and what is wrong in sentences (CONTRACT 3, status)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import journal, mailboxes, outbox_views, silences, trouble_words, troubles, watching
from mailgate.desk.finding import FINAL, shines
from mailgate.desk.troubles import Seen
from mailgate.desk.views import Json
from mailgate.outbox import breaker
from mailgate.sentence import many
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Letter, MailState, Suppressed, TicketRow, table_of

LETTER = table_of(Letter)
SUPPRESSED = table_of(Suppressed)
TICKET = table_of(TicketRow)
STATE = table_of(MailState)
SPELT_OUT = 3
"""Troubles of one kind; of more only the number is said."""


def status(store: Store, tx: Tx, config: Json, running: bool) -> Json:
    """The whole document. `config`: what is known of the configuration. `running`: a daemon works on this desk."""
    mails, outbox = journal.counts(store, tx), _outbox(tx)
    problems = [
        *_without_daemon(store, mails, outbox, running),
        *_in_sentences(_wrong(store, tx, running)),
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
        "mailboxes": mailboxes.listed(tx, running=running),
    }


# -- what is wrong -----------------------------------------------------------------------------------------------------


def _without_daemon(store: Store, mails: dict[str, int], outbox: dict[str, int | None], running: bool) -> Iterator[str]:
    """Where nodes share a database another one may do the work: then only what waits says that nobody does."""
    if running:
        return
    if mails["pending"] or outbox["pending"]:
        waiting = f"{many(mails['pending'] or 0, 'mail')} and {many(outbox['pending'] or 0, 'letter')}"
        yield f"No daemon is running, and {waiting} wait: start `mailgate run`."
    elif not store.is_shared:
        yield "No daemon is running: no mail comes in, and no letter leaves; start `mailgate run`."


def _wrong(store: Store, tx: Tx, running: bool) -> dict[str, dict[str, Seen]]:
    """By kind: what can be seen now, and, while a daemon runs, what only it knows."""
    noticed = {(row.kind, row.about): row for row in troubles.standing(tx)}
    found = {kind: dict(each) for kind, each in watching.found(store, tx)}
    found["robot"] = {each.mailbox: found["robot"][each.mailbox] for each in breaker.paused(tx)}
    for (kind, about), row in noticed.items():
        if running and kind not in dict(watching.LOOKS):
            found.setdefault(kind, {})[about] = Seen(troubles.said(row), row.since)
    return {
        kind: {about: Seen(seen.said, _since(noticed.get((kind, about)), seen)) for about, seen in each.items()}
        for kind, each in sorted(found.items(), key=lambda pair: trouble_words.place(pair[0]))
    }


def _since(noticed: troubles.Row | None, seen: Seen) -> datetime | None:
    return min((at for at in (noticed.since if noticed else None, seen.since) if at), default=None)


def _in_sentences(wrong: dict[str, dict[str, Seen]]) -> Iterator[str]:
    """What, since when, what to do."""
    for kind, found in wrong.items():
        for about, seen in list(found.items())[:SPELT_OUT]:
            todo = trouble_words.of(kind, about).todo
            yield f"{_capital(str(seen.said))}{_ago(seen.since)}; {todo}."
        if (others := len(found) - SPELT_OUT) > 0:
            yield f"{_capital(str(trouble_words.of(kind, '').title))}: {others} more like this."


def _ago(since: datetime | None) -> str:
    return f" (since {since:%Y-%m-%d %H:%M} UTC)" if since else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# -- counters ----------------------------------------------------------------------------------------------------------


def _outbox(tx: Tx) -> dict[str, int | None]:
    """`pending` is what is due or being retried, not what waits for a later time on purpose."""
    pending = outbox_views.wants_to_leave(tx)
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
    red = shines("red", tx.now)
    return {
        "open": _count(tx, TICKET, sa.not_(final)),
        "closed": _count(tx, TICKET, final),
        "red": _count(tx, TICKET, red),
    }


def _suppressed(tx: Tx) -> int:
    return _count(tx, SUPPRESSED, SUPPRESSED.c.template.startswith("acknowledged"))


def _count(tx: Tx, table: Any, condition: Any) -> int:
    return int(tx.value(sa.select(sa.func.count()).select_from(table).where(condition)) or 0)
