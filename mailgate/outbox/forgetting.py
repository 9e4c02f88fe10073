"""A job: counted letters that are older than any budget's period are of no use to anybody."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Sent, table_of

SENT = table_of(Sent)
LONGEST_PERIOD = timedelta(days=2)
AT_ONCE = 500


def forget_old_counts(tx: Tx) -> int:
    """Remove counted letters that no budget looks at any more; acknowledgements stay: one a ticket, for ever."""
    old = sa.select(SENT.c.id).where(SENT.c.at < tx.now - LONGEST_PERIOD, sa.not_(SENT.c.template.startswith("ack")))
    return tx.execute(sa.delete(SENT).where(SENT.c.id.in_(old.limit(AT_ONCE).scalar_subquery()))).rowcount
