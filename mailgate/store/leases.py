"""Leases: who of several nodes does what only one may do, such as the clock's jobs or reading a mailbox.

A lease is a row with a time at which it is over, unless its holder renews it, and a fence that grows whenever it
changes hands. Times only decide how soon another node steps in. What is written under a lease is right whatever the
clocks say: `holds` is asked in the transaction that writes, and whoever was overtaken finds another fence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.store.db import Tx
from mailgate.store.tables import Lease, table_of

LEASE = table_of(Lease)
LENGTH = timedelta(seconds=30)
RENEWED_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that was ours when it was last looked at."""

    name: str
    holder: str
    fence: int


@dataclass(slots=True)
class Tenancy:
    """One lease that this process holds whenever it can; any thread may ask for it."""

    name: str
    holder: str
    held: Held | None = None

    def keep(self, tx: Tx) -> int:
        """A job, run every `RENEWED_EVERY`: take or renew it. Returns 1 where it is ours newly."""
        before, self.held = self.held, take(tx, self.name, self.holder)
        return int(self.held is not None and self.held != before)

    def give_up(self, tx: Tx) -> None:
        """It is not wanted any more: somebody else may have it at once. One that was taken over stays as it is."""
        held, self.held = self.held, None
        if held:
            give_up(tx, held)


def take(tx: Tx, name: str, holder: str) -> Held | None:
    """Take a lease that is free or over, or renew our own; None where somebody else has it."""
    row = tx.first(sa.select(LEASE).where(LEASE.c.name == name))
    if row is None:
        tx.execute(sa.insert(LEASE).values(name=name, holder=holder, fence=1, until=tx.now + LENGTH))
        return Held(name, holder, 1)
    if row.holder not in (holder, "") and row.until > tx.now:
        return None
    fence: int = row.fence + (row.holder != holder)
    _set(tx, name, holder=holder, fence=fence, until=tx.now + LENGTH)
    return Held(name, holder, fence)


def holds(tx: Tx, held: Held) -> bool:
    """Whether nobody has taken it since: whatever this transaction writes is written by the holder."""
    row = tx.first(sa.select(LEASE.c.fence).where(LEASE.c.name == held.name))
    return row is not None and row.fence == held.fence


def give_up(tx: Tx, held: Held) -> None:
    """Somebody else may have it at once."""
    if holds(tx, held):
        _set(tx, held.name, holder="", until=tx.now)


def living(tx: Tx, kind: str) -> set[str]:
    """The holders of all leases of that kind (`node:…`) that are not over."""
    named = LEASE.c.name.startswith(f"{kind}:", autoescape=True)
    return {row.holder for row in tx.all(sa.select(LEASE.c.holder).where(named, LEASE.c.until > tx.now))}


def forget(tx: Tx, kind: str) -> int:
    """Remove leases of that kind that have been over for a day."""
    named = LEASE.c.name.startswith(f"{kind}:", autoescape=True)
    return tx.execute(sa.delete(LEASE).where(named, LEASE.c.until < tx.now - timedelta(days=1))).rowcount


def _set(tx: Tx, name: str, **values: Any) -> None:
    tx.execute(sa.update(LEASE).where(LEASE.c.name == name).values(**values))
