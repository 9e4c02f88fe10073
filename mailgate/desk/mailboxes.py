"""How the mailboxes are, as their readers wrote it down: for `mailgate status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from mailgate.desk.views import when
from mailgate.store.db import Tx
from mailgate.store.tables import MailboxState, table_of

STATE = table_of(MailboxState)
Condition = Mapping[str, Any]
"""The columns of `MailboxState` but for the name."""


def changed(tx: Tx, now: Mapping[str, Condition], configured: frozenset[str]) -> dict[str, Condition | None]:
    """What is to be written: conditions that are other than they are known, and None for mailboxes that are gone."""
    known = {row.name: row for row in tx.all(sa.select(STATE))}
    new = {name: each for name, each in now.items() if name not in known or _differs(known[name], each)}
    return {**new, **{name: None for name in known if name not in configured}}


def write(tx: Tx, conditions: Mapping[str, Condition | None]) -> int:
    """Write it down; how many rows."""
    for name, each in conditions.items():
        tx.execute(sa.delete(STATE).where(STATE.c.name == name))
        if each is not None:
            tx.execute(sa.insert(STATE).values(name=name, **each))
    return len(conditions)


def listed(tx: Tx, *, running: bool) -> list[dict[str, Any]]:
    """`mailboxes` of `status --json`. `lag`: seconds that the oldest mail has waited there, as far as we know."""
    return [
        {
            "name": row.name,
            "connected": row.connected and running,
            "last_scan": when(row.last_scan),
            "lag": max(0, int((tx.now - row.oldest).total_seconds())) if row.oldest else 0,
            "waiting": row.waiting,
            "unaccounted": row.unaccounted,
            "trouble": row.trouble,
        }
        for row in tx.all(sa.select(STATE).order_by(STATE.c.name))
    ]


def _differs(row: Any, condition: Condition) -> bool:
    return any(getattr(row, name) != value for name, value in condition.items())
