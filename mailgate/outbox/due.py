"""Letters that are due: taken by compare-and-set, so that no two senders carry the same one, and written back.

A claim has a name of its own and runs out: a letter whose sender died is taken again by the next, with the same bytes,
and counted as doubtful, because nobody knows how far the dead one came.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.outbox.answers import Outcome
from mailgate.store.db import Tx
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)
SURELY = 0.9
"""Of the length of a claim: then it is still ours while the relay answers."""


_WRITE = (
    sa.update(LETTER)
    .where(
        LETTER.c.id == sa.bindparam("of"),
        LETTER.c.worker == sa.bindparam("claimed_by"),
        LETTER.c.state == "pending",
    )
    .values(
        {name: sa.bindparam(name) for name in ("state", "answer", "attempts", "doubtful", "next_at", "sent_at")}
        | {"worker": None, "claimed_until": None}
    )
)
"""Built once: it runs for every letter."""


@dataclass(frozen=True, slots=True)
class Hold:
    """For how long a claim is surely ours. Two clocks say so: a process, or its whole machine, may stand still."""

    clock: Clock
    until: datetime
    until_monotonic: float

    @classmethod
    def begun(cls, clock: Clock, claim: float) -> Hold:
        """From now on, for a claim of so many seconds; ask for it before the claim is written."""
        length = claim * SURELY
        return cls(clock, clock.now() + timedelta(seconds=length), clock.monotonic() + length)

    @property
    def lasts(self) -> bool:
        return self.clock.now() < self.until and self.clock.monotonic() < self.until_monotonic


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        LETTER.c.state == "pending",
        LETTER.c.next_at <= now,
        sa.or_(LETTER.c.claimed_until.is_(None), LETTER.c.claimed_until <= now),
    )


def due(tx: Tx, most: int) -> list[int]:
    """Ids of letters that wait to be taken, oldest first."""
    return [row.id for row in tx.all(sa.select(LETTER.c.id).where(_free(tx.now)).order_by(LETTER.c.id).limit(most))]


def claim(tx: Tx, ids: Collection[int], worker: str, until: datetime) -> list[sa.Row[Any]]:
    """Take those that are still free, in the name of `worker`, which no other claim may use; returns their rows."""
    died_with_it = sa.case((LETTER.c.worker.is_not(None), 1), else_=0)
    # What somebody else is just taking or changing is passed over: nobody waits, so nobody waits for each other.
    free = sa.select(LETTER.c.id).where(LETTER.c.id.in_(ids), _free(tx.now)).with_for_update(skip_locked=True)
    ids = [row.id for row in tx.all(free)]
    tx.execute(
        sa.update(LETTER)
        .where(LETTER.c.id.in_(ids))
        .values(worker=worker, claimed_until=until, doubtful=LETTER.c.doubtful + died_with_it)
    )
    return tx.all(sa.select(LETTER).where(LETTER.c.worker == worker, LETTER.c.id.in_(ids)).order_by(LETTER.c.id))


def release(tx: Tx) -> int:
    """Letters that a dead sender had taken are due at once; the next to take them counts the doubt. Only for a daemon
    that starts, and knows that no other sender is alive. Returns how many."""
    taken = (LETTER.c.state == "pending") & LETTER.c.worker.is_not(None)
    return tx.execute(sa.update(LETTER).where(taken).values(claimed_until=tx.now)).rowcount


def renew(tx: Tx, letters: Collection[sa.Row[Any]], until: datetime) -> set[int]:
    """Keep claims of letters that are still under way; returns the ids of those that are still ours."""
    ours = sa.update(LETTER).where(
        LETTER.c.id == sa.bindparam("of"), LETTER.c.worker == sa.bindparam("claimed_by"), LETTER.c.state == "pending"
    )
    kept = ours.values(claimed_until=until)
    return {each.id for each in letters if tx.execute(kept, {"of": each.id, "claimed_by": each.worker}).rowcount}


def write(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> bool:
    """Write what became of a letter and give up its claim. False: somebody else has it now, nothing was written."""
    values = {
        "state": outcome.state,
        "answer": outcome.answer,
        "attempts": outcome.attempts,
        "doubtful": outcome.doubtful,
        "next_at": outcome.next_at,
        "sent_at": tx.now if outcome.state == "sent" else None,
    }
    return tx.execute(_WRITE, {"of": letter.id, "claimed_by": letter.worker, **values}).rowcount == 1
