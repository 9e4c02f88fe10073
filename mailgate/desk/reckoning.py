"""After another configuration: what falls due on the open tickets is reckoned anew, some of them at a time.

A cursor says by which configuration it was done last, so where nothing of it has changed there is nothing to do; two
more say how far it has come, so whoever is stopped goes on there.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from mailgate.desk import change, deadlines, tickets
from mailgate.desk.tickets import CURSOR, OPEN, TICKET
from mailgate.rules.promises import digest
from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared, Upsert

AT_ONCE = 200
"""Tickets in one transaction."""
_DONE, _BEGUN, _UP_TO = "reckoned", "reckoning", "reckoned up to"
"""By which configuration all of it was done, by which it was begun, and up to which ticket."""
_NONE = 0
_CURSORS = Prepared(sa.select(CURSOR.c.name, CURSOR.c.value).where(CURSOR.c.name.in_((_DONE, _BEGUN, _UP_TO))))
_SET = Upsert(CURSOR, "value")


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: whether anything that deadlines follow from has changed since they were reckoned."""
    return None if _cursors(tx).get(_DONE) == digest(tx.settings) else go_on


def go_on(tx: Tx) -> int:
    """Reckon the next open tickets. Returns how many."""
    wanted, cursors = digest(tx.settings), _cursors(tx)
    last = cursors.get(_UP_TO, 0) if cursors.get(_BEGUN) == wanted else 0
    behind = (TICKET.c.number > last, TICKET.c.status.in_(OPEN))
    found = tickets.select(tx, *behind, limit=AT_ONCE, order=(TICKET.c.number,))
    for ticket in found:
        change.reckon(tx, ticket, deadlines.recounted(tx, ticket))
    _set(tx, _BEGUN, wanted)
    _set(tx, _UP_TO, found[-1].number if found else last)
    # Until all is done, it is done by no configuration: the one before may come back.
    _set(tx, _DONE, wanted if len(found) < AT_ONCE else _NONE)
    return len(found)


def _cursors(tx: Tx) -> dict[str, int]:
    return {row.name: row.value for row in tx.all(_CURSORS)}


def _set(tx: Tx, name: str, value: int) -> None:
    tx.later(_SET, {"name": name, "value": value}, instead=name)
