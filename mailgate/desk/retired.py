"""Who is no longer at work (`active: false`), and what becomes of a ticket that is in their hands."""

from __future__ import annotations

from typing import Any

from mailgate.desk.tickets import Ticket
from mailgate.settings.model import Settings


def is_at_work(settings: Settings, agent: str | None) -> bool:
    """Whether this agent exists and is active."""
    return agent is not None and agent in settings.agents and settings.agents[agent].active


def without_retired(settings: Settings, ticket: Ticket) -> dict[str, Any]:
    """The columns of a ticket that name somebody who is not at work, and what stands there instead: for an assignee
    nobody; for a group that of the category; for a coordinator the one of that group."""
    group = (
        ticket.group if ticket.group is None or _is_group(settings, ticket.group) else _of_category(settings, ticket)
    )
    instead = {
        "group": group,
        "coordinator": ticket.coordinator
        if ticket.coordinator is None or is_at_work(settings, ticket.coordinator)
        else _coordinator(settings, group or _of_category(settings, ticket)),
        "assignee": ticket.assignee if is_at_work(settings, ticket.assignee) else None,
    }
    return {name: value for name, value in instead.items() if value != getattr(ticket, name)}


def _is_group(settings: Settings, group: str | None) -> bool:
    return group is not None and group in settings.groups and settings.groups[group].active


def _of_category(settings: Settings, ticket: Ticket) -> str | None:
    node = settings.category_nodes.get(ticket.category)
    return node.group if node and _is_group(settings, node.group) else None


def _coordinator(settings: Settings, group: str | None) -> str | None:
    named = settings.groups[group].coordinator if group else None
    return named if is_at_work(settings, named) else None
