"""Reading the journal: the bytes of an arrival, the same mail to others, the older mails that it names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.mail.parents import named_ids
from mailgate.store.db import Store
from mailgate.store.journal import raw_of
from mailgate.store.tables import Arrival, Retransmission, table_of

ARRIVAL = table_of(Arrival)
RETRANSMISSION = table_of(Retransmission)
SAME_WITHIN = timedelta(days=7)
SAME_WITHIN_WITHOUT_ID = timedelta(minutes=15)
MOST_PARENTS = 20


def raw(store: Store, row: Any) -> bytes:
    """The exact bytes."""
    return raw_of(store, row)


def twin(store: Store, row: Any) -> int | None:
    """The first arrival with the same bytes below the trace fields, for other recipients, or None."""
    within = SAME_WITHIN if row.message_id else SAME_WITHIN_WITHOUT_ID
    same = sa.select(ARRIVAL.c.id).where(
        ARRIVAL.c.content == row.content, ARRIVAL.c.id < row.id, ARRIVAL.c.received_at >= row.received_at - within
    )
    first: int | None = _value(store, same.order_by(ARRIVAL.c.id).limit(1))
    return first


def parents(store: Store, row: Any) -> tuple[int, ...]:
    """Older arrivals whose Message-IDs this one names in In-Reply-To or References."""
    named = named_ids(raw_of(store, row))[-MOST_PARENTS:]
    if not named:
        return ()
    older = sa.select(ARRIVAL.c.id).where(ARRIVAL.c.message_id.in_(named), ARRIVAL.c.id < row.id)
    with store.journal.connect().execution_options(read_only=True) as journal:
        return tuple(journal.execute(older).scalars())


def seen(store: Store, mail: int) -> int:
    """How often this same transmission came."""
    again = sa.select(sa.func.count()).where(RETRANSMISSION.c.arrival == mail)
    return 1 + int(_value(store, again) or 0)


def count(store: Store) -> int:
    """All arrivals."""
    return int(_value(store, sa.select(sa.func.count()).select_from(ARRIVAL)) or 0)


def _value(store: Store, statement: sa.Select[Any]) -> Any:
    with store.journal.connect().execution_options(read_only=True) as journal:
        return journal.execute(statement).scalar()
