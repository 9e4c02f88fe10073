"""Where a ticket goes: nothing new is assigned to somebody who is away, and what is given back has a home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailgate.desk import absence
from mailgate.desk.absence import Absence
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.rules.known import known_group
from mailgate.rules.route import Route
from mailgate.rules.routing import coordinator_of, group_of
from mailgate.settings.categories import CategoryNode
from mailgate.settings.model import Settings
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Charge:
    """Who gets it: an agent, else a group, else nobody. `instead_of`: the absence of whoever was meant."""

    agent: str | None = None
    group: str | None = None
    instead_of: Absence | None = None


def given_to(tx: Tx, agent: str, group: str | None) -> Charge:
    """Who gets what is meant for this agent: his deputy where he is away, else the group."""
    away = absence.now_away(tx).get(agent)
    if away is None:
        return Charge(agent)
    deputy = absence.deputy_of(tx, agent)
    return Charge(deputy, None, away) if deputy else Charge(None, group, away)


@dataclass(frozen=True, slots=True)
class First:
    """Who gets a new ticket. `instead_of`: whom its rule, its address or its category meant, who are away."""

    agent: str | None
    group: str | None
    coordinator: str | None
    instead_of: tuple[str, ...] = ()


def of_route(tx: Tx, route: Route) -> First:
    """As it was routed, but for whoever is away. Without a deputy the group of the category has it."""
    meant = tuple(each for each in (route.assignee, route.coordinator) if each and absence.is_away(tx, each))
    if not meant:
        return First(route.assignee, route.group, route.coordinator)
    agent, coordinator = absence.present(tx, route.assignee), absence.present(tx, route.coordinator)
    lost = (route.assignee and not agent) or (route.coordinator and not coordinator)
    group = route.group or (of_category(tx.settings, route.category) if lost else None)
    return First(agent, group, coordinator, meant)


def of_node(tx: Tx, node: CategoryNode) -> dict[str, Any]:
    """Group and coordinator that a ticket of this category gets; in place of a coordinator who is away his deputy, else
    the group."""
    group, named = group_of(tx.settings, node), coordinator_of(tx.settings, node)
    here = absence.present(tx, named)
    return {"group": of_category(tx.settings, node.path) if named and not here else group, "coordinator": here}


def home(settings: Settings, ticket: Ticket) -> str | None:
    """The group that a ticket comes back to: its own, else that of its category."""
    return _active(settings, ticket.group) or of_category(settings, ticket.category)


def of_category(settings: Settings, category: str) -> str | None:
    """The group of a category, coordinated or not."""
    node = settings.category_nodes.get(category)
    return _active(settings, node.group) if node else None


def coordinator(tx: Tx, ticket: Ticket) -> str | None:
    """Who coordinates the ticket, where he is at work."""
    return ticket.coordinator if is_at_work(tx.settings, ticket.coordinator) else None


def _active(settings: Settings, group: str | None) -> str | None:
    return known_group(settings, group) if group else None
