"""Taking mails to work on: rows are the queue, compare-and-set is the lock.

New arrivals are all those behind the cursor `claimed`; a claimed mail has a row in `mail_state` with a fence number
that grows with every claim, so that a worker that comes back late finds another number and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Store, Tx
from mailgate.store.tables import Arrival, Cursor, MailState, table_of

ARRIVAL = table_of(Arrival)
STATE = table_of(MailState)
CURSOR = table_of(Cursor)

BATCH = 50
LEASE = timedelta(minutes=5)
STRIKES_TO_HOLD = 3
"""One in a batch, two alone."""
STRUCK_WAITS = timedelta(minutes=5)
"""A mail that has ended a worker lets all others go first, but not for longer than this."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One mail of ours to handle now."""

    arrival: sa.Row[Any]
    fence: int
    attempts: int
    strikes: int = 0
    released: bool = False


def take(store: Store, tx: Tx, worker: str, most: int = BATCH) -> list[Claimed]:
    """Claim the next mails: waiting ones that are due, then new arrivals. A mail with a strike comes alone, and when
    nothing else is to be done."""
    due, new = _due(tx, 1, STATE.c.strikes > 0, STATE.c.first_tried_at < tx.now - STRUCK_WAITS), list[int]()
    if not due:
        due = _due(tx, most, STATE.c.strikes == 0)
        new = _new(store, tx, most - len(due))
    if not due and not new:
        due = _due(tx, 1, STATE.c.strikes > 0)
    claims = {row.mail: (row.fence + 1, row.attempts + 1, row.strikes, row.released) for row in due}
    _claim_again(tx, worker, due)
    _claim_new(tx, worker, new)
    claims |= dict.fromkeys(new, (1, 1, 0, False))
    return [Claimed(row, *claims[row.id]) for row in load(store, list(claims))]


def next_new(store: Store, tx: Tx) -> int | None:
    """The first arrival that nobody has claimed yet, or None."""
    return next(iter(_behind_the_cursor(store, tx, 1)[1]), None)


def load(store: Store, mails: list[int]) -> list[sa.Row[Any]]:
    """Arrivals by their ids, in order."""
    if not mails:
        return []
    with store.looking_back() as journal:
        return list(journal.execute(sa.select(ARRIVAL).where(ARRIVAL.c.id.in_(mails)).order_by(ARRIVAL.c.id)).all())


def release(tx: Tx, worker: str | None = None) -> int:
    """What a worker that is gone had claimed may be taken by others, at once; without a name: what any worker had, for
    a daemon that starts. Returns how many."""
    mine = (STATE.c.state == "pending") & (STATE.c.worker == worker if worker else STATE.c.worker.is_not(None))
    unclaimed = {"claimed_until": None, "worker": None, "attempts": STATE.c.attempts - 1}
    return tx.execute(sa.update(STATE).where(mine).values(**unclaimed)).rowcount


def strike(tx: Tx, mail: int, why: str) -> bool:
    """The worker died on this mail: count it. True when it is held from now on."""
    row = tx.first(sa.select(STATE).where(STATE.c.mail == mail, STATE.c.state == "pending"))
    if row is None:
        return False
    held = bool(row.strikes + 1 >= STRIKES_TO_HOLD)
    values: dict[str, Any] = {"strikes": row.strikes + 1, "claimed_until": None, "worker": None, "error": why}
    if held:
        values |= {
            "state": "held",
            "sort": "held",
            "reason": f"reading it ended the worker {row.strikes + 1} times: {why}",
        }
        values |= {"finished_at": tx.now}
    tx.execute(sa.update(STATE).where(STATE.c.mail == mail).values(**values))
    return held


def finish(tx: Tx, claimed: Claimed, **values: Any) -> bool:
    """Write what became of a claimed mail. False: the claim is no longer ours, and nothing may be kept."""
    ours = (STATE.c.mail == claimed.arrival.id) & (STATE.c.fence == claimed.fence) & (STATE.c.state == "pending")
    done = tx.execute(sa.update(STATE).where(ours).values(worker=None, claimed_until=None, **values))
    return bool(done.rowcount)


def retry(tx: Tx, mail: int) -> bool:
    """An admin lets a failed or held mail be handled again, with a clean slate."""
    stopped = (STATE.c.mail == mail) & STATE.c.state.in_(("failed", "held", "dropped"))
    fresh = {"state": "pending", "strikes": 0, "not_before": None, "error": None, "reason": None, "finished_at": None}
    return bool(tx.execute(sa.update(STATE).where(stopped).values(**fresh)).rowcount)


def release_held(tx: Tx, mail: int) -> bool:
    """An admin lets a held mail go on as what it would be otherwise."""
    held = (STATE.c.mail == mail) & (STATE.c.state == "held")
    was_held = tx.execute(sa.update(STATE).where(held).values(released=True)).rowcount
    return bool(was_held) and retry(tx, mail)


def drop(tx: Tx, mail: int) -> bool:
    """An admin throws a held or failed mail away; it stays in the journal, and visible."""
    stopped = (STATE.c.mail == mail) & STATE.c.state.in_(("failed", "held"))
    done = tx.execute(sa.update(STATE).where(stopped).values(state="dropped", finished_at=tx.now))
    return bool(done.rowcount)


def _due(tx: Tx, most: int, *those: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    ready = sa.or_(STATE.c.not_before.is_(None), STATE.c.not_before <= tx.now)
    free = sa.or_(STATE.c.claimed_until.is_(None), STATE.c.claimed_until < tx.now)
    due = sa.select(STATE).where(STATE.c.state == "pending", ready, free, *those).order_by(STATE.c.mail)
    return tx.all(due.limit(most))


def _new(store: Store, tx: Tx, most: int) -> list[int]:
    last, new = _behind_the_cursor(store, tx, most)
    if new and last is None:
        tx.execute(sa.insert(CURSOR).values(name="claimed", value=new[-1]))
    elif new:
        tx.execute(sa.update(CURSOR).where(CURSOR.c.name == "claimed").values(value=new[-1]))
    return new


def _behind_the_cursor(store: Store, tx: Tx, most: int) -> tuple[int | None, list[int]]:
    last = tx.value(sa.select(CURSOR.c.value).where(CURSOR.c.name == "claimed"))
    fresh = sa.select(ARRIVAL.c.id).where(ARRIVAL.c.id > (last or 0)).order_by(ARRIVAL.c.id).limit(most)
    with store.looking_back() as journal:
        return last, list(journal.execute(fresh).scalars())


def _claim_again(tx: Tx, worker: str, due: list[sa.Row[Any]]) -> None:
    if due:
        values = {"worker": worker, "claimed_until": tx.now + LEASE, "fence": STATE.c.fence + 1}
        mine = STATE.c.mail.in_([row.mail for row in due])
        tx.execute(sa.update(STATE).where(mine).values(**values, attempts=STATE.c.attempts + 1))


def _claim_new(tx: Tx, worker: str, new: list[int]) -> None:
    if new:
        row = {"state": "pending", "attempts": 1, "strikes": 0, "fence": 1, "worker": worker}
        row |= {"claimed_until": tx.now + LEASE, "first_tried_at": tx.now}
        tx.execute(sa.insert(STATE), [{"mail": mail, **row} for mail in new])
