"""A job: counted letters that are older than any budget's period are of no use to anybody."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Paused, Sent, table_of

SENT, PAUSED = table_of(Sent), table_of(Paused)
LONGEST_PERIOD = timedelta(days=2)
AT_ONCE = 500


def forget_old_counts(tx: Tx) -> int:
    """Remove counted letters and pauses that nobody looks at any more; acknowledgements stay: one a ticket."""
    old = sa.select(SENT.c.id).where(SENT.c.at < tx.now - LONGEST_PERIOD, sa.not_(SENT.c.template.startswith("ack")))
    forgotten = tx.execute(sa.delete(PAUSED).where(PAUSED.c.until < tx.now - LONGEST_PERIOD)).rowcount
    return forgotten + tx.execute(sa.delete(SENT).where(SENT.c.id.in_(old.limit(AT_ONCE).scalar_subquery()))).rowcount
