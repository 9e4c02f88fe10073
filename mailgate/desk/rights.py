"""Rights on a ticket that exists: `rules/access.py` decides on plain values, here they are looked up."""

from __future__ import annotations

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.desk.tickets import Ticket
from mailgate.rules import access
from mailgate.store.db import Tx
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)


def sees(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent know of the ticket at all?"""
    return access.sees(tx.settings, agent, view_of(tx, ticket))


def may_act(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent change it?"""
    return access.may_act(tx.settings, agent, view_of(tx, ticket)).ok


def view_of(tx: Tx, ticket: Ticket) -> access.TicketView:
    """What rights depend on."""
    return access.TicketView(
        category=ticket.category,
        group=ticket.group,
        assignee=ticket.assignee,
        coordinator=ticket.coordinator,
        former=_former(tx, ticket),
        customer_group=people.by_id(tx, ticket.reporter).customer_group,
    )


def _former(tx: Tx, ticket: Ticket) -> frozenset[str]:
    """Who was assignee or coordinator once: they go on seeing it."""
    changes = sa.select(EVENT.c.detail).where(EVENT.c.ticket == ticket.number)
    found = {row.detail.get(f"{role}_before") for row in tx.all(changes) for role in ("assignee", "coordinator")}
    return frozenset(each for each in found if each)
