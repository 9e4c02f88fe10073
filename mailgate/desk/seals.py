"""Seals over the history: once an hour, all chains that have changed come under one hash, which holds the seal before.

Who knows the hash of a seal (the anchor) can prove that nothing up to it was changed since, even by somebody who can
write everything in the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import chain
from mailgate.store.db import Tx
from mailgate.store.tables import Chain, Seal, Sealed, table_of

CHAIN = table_of(Chain)
SEAL = table_of(Seal)
SEALED = table_of(Sealed)

EVERY = timedelta(hours=1)
MOST_CHAINS = 2000
"""Under one seal, so that its transaction stays short; after a full one the next follows at once."""
FIRST = hashlib.sha256(b"no seal before").hexdigest()


def seal(tx: Tx, most: int = MOST_CHAINS) -> int:
    """A job: put what has changed under a seal, where the last one is an hour old. Returns how many chains."""
    last = newest(tx)
    if last and last.chains < most and tx.now - last.at < EVERY:
        return 0
    changed = tx.all(sa.select(CHAIN).where(CHAIN.c.changed).order_by(CHAIN.c.ticket).limit(most))
    if not changed:
        return 0
    number, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    fold = Fold()
    fold.add(changed)
    tx.execute(
        sa.insert(SEALED),
        [{"seal": number, "ticket": row.ticket, "events": row.events, "head": row.head} for row in changed],
    )
    these = CHAIN.c.changed & (CHAIN.c.ticket <= changed[-1].ticket)
    tx.execute(sa.update(CHAIN).where(these).values(changed=False, seal=number))
    seal = {"number": number, "at": tx.now, "chains": fold.chains, "fold": fold.hash, "previous": previous}
    hash_ = hash_of(previous, number, chain.stamp(tx.now), fold.chains, fold.hash)
    tx.execute(sa.insert(SEAL).values(**seal, hash=hash_))
    return fold.chains


def begin(tx: Tx) -> None:
    """Where the history was never sealed, it is now: the first digest of all carries an anchor too."""
    if newest(tx) is None:
        seal(tx)


def newest(tx: Tx) -> sa.Row[Any] | None:
    """The last seal; its hash is the anchor."""
    return tx.first(sa.select(SEAL).order_by(SEAL.c.number.desc()).limit(1))


def last_number(tx: Tx) -> int:
    """Of the newest seal; 0 where there is none."""
    return int(tx.value(sa.select(sa.func.max(SEAL.c.number))) or 0)


def anchor(tx: Tx) -> tuple[str, datetime] | None:
    """What to write down outside, and when it was made."""
    last = newest(tx)
    return (last.hash, last.at) if last else None


def hash_of(previous: str, number: int, at: str, chains: int, fold: str) -> str:
    """The hash of a seal."""
    return hashlib.sha256(json.dumps([previous, number, at, chains, fold], default=repr).encode()).hexdigest()


class Fold:
    """Many chains as one hash; in order of their tickets."""

    def __init__(self) -> None:
        self.chains = 0
        self._sum = hashlib.sha256()

    def add(self, rows: Iterable[Any]) -> None:
        """Chains as they are now, or as they were sealed."""
        for row in rows:
            self.chains += 1
            self._sum.update(json.dumps([row.ticket, row.events, row.head], default=repr).encode())

    @property
    def hash(self) -> str:
        return self._sum.hexdigest()
