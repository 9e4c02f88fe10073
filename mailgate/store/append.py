"""Writing a batch into the journal: one row for each transmission, or a mark on the first row of the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.store import blobs, ledger, shared
from mailgate.store.beforehand import Ready, is_large
from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Arrival, Retransmission, table_of
from mailgate.store.transmission import Digests, Receipt, Transmission

_ARRIVAL = table_of(Arrival)
_RETRANSMISSION = table_of(Retransmission)

# Ids come back in the order of the rows: receipts are matched by position.
_INSERT = sa.insert(_ARRIVAL).returning(_ARRIVAL.c.id, sort_by_parameter_order=True)
_ROW = Prepared(sa.insert(_ARRIVAL))
_SAME = Prepared(
    sa.select(_ARRIVAL.c.transmission, _ARRIVAL.c.id, _ARRIVAL.c.received_at).where(
        _ARRIVAL.c.transmission.in_(sa.bindparam("transmissions", expanding=True))
    )
)


@dataclass(slots=True)
class _First:
    """The row that a transmission has or gets; `id` is 0 until it is inserted."""

    received_at: datetime
    id: int = 0


@dataclass(slots=True)
class _Sorted:
    """A batch, sorted into rows to insert and marks to make; `firsts` and `again` are in the order of the batch."""

    new: list[tuple[Transmission, Ready, _First]] = field(default_factory=list)
    firsts: list[_First] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)


def append(
    connection: sa.Connection, folder: Path, batch: Sequence[tuple[Transmission, Ready]], now: datetime
) -> list[Receipt]:
    """Inside an open transaction: a receipt for each of the batch, in its order. Large mails are durable in `folder`
    before their rows are written."""
    is_shared = shared.is_shared(connection)
    if is_shared:
        shared.one_after_the_other(connection, (ready.digests.content for _, ready in batch))
    found = _sort(batch, _known(connection, batch))
    large = [(ready.digests.sha256, mail.raw, ready.file) for mail, ready, _ in found.new if is_large(mail)]
    shared.keep(connection, large) if is_shared else blobs.keep(folder, large)
    _insert(connection, found)
    if is_shared:
        shared.enlist(connection, [first.id for _, _, first in found.new])
    marks = [{"arrival": first.id, "at": now} for first, again in zip(found.firsts, found.again, strict=True) if again]
    if marks:
        connection.execute(sa.insert(_RETRANSMISSION), marks)
    fetched = [(mail.slot, first.id) for (mail, _), first in zip(batch, found.firsts, strict=True) if mail.slot]
    if fetched:
        ledger.keep(connection, fetched)
    return [Receipt(first.id, again) for first, again in zip(found.firsts, found.again, strict=True)]


def _known(connection: sa.Connection, batch: Sequence[tuple[Transmission, Ready]]) -> dict[str, list[_First]]:
    known: dict[str, list[_First]] = {}
    wanted = [ready.digests.transmission for _, ready in batch]
    for row in Driver(connection).rows(_SAME, {"transmissions": wanted}):
        known.setdefault(row.transmission, []).append(_First(row.received_at, row.id))
    return known


def _sort(batch: Sequence[tuple[Transmission, Ready]], known: dict[str, list[_First]]) -> _Sorted:
    found = _Sorted()
    for mail, ready in batch:
        same = known.setdefault(ready.digests.transmission, [])
        # `abs`: rows of a clock that ran ahead must not swallow every alarm until that time has come.
        first = next((one for one in same if abs(mail.received_at - one.received_at) <= ready.digests.window), None)
        found.again.append(first is not None)
        if first is None:
            first = _First(mail.received_at)
            same.append(first)
            found.new.append((mail, ready, first))
        found.firsts.append(first)
    return found


def _insert(connection: sa.Connection, found: _Sorted) -> None:
    if not found.new:
        return
    rows = [_row(mail, ready.digests) for mail, ready, _ in found.new]
    ids = connection.execute(_INSERT, rows).scalars() if shared.is_shared(connection) else _in_one(connection, rows)
    for number, (_, _, first) in zip(ids, found.new, strict=True):
        first.id = number


def _in_one(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> range:
    """SQLite: all rows by one statement, so that the writer's thread leaves the others alone meanwhile. Ids of a table
    that never gives one twice are one behind the other, for nobody else writes during this transaction."""
    shape = _ROW.shape(connection.dialect, rows[0])
    begin, values, places = shape.sql.partition(" VALUES ")
    statement = f"{begin}{values}{', '.join([places] * len(rows))}"
    parameters = chain.from_iterable(shape.many(rows))
    last = connection.exec_driver_sql(statement, tuple(parameters)).lastrowid
    return range(last - len(rows) + 1, last + 1)


def _row(mail: Transmission, digests: Digests) -> dict[str, Any]:
    return {
        "received_at": mail.received_at,
        "source": mail.source,
        "peer": mail.peer,
        "helo": mail.helo,
        "trusted": mail.trusted,
        "submitted_by": mail.submitted_by,
        "envelope_from": mail.envelope_from,
        "recipients": list(mail.recipients),
        "size": len(mail.raw),
        "sha256": digests.sha256,
        "transmission": digests.transmission,
        "content": digests.content,
        "message_id": digests.message_id,
        "raw": None if is_large(mail) else mail.raw,
    }
