"""Who of us watches a ticket (`#watch`): told of what is said and done on it, for as long as he may see it."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from mailgate.desk import rights
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Participant, table_of

PARTICIPANT = table_of(Participant)
TOLD_OF = ("new_message", "status_changed")
"""Letters that watchers get; what somebody has to do is told to him alone."""

_WATCHING = Prepared(
    sa.select(PARTICIPANT.c.who)
    .where(PARTICIPANT.c.ticket == sa.bindparam("ticket"), PARTICIPANT.c.role == "watcher")
    .order_by(PARTICIPANT.c.who)
)


def watching(tx: Tx, ticket: Ticket) -> tuple[str, ...]:
    """Ids of the agents who watch it."""
    if ticket.number in tx.opened:
        return ()
    return tuple(row.who for row in tx.all(_WATCHING, {"ticket": ticket.number}))


def readers(tx: Tx, ticket: Ticket, letter: str) -> Iterator[Reader]:
    """Those who get this letter because they watch."""
    for agent in watching(tx, ticket) if letter in TOLD_OF else ():
        if is_at_work(tx.settings, agent) and rights.sees(tx, agent, ticket):
            yield of_agent(tx.settings, agent)
