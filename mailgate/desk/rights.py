"""Rights on a ticket that exists: `rules/access.py` decides on plain values, here they are looked up."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.desk.audience import Reader
from mailgate.desk.tickets import Ticket
from mailgate.rules import access
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)
_DETAILS = Prepared(sa.select(EVENT.c.detail).where(EVENT.c.ticket == sa.bindparam("ticket")))


def sees(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent know of the ticket at all?"""
    return access.sees(tx.settings, agent, view_of(tx, ticket))


def sees_as_reader(tx: Tx, reader: Reader, ticket: Ticket) -> bool:
    """May somebody who gets our letters know of this other ticket? A mailbox without a person: if its group may."""
    view, group = now(tx, ticket), reader.group
    if reader.person in tx.settings.agents:
        return access.sees(tx.settings, reader.person, view) or sees(tx, reader.person, ticket)
    return group is not None and group == ticket.group and access.group_sees(tx.settings, group, view)


def may_act(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent change it?"""
    return access.may_act(tx.settings, agent, view_of(tx, ticket)).ok


def view_of(tx: Tx, ticket: Ticket) -> access.TicketView:
    """What rights depend on."""
    return replace(now(tx, ticket), former=_former(tx, ticket))


def now(tx: Tx, ticket: Ticket) -> access.TicketView:
    """What they depend on as the ticket stands, whoever had it before: that takes no look at its history."""
    return access.TicketView(
        category=ticket.category,
        group=ticket.group,
        assignee=ticket.assignee,
        coordinator=ticket.coordinator,
        customer_group=people.by_id(tx, ticket.reporter).customer_group,
    )


def _former(tx: Tx, ticket: Ticket) -> frozenset[str]:
    """Who was assignee or coordinator once: they go on seeing it."""
    changes = tx.all(_DETAILS, {"ticket": ticket.number})
    found = {row.detail.get(f"{role}_before") for row in changes for role in ("assignee", "coordinator")}
    return frozenset(tx.settings.now_called("agent", each) for each in found if each)
