"""Taking mails to work on: rows are the queue, compare-and-set is the lock.

New arrivals are all those behind the cursor `claimed`; where nodes share a database, each has its row from the
beginning (`shared.py`), and rows that somebody else is just taking are passed over. A claimed mail has a row in
`mail_state` with a fence number that grows with every claim: a worker that comes back late writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from mailgate.store import older
from mailgate.store.db import Store, Tx
from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared, Upsert
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


_ROW = (STATE.c.mail, STATE.c.fence, STATE.c.attempts, STATE.c.strikes, STATE.c.released)
_IS_READY = (
    STATE.c.state == "pending",
    sa.or_(STATE.c.not_before.is_(None), STATE.c.not_before <= sa.bindparam("now")),
    sa.or_(STATE.c.claimed_until.is_(None), STATE.c.claimed_until < sa.bindparam("now")),
)


def _waiting(*those: sa.ColumnElement[bool]) -> Prepared:
    first = sa.select(*_ROW).where(*_IS_READY, *those).order_by(STATE.c.mail).limit(sa.bindparam("most"))
    return Prepared(first.with_for_update(skip_locked=True))


_DUE = _waiting(STATE.c.strikes == 0)
_STRUCK = _waiting(STATE.c.strikes > 0)
_STRUCK_LONG_AGO = _waiting(STATE.c.strikes > 0, STATE.c.first_tried_at < sa.bindparam("long_ago"))
_FENCES = Prepared(
    sa.select(STATE.c.mail, STATE.c.fence).where(STATE.c.mail.in_(sa.bindparam("mails", expanding=True)))
)
_AGAIN = Prepared(
    sa.update(STATE)
    .where(STATE.c.mail.in_(sa.bindparam("mails", expanding=True)))
    .values(
        worker=sa.bindparam("worker"),
        claimed_until=sa.bindparam("until"),
        fence=STATE.c.fence + 1,
        attempts=STATE.c.attempts + 1,
        first_tried_at=sa.func.coalesce(STATE.c.first_tried_at, sa.bindparam("now", type_=STATE.c.first_tried_at.type)),
    )
)
_FIRST = Prepared(sa.insert(STATE))
_CURSOR = Prepared(sa.select(CURSOR.c.value).where(CURSOR.c.name == "claimed"))
_MOVE_CURSOR = Upsert(CURSOR, "value")
_BEHIND = Prepared(
    sa.select(ARRIVAL.c.id)
    .where(ARRIVAL.c.id > sa.bindparam("last"))
    .order_by(ARRIVAL.c.id)
    .limit(sa.bindparam("most"))
)
_ARRIVALS = Prepared(
    sa.select(ARRIVAL).where(ARRIVAL.c.id.in_(sa.bindparam("mails", expanding=True))).order_by(ARRIVAL.c.id)
)


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
    nothing else is to be done. What the journal lacks is given up (`older.py`)."""
    while claims := _claims(store, tx, worker, most):
        found = load(store, list(claims))
        if len(found) < len(claims) and not store.is_shared:
            older.give_up(tx, claims.keys() - {row.id for row in found})
        if found or store.is_shared:
            return [Claimed(row, *claims[row.id]) for row in found]
    return []


def _claims(store: Store, tx: Tx, worker: str, most: int) -> dict[int, tuple[int, int, int, bool]]:
    """Fence, attempts, strikes, and whether it was released, of each mail that is claimed now."""
    due, new = tx.all(_STRUCK_LONG_AGO, {"now": tx.now, "most": 1, "long_ago": tx.now - STRUCK_WAITS}), list[int]()
    if not due:
        due = tx.all(_DUE, {"now": tx.now, "most": most})
        new = [] if store.is_shared else _new(store, tx, most - len(due))
    if not due and not new:
        due = tx.all(_STRUCK, {"now": tx.now, "most": 1})
    claims = {row.mail: (row.fence + 1, row.attempts + 1, row.strikes, row.released) for row in due}
    _claim_again(tx, worker, due)
    _claim_new(tx, worker, new)
    return claims | dict.fromkeys(new, (1, 1, 0, False))


def next_new(store: Store, tx: Tx) -> int | None:
    """The first arrival that nobody has claimed yet and that has no row, or None."""
    if store.is_shared:
        return None
    return next(iter(_behind_the_cursor(store, tx, 1)), None)


