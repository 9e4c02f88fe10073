"""Rights on a ticket that exists: `rules/access.py` decides on plain values, here they are looked up."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import absence, parts, people, statements
from mailgate.desk.audience import Reader
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import access
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)
_DETAILS = Prepared(sa.select(EVENT.c.detail).where(EVENT.c.ticket == sa.bindparam("ticket")))


def sees(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent know of the ticket at all? A deputy sees what those see for whom he stands in."""
    return sees_such(tx, agent, view_of(tx, ticket))


def sees_such(tx: Tx, agent: str, view: access.TicketView) -> bool:
    """May he know of a ticket of which this is known?"""
    return access.sees(tx.settings, agent, view) or any(
        access.sees(tx.settings, each, view) for each in _in_whose_place(tx, agent, view)
    )


def sees_as_reader(tx: Tx, reader: Reader, ticket: Ticket) -> bool:
    """May somebody who gets our letters know of this other ticket? A mailbox without a person: if its group may."""
    view, group = now(tx, ticket), reader.group
    if reader.person in tx.settings.agents:
        return access.sees(tx.settings, reader.person, view) or sees(tx, reader.person, ticket)
    return group is not None and group == ticket.group and access.group_sees(tx.settings, group, view)


def may_act(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """May this agent change it? A deputy may what those may for whom he stands in."""
    view = view_of(tx, ticket)
    return any(access.may_act(tx.settings, each, view).ok for each in (agent, *_in_whose_place(tx, agent, view)))


def check(tx: Tx, agent: str, ticket: Ticket) -> None:
    """Raises RefusedCommand, naming whose it is, where he may read the ticket and not change it."""
    if not may_act(tx, agent, ticket):
        group = tx.settings.groups.get(ticket.group or "")
        owner = people.agent_name(tx.settings, ticket.assignee) or (group.name if group else "")
        raise RefusedCommand(sentence("refused.right", number=ticket.number, name=owner))


def _in_whose_place(tx: Tx, agent: str, view: access.TicketView) -> frozenset[str]:
    """Those who are away and whose deputy he is; nobody where the ticket's category or customers are kept from him."""
    absent = absence.stands_in_for(tx, agent)
    return frozenset() if absent and access.is_kept_from(tx.settings, agent, view) else absent


def view_of(tx: Tx, ticket: Ticket) -> access.TicketView:
    """What rights depend on."""
    return replace(now(tx, ticket), former=_former(tx, ticket))


def now(tx: Tx, ticket: Ticket) -> access.TicketView:
    """What they depend on as the ticket stands, whoever had it before: that takes no look at its history."""
    return access.TicketView(
        category=ticket.category,
        group=ticket.group,
        assignee=ticket.assignee,
        coordinator=parts.coordinator_of(tx, ticket) if parts.is_part(ticket) else ticket.coordinator,
        customer_group=people.by_id(tx, ticket.reporter).customer_group,
        hidden=parts.is_hidden(tx, ticket),
    )


def _former(tx: Tx, ticket: Ticket) -> frozenset[str]:
    """Who was assignee or coordinator once, has a part of it, or was asked for a statement: they (go on to) see it."""
    changes = tx.all(_DETAILS, {"ticket": ticket.number})
    found = {row.detail.get(f"{role}_before") for row in changes for role in ("assignee", "coordinator")}
    found |= parts.of_agents(tx, ticket.number) | statements.agents_asked(tx, ticket.number)
    return frozenset(tx.settings.now_called("agent", each) for each in found if each)
