"""Who had the digest of which day: a row each, compared and set, so that nobody gets one twice.

A clock that is put back finds a day that was had already; one that was far ahead for a while is believed no more.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Digested, table_of

DIGESTED = table_of(Digested)
NEVER = date(1970, 1, 1)
"""Nobody had a digest on that day."""
AHEAD = timedelta(days=2)
"""A day further ahead than this has never been: the clock was wrong."""

_ALL = Prepared(sa.select(DIGESTED))
_OWE = Upsert(DIGESTED, "owed")
_HAD = Upsert(DIGESTED, "day", "at", "owed")

Rows = dict[str, Any]
"""By agent; who is not in it never had one."""


def rows(tx: Tx) -> Rows:
    """What is known of everybody."""
    return {row.person: row for row in tx.all(_ALL)}


def owe(tx: Tx, person: str) -> None:
    """More became due at once than single letters may say: this agent gets one digest of it soon."""
    tx.run(_OWE, {"person": person, "day": NEVER, "at": tx.now, "owed": True})


def is_owed(known: Rows, person: str) -> bool:
    """Whether he waits for one."""
    return person in known and bool(known[person].owed)


def had(known: Rows, person: str, day: date) -> bool:
    """Whether he has had that day's, or a later one's before the clock was put back."""
    return person in known and day <= known[person].day <= day + AHEAD


def may_have(known: Rows, person: str, day: date) -> bool:
    """Whether that day's is still to come."""
    return person not in known or bool(known[person].day < day)


def is_wrong(known: Rows, day: date) -> bool:
    """Whether some row is of a clock that was far ahead."""
    return any(row.day > day + AHEAD for row in known.values())


def put_right(tx: Tx, day: date) -> None:
    """What a clock that was far ahead has written is believed no more; this day's may have gone before that."""
    tx.execute(sa.update(DIGESTED).where(DIGESTED.c.day > day + AHEAD).values(day=day))


def has(tx: Tx, known: Rows, person: str, day: date) -> None:
    """He has had the digest of that day now, and nothing is owed to him any more."""
    latest = known[person].day if had(known, person, day) else day
    tx.run(_HAD, {"person": person, "day": latest, "at": tx.now, "owed": False})
