"""Names that the configuration has given up: `was:` takes over what went by them, and what somebody retired by
`active: false` had in his hands goes back to his group.

The history keeps the names that were: it says who did what then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mailgate import log
from mailgate.desk import change, conversation, names_in_use, notices, people, quoting, tickets
from mailgate.desk.names_in_use import HOLDERS, Holder
from mailgate.desk.notices import Words
from mailgate.desk.retired import without_retired
from mailgate.desk.tickets import OPEN, TICKET, Ticket
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.settings.former import SORTS
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

LOG = log.get("desk")
ACTOR = "admin"
AT_ONCE = 500
"""So many tickets are in memory at a time; all of them are one transaction."""
SETTLED = ("resolved", "answered")
"""Nobody has to begin again with these: they lose their handler, not their status."""


def take_over(tx: Tx, old: Settings | None) -> None:
    """Let the desk follow the names of `tx.settings`; a second time, nothing changes. `old`: the configuration until
    now, where it is known; where its names say the same, there is nothing to do."""
    if old is not None and _names(old) == _names(tx.settings):
        return
    _rename(tx)
    _retire(tx)
    if old is None:
        _say_what_is_missing(tx)


def _names(settings: Settings) -> tuple[object, ...]:
    """All that this page depends on."""
    return *(settings.successors(what) for what in SORTS), _retired_agents(settings), _retired_groups(settings)


# -- was -------------------------------------------------------------------------------------------------------------


def _rename(tx: Tx) -> None:
    _rename_tickets(tx)
    for holder in (each for each in HOLDERS if each.column.table is not TICKET):
        for old, new in tx.settings.successors(holder.what).items():
            _follow(tx, holder, old, new)


def _rename_tickets(tx: Tx) -> None:
    of_tickets = {holder.column.name: holder.what for holder in HOLDERS if holder.column.table is TICKET}
    old = {name: list(tx.settings.successors(what)) for name, what in of_tickets.items()}
    named = sa.or_(sa.false(), *(TICKET.c[name].in_(names) for name, names in old.items() if names))
    while any(old.values()) and (found := tickets.select(tx, named, limit=AT_ONCE)):
        for ticket in found:
            columns: dict[str, Any] = {name: _now(tx, what, ticket, name) for name, what in of_tickets.items()}
            # Nothing has happened to the ticket itself: it is as old as it was.
            change.apply(tx, ticket, ACTOR, "renamed", updated_at=ticket.updated_at, **columns)


def _now(tx: Tx, what: str, ticket: Ticket, column: str) -> str | None:
    name: str | None = getattr(ticket, column)
    return tx.settings.now_called(what, name) if name is not None else None


def _follow(tx: Tx, holder: Holder, old: str, new: str) -> None:
    """Rows of another table. Where the new name stands there already, the old one goes."""
    table, column = holder.column.table, holder.column
    mine = (column == old) & holder.only
    if column.primary_key:
        there = table.alias()
        same = [there.c[key.name] == key for key in table.primary_key if key is not column]
        tx.execute(sa.delete(table).where(mine, sa.exists().where(*same, there.c[column.name] == new)))
    tx.execute(sa.update(table).where(mine).values({column.name: new}))


# -- active: false ---------------------------------------------------------------------------------------------------


def _retired_agents(settings: Settings) -> list[str]:
    return [name for name, agent in settings.agents.items() if not agent.active]


def _retired_groups(settings: Settings) -> list[str]:
    return [name for name, group in settings.groups.items() if not group.active]


def _retire(tx: Tx) -> None:
    agents, groups = _retired_agents(tx.settings), _retired_groups(tx.settings)
    theirs = sa.or_(TICKET.c.assignee.in_(agents), TICKET.c.coordinator.in_(agents), TICKET.c["group"].in_(groups))
    while (agents or groups) and (found := tickets.select(tx, TICKET.c.status.in_(OPEN), theirs, limit=AT_ONCE)):
        for ticket in found:
            _give_back(tx, ticket)


def _give_back(tx: Tx, ticket: Ticket) -> None:
    """One event for each hand that it leaves; whose turn it is now is told, as of a new ticket."""
    instead = without_retired(tx.settings, ticket)
    said = tuple(_sentences(tx.settings, ticket, instead))
    for column, action in (("coordinator", "coordinator"), ("group", "assign_group"), ("assignee", "unassign")):
        if column in instead:
            ticket = _replaced(tx, ticket, column, action, instead[column])
    if ticket.assignee is None and said and ticket.status not in SETTLED:
        text, files = conversation.said_by_reporter(tx, ticket.number)
        reporter = people.by_id(tx, ticket.reporter)
        words = Words(reporter.shown, text, files, address=reporter.email or "")
        words = replace(words, quoted=quoting.by_reporter(tx, ticket.number))
        notices.tell_agents(tx, ticket, "new_ticket", actor=ACTOR, words=words, changes=said)


def _replaced(tx: Tx, ticket: Ticket, column: str, action: str, value: str | None) -> Ticket:
    what = "group" if column == "group" else "agent"
    columns: dict[str, Any] = {column: value}
    if column == "coordinator":
        columns["coordinator_accepted_at"] = None
    detail = {"why": f"{what} {getattr(ticket, column)} is no longer active"}
    act = change.move if column == "assignee" and ticket.status not in SETTLED else change.apply
    return act(tx, ticket, ACTOR, action, detail=detail, **columns)


def _sentences(settings: Settings, ticket: Ticket, instead: dict[str, Any]) -> Iterator[Sentence]:
    if "group" in instead:
        group = settings.groups.get(str(ticket.group))
        yield sentence("change.group_retired", number=ticket.number, name=group.name if group else str(ticket.group))
    if "assignee" in instead:
        yield sentence("change.retired", number=ticket.number, name=people.agent_name(settings, ticket.assignee))


# -- neither ---------------------------------------------------------------------------------------------------------


def _say_what_is_missing(tx: Tx) -> None:
    """`check` and `reload` refuse this; a daemon that is started with it says so, and leaves the tickets alone."""
    for gone in names_in_use.missing(tx):
        LOG.error(
            "the configuration does not have a name that tickets need: see `mailgate check`",
            **{gone.what: gone.name},
            tickets=gone.tickets,
        )
