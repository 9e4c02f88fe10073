"""A journal that is older than the desk: put back by itself, or on a disk that had not written what it said.

SQLite has the two in files of their own. The numbers of mails that the desk knows are given to no other mail, for that
one would be taken for handled; and what the desk still has to do of mails that are missing can only be said to people.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from mailgate import log
from mailgate.store.tables import Arrival, Cursor, MailState, table_of
from mailgate.store.tx import Tx

ARRIVAL, STATE, CURSOR = table_of(Arrival), table_of(MailState), table_of(Cursor)
LOG = log.get("store.journal")
MISSING = "the journal has no such mail any more: an older one was put back, or its disk lost what it had written"

_GIVEN = sa.table("sqlite_sequence", sa.column("name", sa.String), sa.column("seq", sa.Integer))
_LAST_GIVEN = sa.select(_GIVEN.c.seq).where(_GIVEN.c.name == ARRIVAL.name)


def number_behind(journal: sa.Engine, desk: sa.Engine) -> None:
    """Give the next mail a number that the desk does not know."""
    with desk.connect().execution_options(read_only=True) as connection:
        claimed = connection.scalar(sa.select(CURSOR.c.value).where(CURSOR.c.name == "claimed")) or 0
        known = max(claimed, connection.scalar(sa.select(sa.func.max(STATE.c.mail))) or 0)
    with journal.connect().execution_options(read_only=True) as connection:
        given = connection.scalar(_LAST_GIVEN)
    if (given or 0) >= known:
        return
    LOG.error("the journal is older than the desk", last=f"M-{given or 0}", known=f"M-{known}", next=f"M-{known + 1}")
    with journal.begin() as connection:
        if (connection.scalar(_LAST_GIVEN) or 0) >= known:
            return  # somebody else has begun to
        connection.execute(sa.delete(_GIVEN).where(_GIVEN.c.name == ARRIVAL.name))
        connection.execute(sa.insert(_GIVEN).values(name=ARRIVAL.name, seq=known))


def give_up(tx: Tx, mails: Collection[int]) -> None:
    """These wait to be handled, and nobody has them any more: they fail, and so somebody is told."""
    LOG.error("mails are missing in the journal", mails=[f"M-{mail}" for mail in mails])
    gone = {"state": "failed", "reason": MISSING, "error": MISSING, "finished_at": tx.now}
    unclaimed = {"worker": None, "claimed_until": None}
    tx.execute(sa.update(STATE).where(STATE.c.mail.in_(mails)).values(**gone, **unclaimed))
