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
from mailgate.outbox.lightening import Lighter
from mailgate.outbox.moulds import written_out
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Letter, table_of

LETTER = table_of(Letter)
SURELY = 0.9
"""Of the length of a claim: then it is still ours while the relay answers."""


_IS_FREE = (
    LETTER.c.state == "pending",
    LETTER.c.next_at <= sa.bindparam("now"),
    sa.or_(LETTER.c.claimed_until.is_(None), LETTER.c.claimed_until <= sa.bindparam("now")),
)
_IS_THESE = LETTER.c.id.in_(sa.bindparam("ids", expanding=True))
_IS_OURS = (
    LETTER.c.id == sa.bindparam("of"),
    LETTER.c.worker == sa.bindparam("claimed_by"),
    LETTER.c.state == "pending",
)
_DIED_WITH_IT = sa.case((LETTER.c.worker.is_not(None), 1), else_=0)
_RESULT: dict[str, Any] = {
    name: sa.bindparam(name) for name in ("state", "answer", "attempts", "doubtful", "next_at", "sent_at")
}

_DUE = Prepared(sa.select(LETTER.c.id).where(*_IS_FREE).order_by(LETTER.c.id).limit(sa.bindparam("most")))
# What somebody else is just taking or changing is passed over: nobody waits, so nobody waits for each other.
_STILL_FREE = Prepared(sa.select(LETTER.c.id).where(_IS_THESE, *_IS_FREE).with_for_update(skip_locked=True))
_TAKE = Prepared(
    sa.update(LETTER)
    .where(_IS_THESE)
    .values(
        worker=sa.bindparam("worker"),
        claimed_until=sa.bindparam("until"),
        doubtful=LETTER.c.doubtful + _DIED_WITH_IT,
    )
)
_TAKEN = Prepared(sa.select(LETTER).where(LETTER.c.worker == sa.bindparam("worker"), _IS_THESE).order_by(LETTER.c.id))
_KEEP = Prepared(sa.update(LETTER).where(*_IS_OURS).values(claimed_until=sa.bindparam("until")))
_LIGHTEN = Prepared(
    sa.update(LETTER)
    .where(LETTER.c.id == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in ("text", "html", "mould", "filling", "files")})
)
_WRITE = Prepared(sa.update(LETTER).where(*_IS_OURS).values(worker=None, claimed_until=None, **_RESULT))


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


def due(tx: Tx, most: int) -> list[int]:
    """Ids of letters that wait to be taken, oldest first."""
    return [row.id for row in tx.all(_DUE, {"now": tx.now, "most": most})]


def claim(tx: Tx, ids: Collection[int], worker: str, until: datetime) -> list[sa.Row[Any]]:
    """Take those that are still free, in the name of `worker`, which no other claim may use; returns their rows."""
    free = [row.id for row in tx.all(_STILL_FREE, {"ids": tuple(ids), "now": tx.now})]
    tx.run(_TAKE, {"ids": free, "worker": worker, "until": until})
    return tx.all(_TAKEN, {"ids": free, "worker": worker})


def give_back(tx: Tx, workers: Collection[str]) -> None:
    """What was taken in these names, and not begun with, is free again."""
    theirs = LETTER.c.worker.in_(workers) & (LETTER.c.state == "pending")
    tx.execute(sa.update(LETTER).where(theirs).values(worker=None, claimed_until=None))


def release(tx: Tx) -> int:
    """Letters that a dead sender had taken are due at once; the next to take them counts the doubt. Only for a daemon
    that starts, and knows that no other sender is alive. Returns how many."""
    taken = (LETTER.c.state == "pending") & LETTER.c.worker.is_not(None)
    return tx.execute(sa.update(LETTER).where(taken).values(claimed_until=tx.now)).rowcount


def renew(tx: Tx, letters: Collection[sa.Row[Any]], until: datetime) -> set[int]:
    """Keep claims of letters that are still under way; returns the ids of those that are still ours."""
    return {each.id for each in letters if tx.run(_KEEP, {"of": each.id, "claimed_by": each.worker, "until": until})}


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
    return tx.run(_WRITE, {"of": letter.id, "claimed_by": letter.worker, **values}) == 1


def lighten(tx: Tx, letter: sa.Row[Any], words: Lighter) -> None:
    """From now on the letter has these words and no files; only for one that was just written back."""
    tx.run(_LIGHTEN, {"of": letter.id, **written_out(words.text, words.html), "files": []})
