"""Whose tickets they are, asked of all at once: customers as the configuration says today, for rows may be older."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.store.among import among
from mailgate.store.db import Tx
from mailgate.store.tables import Person, TicketRow, table_of

TICKET, PERSON = table_of(TicketRow), table_of(Person)
Customers = tuple[str | None, bool]
"""Customer group, and whether it is one of our own people."""


def group_of(tx: Tx) -> sa.ColumnElement[Any]:
    """An expression: the customer group of a ticket's reporter."""
    return _today(tx, PERSON.c.customer_group, [(ids, group) for (group, _), ids in tx.once(_others).items()])


def is_internal(tx: Tx) -> sa.ColumnElement[Any]:
    """An expression: whether one of our own people reported it."""
    return _today(tx, PERSON.c.internal, [(ids, internal) for (_, internal), ids in tx.once(_others).items()])


def _today(tx: Tx, stored: sa.Column[Any], others: list[tuple[list[int], Any]]) -> sa.ColumnElement[Any]:
    known = sa.select(stored).where(PERSON.c.id == TICKET.c.reporter).scalar_subquery()
    turns = [(among(tx, TICKET.c.reporter, ids), sa.literal(value, stored.type)) for ids, value in others]
    return sa.case(*turns, else_=known) if turns else known


def _others(tx: Tx) -> dict[Customers, list[int]]:
    """Those of whom the row says something else than the configuration: ids by what it says."""
    found: defaultdict[Customers, list[int]] = defaultdict(list)
    columns = (PERSON.c.id, PERSON.c.email, PERSON.c.customer_group, PERSON.c.internal)
    for row in tx.all(sa.select(*columns).where(PERSON.c.email.is_not(None))):
        today = people.customers_of(tx.settings, row.email)
        if today != (row.customer_group, row.internal):
            found[today].append(row.id)
    return found
