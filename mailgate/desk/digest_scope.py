"""Whose tickets stand in an agent's digest: his own, those he coordinates, those of his groups, as `digest.to` says,
and those of whoever he stands in for. What he may not see is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, people, rights, tickets
from mailgate.desk.finding import DEADLINE
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.rules import access
from mailgate.rules.lifecycle import UNSETTLED
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

EVERY_ROLE = ("assignee", "coordinator", "group")
LOOKED_AT = 1000
"""Tickets of one agent that are looked at: those that are due first."""
FIRST = (DEADLINE.is_(None), DEADLINE, TICKET.c.updated_at.desc(), TICKET.c.number.desc())
"""What is due first stands first."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Who an agent is this morning: himself, and those he stands in for."""

    agent: str
    absent: frozenset[str] = frozenset()
    """Whose deputy he is."""
    unattended: frozenset[str] = frozenset()
    """Those who are away and have no deputy: their groups look after their tickets."""
    coordinates: frozenset[str] = frozenset()
    """Groups."""
    member_of: frozenset[str] = frozenset()
    """Groups, of his own and of those he stands in for."""

    @property
    def all(self) -> frozenset[str]:
        """Agents whose tickets count as his."""
        return self.absent | {self.agent}


@dataclass(frozen=True, slots=True)
class Scope:
    """The unsettled tickets that an agent has to do with."""

    hands: Hands
    tickets: tuple[Ticket, ...]
    has_more: bool = False
    """There are more than are looked at."""
    numbers: frozenset[int] = field(default=frozenset())

    def instead_of(self, ticket: Ticket) -> str | None:
        """Whose it is, where that is somebody he stands in for."""
        away = self.hands.absent | self.hands.unattended
        found = ticket.assignee if ticket.assignee else ticket.coordinator
        return found if found in away and self.hands.agent not in (ticket.assignee, ticket.coordinator) else None


def hands_of(tx: Tx, agent: str) -> Hands:
    """Whose tickets he answers for."""
    settings, away = tx.settings, absence.now_away(tx)
    absent = frozenset(each for each in away if absence.deputy_of(tx, each) == agent)
    unattended = frozenset(each for each in away if is_at_work(settings, each) and not absence.deputy_of(tx, each))
    groups = {name: group for name, group in settings.groups.items() if group.active}
    mine = absent | {agent}
    return Hands(
        agent,
        absent,
        unattended - mine,
        coordinates=frozenset(name for name, group in groups.items() if group.coordinator in mine),
        member_of=frozenset(name for name, group in groups.items() if not mine.isdisjoint(group.members)),
    )


def scope(tx: Tx, agent: str, roles: Collection[str]) -> Scope:
    """What he has to do with in these roles, what is due first."""
    hands = hands_of(tx, agent)
    mine = list(_conditions(hands, roles))
    if not mine:
        return Scope(hands, ())
    open_ones = (TICKET.c.status.in_(UNSETTLED), sa.or_(*mine))
    found = tickets.select(tx, *open_ones, limit=LOOKED_AT + 1, order=FIRST)
    people.foresee(tx, {each.reporter for each in found})
    seen = tuple(each for each in found[:LOOKED_AT] if may_know(tx, hands, each))
    return Scope(hands, seen, len(found) > LOOKED_AT, frozenset(each.number for each in seen))


def holds(tx: Tx, agent: str, ticket: Ticket) -> bool:
    """Whether the ticket stands in his digest, in whatever role."""
    hands = hands_of(tx, agent)
    named = not hands.all.isdisjoint((ticket.assignee, ticket.coordinator))
    mine = named or ticket.group in hands.coordinates | hands.member_of
    return mine and ticket.status in UNSETTLED and may_know(tx, hands, ticket)


def _conditions(hands: Hands, roles: Collection[str]) -> Iterator[Any]:
    groups = hands.coordinates | hands.member_of
    if "assignee" in roles:
        yield TICKET.c.assignee.in_(hands.all)
        if hands.unattended and groups:
            yield TICKET.c.assignee.in_(hands.unattended) & TICKET.c.group.in_(groups)
    if "coordinator" in roles:
        yield TICKET.c.coordinator.in_(hands.all)
        if hands.coordinates:
            yield TICKET.c.group.in_(hands.coordinates)
    if "group" in roles and hands.member_of:
        yield TICKET.c.group.in_(hands.member_of)


def may_know(tx: Tx, hands: Hands, ticket: Ticket) -> bool:
    """As it stands now, whoever had it before."""
    view = rights.now(tx, ticket)
    if access.sees(tx.settings, hands.agent, view):
        return True
    others = (access.sees(tx.settings, each, view) for each in hands.absent)
    return any(others) and not access.is_kept_from(tx.settings, hands.agent, view)


def readers(settings: Settings, roles: Collection[str]) -> Iterator[str]:
    """Everybody at work who may have a digest in these roles; whether there is anything to say in it shows later."""
    return (agent for agent in settings.agents if roles and is_at_work(settings, agent))
