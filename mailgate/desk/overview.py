"""`#list`: the tickets that an agent asks for, of those that he may see; those that are due first, then the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import people, rights, showing, tickets
from mailgate.desk.audience import Reader
from mailgate.desk.finding import DEADLINE, Wanted, conditions, falls_due, is_overdue
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.view import Tap, TicketLine
from mailgate.rules import access
from mailgate.rules.arguments import spoken
from mailgate.rules.light import light
from mailgate.rules.listing import Listing
from mailgate.store.db import Tx
from mailgate.store.tables import TicketRow, table_of

MOST = 50
"""Tickets in one letter."""
LOOKED_AT = 1000
"""Of which so many are looked at."""
TICKET = table_of(TicketRow)


@dataclass(frozen=True, slots=True)
class Overview:
    """The tickets of one letter, and whether there are more than those."""

    tickets: tuple[Ticket, ...]
    has_more: bool


def overview(tx: Tx, agent: str, listing: Listing) -> Overview:
    """What he asks for and may see."""
    order = (DEADLINE.is_(None), DEADLINE, TICKET.c.updated_at.desc(), TICKET.c.number.desc())
    asked = (*_asked_for(tx, agent, listing), *likely(tx, agent))
    found: list[Ticket] = []
    for ticket in tickets.select(tx, *asked, limit=LOOKED_AT, order=order):
        if rights.sees(tx, agent, ticket):
            if len(found) == MOST:
                return Overview(tuple(found), has_more=True)
            found.append(ticket)
    return Overview(tuple(found), has_more=False)


def line(tx: Tx, reader: Reader, ticket: Ticket) -> TicketLine:
    """One ticket as the letter shows it; its number asks for more."""
    settings, language = tx.settings, reader.language
    group = showing.group_name(settings, ticket, language)
    return TicketLine(
        number=ticket.number,
        subject=ticket.subject,
        reporter=people.by_id(tx, ticket.reporter).shown,
        status=phrases.status_words(ticket.status, language, ticket.waiting_for),
        whose=people.agent_name(settings, ticket.assignee) or group,
        due=showing.deadline(settings, ticket, language),
        priority="" if ticket.priority == "normal" else phrases.priority_words(ticket.priority, language),
        light=phrases.colour_words(light(ticket, tx.now), language),
        show=Tap(str(ticket.number), spoken(f"#show {ticket.number}").in_language(language)),
    )


def _asked_for(tx: Tx, agent: str, listing: Listing) -> list[Any]:
    who = listing.who
    wanted = Wanted(
        status="waiting" if listing.is_waiting else None,
        group=who.value if who and who.kind == "group" else None,
        assignee=who.value if who and who.kind == "agent" else None,
        reporter=who.value if who and who.kind == "address" else None,
        category=listing.category,
        light=listing.light,
        search=" ".join(listing.search) or None,
    )
    return [*conditions(wanted, tx.now), *_narrower(tx.now, agent, listing)]


def _narrower(now: datetime, agent: str, listing: Listing) -> Iterator[Any]:
    if listing.is_mine:
        yield TICKET.c.assignee == agent
    if listing.is_unassigned:
        yield TICKET.c.assignee.is_(None)
    if listing.has_due:
        yield falls_due()
    if listing.is_overdue:
        yield is_overdue(now)
    if listing.due_by is not None:
        yield falls_due(listing.due_by)
    if listing.changed_since is not None:
        yield TICKET.c.updated_at >= listing.changed_since
    if not _looks_for(listing):  # out of sight until then (`#snooze`), but for whoever looks for it
        yield sa.or_(TICKET.c.snoozed_until.is_(None), TICKET.c.snoozed_until <= now)


def _looks_for(listing: Listing) -> bool:
    return bool(listing.is_waiting or listing.search or (listing.who and listing.who.kind == "address"))


def likely(tx: Tx, agent: str) -> tuple[Any, ...]:
    """Most of what he can not see is left out here; `rights` decides on the rest."""
    settings = tx.settings
    if settings.agents[agent].admin or settings.agents[agent].sees == "all":
        return ()
    mine = tuple(access.groups_of(settings, agent))
    of_mine = [path for path, node in settings.category_nodes.items() if node.group in mine]
    his = (TICKET.c.assignee == agent, TICKET.c.coordinator == agent)
    return (sa.or_(*his, TICKET.c.group.in_(mine), TICKET.c.category.in_(of_mine)),)
