"""Mail that was turned away in the session, with our words: what `mailgate mails --refused` shows.

Whoever is refused can repeat it as often as he likes, so it is remembered cheaply: the refusals of a moment together,
the same one counted, and never more than a bounded number of a peer, of a day, and of a month.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.store import postgres
from mailgate.store.db import Store
from mailgate.store.shared import is_shared
from mailgate.store.tables import Refused, table_of

REFUSED = table_of(Refused)

MOST_WAITING = 500
"""Of one moment; what is more in so short a time is a flood, and the first of it say enough."""
MOST_OF_A_PEER = 200
"""A day: one client that tries names must not push out everybody else."""
MOST_OF_A_DAY = 1000
KEPT = timedelta(days=30)
_DAY = timedelta(days=1)
_WHENEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal. Addresses as the client wrote them, on one clean line."""

    at: datetime
    source: str
    peer: str | None
    helo: str | None
    envelope_from: str | None
    recipients: tuple[str, ...]
    reply: str
    size: int | None = None
    message_id: str | None = None


class Shelf:
    """Refusals that wait to be written. Any thread may put one there; it never waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Refusal, tuple[Refusal, int]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, refusal: Refusal) -> bool:
        """True where none waited before: the writer has to be woken."""
        same = replace(refusal, at=_WHENEVER)
        with self._lock:
            is_first = not self._waiting
            known, times = self._waiting.get(same, (refusal, 0))
            if times or len(self._waiting) < MOST_WAITING:
                self._waiting[same] = known, times + 1
            return is_first

    def take(self) -> list[tuple[Refusal, int]]:
        """All of them, each with how often it was said; none is left."""
        with self._lock:
            taken = list(self._waiting.values())
            self._waiting.clear()
            return taken


def write(connection: sa.Connection, refusals: Sequence[tuple[Refusal, int]], now: datetime) -> None:
    """Inside an open transaction: remember these, and forget what is too old or too much."""
    if is_shared(connection):
        postgres.lock(connection, postgres.REFUSALS)  # two nodes that forget the same rows get in each other's way
    rows = [{**asdict(each), "recipients": list(each.recipients), "times": times} for each, times in refusals]
    if rows:
        connection.execute(sa.insert(REFUSED), rows)
    connection.execute(sa.delete(REFUSED).where(REFUSED.c.at < now - KEPT))
    today = REFUSED.c.at > now - _DAY
    peers = sa.select(REFUSED.c.peer).where(today).group_by(REFUSED.c.peer)
    for peer in connection.execute(peers.having(sa.func.count() > MOST_OF_A_PEER)).scalars().all():
        _trim(connection, today & (REFUSED.c.peer == peer), MOST_OF_A_PEER)
    _trim(connection, today, MOST_OF_A_DAY)


def _trim(connection: sa.Connection, those: sa.ColumnElement[bool], most: int) -> None:
    """Only the newest of those stay."""
    newest = sa.select(REFUSED.c.id).where(those).order_by(REFUSED.c.id.desc())
    last = connection.execute(newest.limit(1).offset(most)).scalar()
    if last is not None:
        connection.execute(sa.delete(REFUSED).where(those, REFUSED.c.id <= last))


def select(store: Store, *those: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    """Refusals, oldest first; none where the journal was made by a version that remembered none."""
    with store.looking_back() as journal:
        if not sa.inspect(journal).has_table(REFUSED.name):
            return []
        return list(journal.execute(sa.select(REFUSED).where(*those).order_by(REFUSED.c.id)).all())