def count_new(store: Store, tx: Tx) -> int:
    """How many arrivals nobody has claimed yet that have no row."""
    if store.is_shared:
        return 0
    with store.looking_back() as journal:
        behind = sa.select(sa.func.count()).select_from(ARRIVAL).where(ARRIVAL.c.id > (tx.value(_CURSOR) or 0))
        return journal.scalar(behind) or 0


def others_wait(store: Store, tx: Tx, mail: int) -> bool:
    """Whether any mail but this one could be worked on now, whoever has claimed it; suspects do not count."""
    due = sa.or_(STATE.c.not_before.is_(None), STATE.c.not_before <= tx.now)
    others = (STATE.c.state == "pending") & (STATE.c.mail != mail) & (STATE.c.strikes == 0)
    waiting = tx.value(sa.select(STATE.c.mail).where(others, due).limit(1))
    return waiting is not None or next_new(store, tx) is not None


def load(store: Store, mails: list[int]) -> list[sa.Row[Any]]:
    """Arrivals by their ids, in order."""
    if not mails:
        return []
    with store.looking_back() as journal:
        return Driver(journal).rows(_ARRIVALS, {"mails": mails})


def release(tx: Tx, worker: str | None = None, *, but: int | None = None) -> int:
    """What a worker that is gone had claimed may be taken by others, at once; without a name: what any worker had, for
    a daemon that starts. `but`: this mail it keeps. Returns how many."""
    mine = (STATE.c.state == "pending") & (STATE.c.worker == worker if worker else STATE.c.worker.is_not(None))
    if but is not None:
        mine &= STATE.c.mail != but
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
    """Write what became of a claimed mail. False: the claim is no longer ours, and nothing may be kept. Where several
    mails are written as one, the commit says so: it raises NotChanged."""
    values = {"mail_is": claimed.arrival.id, "fence_is": claimed.fence, **values}
    statement = _finish(*values)
    if tx.as_one:
        tx.later(statement, values)
        return True
    return tx.run(statement, values) == 1


@cache
def _finish(*columns: str) -> Prepared:
    ours = (STATE.c.mail == sa.bindparam("mail_is")) & (STATE.c.fence == sa.bindparam("fence_is"))
    new: dict[str, Any] = {name: sa.bindparam(name) for name in columns if name not in ("mail_is", "fence_is")}
    unclaimed = {"worker": None, "claimed_until": None}
    mine = sa.update(STATE).where(ours, STATE.c.state == "pending")
    return Prepared(mine.values(**unclaimed, **new), must_change=True)


def lost(tx: Tx, claimed: Iterable[Claimed]) -> list[int]:
    """Mails of these that are no longer ours: somebody else has claimed them since."""
    fences = {each.arrival.id: each.fence for each in claimed}
    rows = tx.all(_FENCES, {"mails": list(fences)}) if fences else ()
    return [row.mail for row in rows if row.fence != fences[row.mail]]


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


def drop(tx: Tx, mail: int, **values: Any) -> bool:
    """An admin throws a held or failed mail away; it stays in the journal, and visible."""
    stopped = (STATE.c.mail == mail) & STATE.c.state.in_(("failed", "held"))
    done = tx.execute(sa.update(STATE).where(stopped).values(state="dropped", finished_at=tx.now, **values))
    return bool(done.rowcount)


def _new(store: Store, tx: Tx, most: int) -> list[int]:
    new = _behind_the_cursor(store, tx, most)
    if new:
        tx.later(_MOVE_CURSOR, {"name": "claimed", "value": new[-1]})
    return new


def _behind_the_cursor(store: Store, tx: Tx, most: int) -> list[int]:
    last = tx.value(_CURSOR) or 0
    with store.looking_back() as journal:
        return [row.id for row in Driver(journal).rows(_BEHIND, {"last": last, "most": most})]


def _claim_again(tx: Tx, worker: str, due: list[sa.Row[Any]]) -> None:
    if due:
        mails = [row.mail for row in due]
        tx.run(_AGAIN, {"mails": mails, "worker": worker, "until": tx.now + LEASE, "now": tx.now})


def _claim_new(tx: Tx, worker: str, new: list[int]) -> None:
    row = {"state": "pending", "attempts": 1, "strikes": 0, "fence": 1, "worker": worker}
    row |= {"claimed_until": tx.now + LEASE, "first_tried_at": tx.now}
    for mail in new:
        tx.later(_FIRST, {"mail": mail, **row})
