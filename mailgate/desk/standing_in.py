"""On the first day of an absence, in working hours: whoever stands in gets the list of the open tickets, once. Without
a deputy it goes to the groups that have the tickets, and to those who coordinate them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from mailgate.desk import absence, digest_chapters, digest_letter, digest_scope, people, tickets
from mailgate.desk.absence import ABSENCE, Absence
from mailgate.desk.audience import of_agent
from mailgate.desk.digest_letter import Occasion
from mailgate.desk.overview import line
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.outbox import phrases
from mailgate.rules import mornings
from mailgate.rules.lifecycle import UNSETTLED
from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared

MOST = 50
"""Tickets in one list."""
AT_ONCE = 5
"""Absences in one transaction."""
_BEGUN = Prepared(
    sa.select(ABSENCE)
    .where(ABSENCE.c.begins <= sa.bindparam("now"), ABSENCE.c.told_at.is_(None), ABSENCE.c.ends > sa.bindparam("now"))
    .order_by(ABSENCE.c.id)
    .limit(AT_ONCE)
)


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn whether somebody has to be told."""
    return tell if _is_time(tx) else None


def tell(tx: Tx) -> int:
    """Those absences that have begun. Returns how many letters."""
    if not _is_time(tx):
        return 0
    letters = 0
    for one in [absence.of_row(row) for row in tx.all(_BEGUN, {"now": tx.now})]:
        absence.is_told(tx, one.id)
        for agent, those in _readers(tx, one).items():
            digest_letter.list_only(tx, agent, _occasion(tx, one, agent, those))
            letters += 1
    return letters


def _is_time(tx: Tx) -> bool:
    begun = tx.first(_BEGUN, {"now": tx.now}) is not None
    return begun and mornings.is_working_time(tx.settings, tx.now)


def _readers(tx: Tx, one: Absence) -> dict[str, list[Ticket]]:
    """Who is told of which tickets."""
    found: dict[str, list[Ticket]] = {}
    deputy = absence.deputy_of(tx, one.agent)
    for ticket in _of(tx, one.agent):
        for agent in (deputy,) if deputy else _without_deputy(tx, ticket):
            if digest_scope.may_know(tx, digest_scope.hands_of(tx, agent), ticket):
                found.setdefault(agent, []).append(ticket)
    return found


def _of(tx: Tx, agent: str) -> list[Ticket]:
    """What is in his hands: as the handler, or as the coordinator while nobody handles it."""
    coordinated = (TICKET.c.coordinator == agent) & TICKET.c.assignee.is_(None)
    mine = (TICKET.c.status.in_(UNSETTLED), sa.or_(TICKET.c.assignee == agent, coordinated))
    return tickets.select(tx, *mine, limit=digest_scope.LOOKED_AT, order=digest_scope.FIRST)


def _without_deputy(tx: Tx, ticket: Ticket) -> Iterator[str]:
    group = tx.settings.groups.get(ticket.group or "")
    named = (*(group.members if group else ()), group.coordinator if group else None, ticket.coordinator)
    for agent in dict.fromkeys(named):
        if agent is not None and is_at_work(tx.settings, agent) and not absence.is_away(tx, agent):
            yield agent


def _occasion(tx: Tx, one: Absence, agent: str, those: list[Ticket]) -> Occasion:
    reader = of_agent(tx.settings, agent)
    rows = (line(tx, reader, each) for each in those[:MOST])
    more = max(0, len(those) - MOST)
    first = digest_chapters.chapter(reader, "taken_over", rows, more=more, most=MOST)
    days = (phrases.day_sentence(day).in_language(reader.language) for day in one.days(tx.settings))
    said = zip(("name", "first", "last"), (people.agent_name(tx.settings, one.agent), *days), strict=True)
    key = "digest.standing_in" if absence.deputy_of(tx, one.agent) else "digest.nobody_stands_in"
    return Occasion((), f"{key}.subject", key, tuple(said), tuple(first))
