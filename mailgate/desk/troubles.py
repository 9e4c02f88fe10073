"""What is wrong with mailgate itself, a row each from its beginning to its all-clear: whom it is told and in which
words stands in `alerts.py`, who finds it out in `watching.py` and in the parts of the daemon.

Nothing flaps: a trouble shorter than SETTLES is told to nobody, one that comes back before its all-clear is the same
one, and each time it comes back the next all-clear takes longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Trouble, table_of

TROUBLE = table_of(Trouble)

SETTLES = timedelta(seconds=20)
"""A trouble is told when it has lasted so long; with it all others that nobody knows of yet."""
APART = timedelta(minutes=10)
"""So long after a letter about troubles of one kind, further ones of that kind wait for each other."""
CALM = timedelta(minutes=1)
"""An all-clear is given when a trouble has been over so long; four times as long each time it came back."""
LONGEST_CALM = timedelta(hours=4)
FORGOTTEN = timedelta(days=1)
"""So long after its all-clear a trouble begins anew."""

ONCE = frozenset({"robot", "expiring"})
"""Kinds that are told once, however long they last: the breaker looks after the one, the other is told by stages."""
BY_STAGES = frozenset({"expiring"})
"""Kinds of which other words are a new stage, which is told anew."""

Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is wrong, one sentence without a full stop, and since when; None: since it was noticed."""

    said: Sentence
    since: datetime | None = None


def begins(tx: Tx, kind: str, about: str, said: Sentence, since: datetime | None = None) -> None:
    """This is wrong from now on, or still. `kind` and `about` (which of its kind; empty where there is only one) name
    it, `said` is what happened, one sentence without a full stop; the newest words count. `since`: where it began
    before it was noticed."""
    words = {"english": said.english, "german": said.german}
    row = _row(tx, kind, about)
    if row is None:
        tx.execute(sa.insert(TROUBLE).values(kind=kind, about=about, since=since or tx.now, returns=0, **words))
    elif row.cleared_at is not None:
        returns = row.returns + 1 if row.cleared_at + FORGOTTEN > tx.now else 0
        again = {"since": tx.now, "ended_at": None, "cleared_at": None, "returns": returns}
        _set(tx, row, **words, **again)
    elif row.ended_at is not None:
        _set(tx, row, **words, ended_at=None, returns=row.returns + 1)
    elif (row.english, row.german) != (said.english, said.german):
        _set(tx, row, **words, **({"since": tx.now} if kind in BY_STAGES else {}))


def ends(tx: Tx, kind: str, about: str) -> None:
    """It is over; nothing happens where nothing was wrong."""
    row = _row(tx, kind, about)
    if row is not None and row.ended_at is None:
        _end(tx, row)


def are_now(tx: Tx, kind: str, found: Mapping[str, Seen], under: str = "") -> int:
    """All troubles of a kind that there are now, by what they are about: the others are over. `under`: only those whose
    `about` begins so. Returns how many have begun or ended."""
    before = {row.about: row for row in _of_kind(tx, kind, under)}
    for about, seen in found.items():
        begins(tx, kind, about, seen.said, seen.since)
    over = [row for about, row in before.items() if about not in found]
    for row in over:
        _end(tx, row)
    return len(over) + len(found.keys() - before.keys())


def is_news(tx: Tx, kind: str, found: Mapping[str, Seen], under: str = "") -> bool:
    """Whether `are_now` would write anything."""
    before = {row.about: said(row) for row in _of_kind(tx, kind, under)}
    return before != {about: seen.said for about, seen in found.items()}


def standing(tx: Tx) -> list[Row]:
    """What is wrong now, oldest first."""
    return tx.all(sa.select(TROUBLE).where(TROUBLE.c.ended_at.is_(None)).order_by(TROUBLE.c.since))


def said(row: Row) -> Sentence:
    """What happened."""
    return Sentence(row.english, row.german)


def is_told(row: Row) -> bool:
    """Whether a letter has named it since it began."""
    return row.told_at is not None and row.told_at >= row.since


# -- when to tell ------------------------------------------------------------------------------------------------------


def is_time(tx: Tx, rows: Iterable[Row], repeat: timedelta) -> bool:
    """Whether a letter about these is due: something new has lasted, or something known is to be said again.
    `repeat`: alerts.repeat; zero is never."""
    lately = {row.kind for row in tx.all(_TOLD_LATELY, {"since": tx.now - APART})}
    return any(_is_due(row, tx.now, repeat, lately) for row in rows)


def _is_due(row: Row, now: datetime, repeat: timedelta, lately: set[str]) -> bool:
    if is_told(row):
        return bool(repeat and row.kind not in ONCE and row.told_at + repeat <= now)
    return bool(row.since + SETTLES <= now and row.kind not in lately)


def over(tx: Tx) -> list[Row]:
    """Troubles that were told, and are over for good as far as we can know: an all-clear is due."""
    ended = sa.select(TROUBLE).where(TROUBLE.c.ended_at.is_not(None), TROUBLE.c.cleared_at.is_(None))
    return [row for row in tx.all(ended.order_by(TROUBLE.c.since)) if row.ended_at + _calm(row) <= tx.now]


def _calm(row: Row) -> timedelta:
    return min(CALM * int(4 ** min(row.returns, 6)), LONGEST_CALM)


def told(tx: Tx, rows: Iterable[Row]) -> None:
    """They stand in a letter that leaves now."""
    for row in rows:
        _set(tx, row, told_at=tx.now)


def cleared(tx: Tx, rows: Iterable[Row]) -> None:
    """Their all-clear leaves now."""
    for row in rows:
        _set(tx, row, cleared_at=tx.now)


def forget(tx: Tx) -> None:
    """What was over so long ago is no part of what comes next."""
    tx.execute(sa.delete(TROUBLE).where(TROUBLE.c.cleared_at <= tx.now - FORGOTTEN))


# -- rows --------------------------------------------------------------------------------------------------------------

_TOLD_LATELY = Prepared(sa.select(TROUBLE.c.kind).where(TROUBLE.c.told_at > sa.bindparam("since")).distinct())


def _end(tx: Tx, row: Row) -> None:
    if is_told(row):
        _set(tx, row, ended_at=tx.now)
    elif row.returns:  # it came back after its all-clear, and nobody has heard of that
        _set(tx, row, ended_at=tx.now, cleared_at=tx.now)
    else:
        tx.execute(sa.delete(TROUBLE).where(*_named(row.kind, row.about)))


def _row(tx: Tx, kind: str, about: str) -> Row | None:
    return tx.first(sa.select(TROUBLE).where(*_named(kind, about)))


def _of_kind(tx: Tx, kind: str, under: str) -> list[Row]:
    rows = tx.all(sa.select(TROUBLE).where(TROUBLE.c.kind == kind, TROUBLE.c.ended_at.is_(None)))
    return [row for row in rows if row.about.startswith(under)]


def _set(tx: Tx, row: Row, **values: Any) -> None:
    tx.execute(sa.update(TROUBLE).where(*_named(row.kind, row.about)).values(**values))


def _named(kind: str, about: str) -> tuple[sa.ColumnElement[bool], ...]:
    return TROUBLE.c.kind == kind, TROUBLE.c.about == about
