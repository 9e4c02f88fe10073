"""What follow_up_rules change of a ticket when a mail for it comes in: through the door, as `rule:NAME`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailgate.desk import absence, change, charges, reporting, splitting
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.rules.outcome import Outcome
from mailgate.rules.route import FollowUp
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

_PLAIN: tuple[tuple[str, str, str], ...] = (
    # key of the rule, what happens, column
    ("coordinator", "coordinator", "coordinator"),
    ("priority", "priority", "priority"),
    ("kind", "kind", "kind"),
    ("channel", "channel", "channel"),
    ("language", "language", "language"),
    ("level", "level", "level"),
    ("visible", "visible", "visible"),
    ("wanted_by", "wanted", "wanted_by"),
    ("due", "due", "due_at"),
)


def change_ticket(tx: Tx, ticket: Ticket, said: FollowUp, *, believed: bool) -> Ticket:
    """Everything but closing, before the mail itself does anything. What is impossible in this state of the ticket is
    an event with its reason."""
    actor, outcome = f"rule:{said.rule}", said.outcome
    for asked, wanted in _changes(tx.settings, ticket, outcome):
        action, columns = _to_somebody_here(tx, ticket, asked, wanted)
        if all(getattr(ticket, name) == value for name, value in columns.items()):
            continue
        try:
            act = change.move if action in ("assign", "assign_group") else change.apply
            ticket = act(tx, ticket, actor, action, **columns)
        except RefusedCommand as refused:
            change.record(tx, ticket.number, actor, "refused", command=action, why=refused.why)
    reporting.describe_reporter(tx, ticket, outcome, actor, believed=believed)
    reporting.read_along(tx, ticket, outcome.cc, actor)
    return ticket


def close(tx: Tx, ticket: Ticket, rule: str) -> Ticket:
    """The rule closes it, whatever the mail said."""
    if not ticket.is_open:
        return ticket
    after = change.move(tx, ticket, f"rule:{rule}", "close")
    splitting.close_after(tx, after, f"rule:{rule}")
    return after


def _to_somebody_here(tx: Tx, ticket: Ticket, action: str, columns: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """In place of somebody who is away his deputy, else the group."""
    if action == "assign":
        given = charges.given_to(tx, columns["assignee"], charges.home(tx.settings, ticket))
        if given.agent:
            return action, {"assignee": given.agent}
        return "assign_group", {"assignee": None, "group": given.group}
    if action == "coordinator":
        here = absence.present(tx, columns["coordinator"])
        return action, {"coordinator": here, "coordinator_accepted_at": None} if here else {}
    return action, columns


def _changes(settings: Settings, ticket: Ticket, said: Outcome) -> Iterator[tuple[str, dict[str, Any]]]:
    """What happens, with its columns; nothing for what is so already."""
    if said.category and said.category != ticket.category:
        yield "category", {"category": said.category, **_group_of_category(settings, ticket, said)}
    if said.group and said.group != ticket.group:
        yield "assign_group", {"group": said.group, "assignee": None}
    if said.assignee and said.assignee != ticket.assignee:
        yield "assign", {"assignee": said.assignee}
    for key, action, column in _PLAIN:
        value = getattr(said, key)
        if value is not None and value != getattr(ticket, column):
            yield action, {column: value}
    if more := tuple(tag for tag in said.tags if tag not in ticket.tags):
        yield "tag", {"tags": (*ticket.tags, *more)}


def _group_of_category(settings: Settings, ticket: Ticket, said: Outcome) -> dict[str, Any]:
    """As `#category` does: an untaken ticket goes to the group of its new category."""
    group = settings.category_nodes[str(said.category)].group
    moves = settings.assign_group_of_category and group and ticket.assignee is None and not said.group
    return {"group": group} if moves else {}
