"""What does not go out, for `status`: to robots, beyond the budgets, to agents who can not be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.outbox.answers import FOR_EVERY_RELAY
from mailgate.outbox.letters import TO_AGENTS
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, Suppressed, table_of

LETTER, SUPPRESSED = table_of(Letter), table_of(Suppressed)
LATELY = timedelta(days=1)
HOUR = timedelta(hours=1)


def counts(tx: Tx) -> dict[str, int]:
    """How many automatic letters were stopped: by a budget or the breaker, and for any other reason."""
    by_budget = sa.select(SUPPRESSED.c.budget, sa.func.count().label("many")).group_by(SUPPRESSED.c.budget)
    many = {bool(row.budget): row.many for row in tx.all(by_budget)}
    return {"by_budget": many.get(True, 0), "otherwise": many.get(False, 0)}


def out_of_budget(tx: Tx) -> tuple[int, datetime | None]:
    """How many acknowledgements the last hour held back by a budget for all mail, and since when; that of one mailbox
    or domain is everyday's."""
    all_mail = SUPPRESSED.c.budget & SUPPRESSED.c.reason.endswith("in all in an hour")
    recent = sa.select(sa.func.count().label("many"), sa.func.min(SUPPRESSED.c.at).label("since"))
    row = tx.first(recent.where(all_mail, SUPPRESSED.c.at > tx.now - HOUR))
    return (row.many, row.since) if row else (0, None)


def unreached(tx: Tx) -> dict[str, datetime]:
    """Addresses of ours to which letters of the last day failed, and none arrived since; with the time of the last."""
    failed = sa.select(LETTER.c.to, LETTER.c.id, LETTER.c.created_at).where(
        LETTER.c.state == "failed", LETTER.c.template.in_(TO_AGENTS), LETTER.c.created_at > tx.now - LATELY
    )
    last = {row.to: row for row in tx.all(failed.order_by(LETTER.c.created_at, LETTER.c.id))}
    return {email: last[email].created_at for email in sorted(last) if not _sent_since(tx, last[email])}


def _sent_since(tx: Tx, failed: sa.Row[Any]) -> bool:
    """Whether a later letter arrived. Numbers alone do not say which is later: those of a rush are reserved before."""
    later = sa.or_(
        LETTER.c.created_at > failed.created_at,
        sa.and_(LETTER.c.created_at == failed.created_at, LETTER.c.id > failed.id),
    )
    sent = sa.select(LETTER.c.id).where(later, LETTER.c.to == failed.to, LETTER.c.state == "sent")
    return tx.first(sent.limit(1)) is not None


def too_large(tx: Tx) -> Sequence[sa.Row[Any]]:
    """Letters of the last day that no relay took because of their size alone, newest first; alerts have no part in
    what they would have to tell."""
    failed = (LETTER.c.state == "failed") & LETTER.c.answer.startswith(FOR_EVERY_RELAY)
    lately = (LETTER.c.created_at > tx.now - LATELY) & (LETTER.c.template != "alert")
    columns = (LETTER.c.id, LETTER.c.to, LETTER.c.answer, LETTER.c.created_at)
    return tx.all(sa.select(*columns).where(failed, lately).order_by(LETTER.c.id.desc()))
