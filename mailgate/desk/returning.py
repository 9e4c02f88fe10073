"""Who is back from an absence, and what happened meanwhile: his tickets that have changed, and who answered for him."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, digest_chapters, digest_scope, people, showing, tickets
from mailgate.desk.absence import ABSENCE, Absence
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.digest_letter import Occasion
from mailgate.desk.overview import line
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import say
from mailgate.outbox.view import TicketLine
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Event, MessageRow, table_of

MESSAGE, EVENT = table_of(MessageRow), table_of(Event)
LOOKED_AT = 200
"""Tickets that changed meanwhile."""
_OVER = Prepared(
    sa.select(ABSENCE)
    .where(ABSENCE.c.ends <= sa.bindparam("now"), ABSENCE.c.returned_at.is_(None))
    .order_by(ABSENCE.c.begins)
)


def back(tx: Tx) -> dict[str, tuple[Absence, ...]]:
    """Whose absences are over, and he was not told yet what happened; he may be away once more."""
    found = defaultdict[str, list[Absence]](list)
    for row in tx.all(_OVER, {"now": tx.now}):
        found[row.agent].append(absence.of_row(row))
    return {agent: tuple(those) for agent, those in found.items()}


def told(tx: Tx, those: Iterable[Absence]) -> None:
    """He knows now."""
    if numbers := [each.id for each in those]:
        tx.execute(sa.update(ABSENCE).where(ABSENCE.c.id.in_(numbers)).values(returned_at=tx.now))


def occasion(tx: Tx, agent: str, those: tuple[Absence, ...]) -> Occasion:
    """His digest, with what happened on top."""
    reader = of_agent(tx.settings, agent)
    first = digest_chapters.chapter(reader, "meanwhile", _meanwhile(tx, reader, those))
    said = tuple((name, day.in_language(reader.language)) for name, day in _days(tx, those))
    roles = tx.settings.digest.to or ("assignee", "coordinator")
    return Occasion(roles, "digest.back.subject", "digest.back", said, tuple(first))


def _days(tx: Tx, those: tuple[Absence, ...]) -> Iterator[tuple[str, Any]]:
    """First and last day; who ends an absence on its first day was away on that one."""
    first, last = those[0].days(tx.settings)[0], max(each.days(tx.settings)[1] for each in those)
    yield from (("first", phrases.day_sentence(first)), ("last", phrases.day_sentence(max(first, last))))


def _meanwhile(tx: Tx, reader: Reader, those: tuple[Absence, ...]) -> Iterator[TicketLine]:
    """The newest change first; with what others of us answered, else with when it changed."""
    begins, hands = those[0].begins, digest_scope.hands_of(tx, reader.person)
    changed = list(_changed(tx, reader.person, hands, begins))
    answers = _answers(tx, reader.person, [each.number for each in changed], begins)
    for ticket in changed:
        if not digest_scope.may_know(tx, hands, ticket):
            continue
        said = answers.get(ticket.number)
        when = showing.when(tx.settings, said[1] if said else ticket.updated_at, reader.language)
        name = people.agent_name(tx.settings, said[0]) if said else None
        words = say("digest.answered" if said else "digest.changed", reader.language, name=name, when=when)
        yield replace(line(tx, reader, ticket), due=words)


def _changed(tx: Tx, agent: str, hands: digest_scope.Hands, begins: datetime) -> Iterator[Ticket]:
    """His own, and what was his when he went."""
    since = TICKET.c.updated_at >= begins
    own = tickets.select(tx, since, (TICKET.c.assignee == agent) | (TICKET.c.coordinator == agent), limit=LOOKED_AT)
    others = TICKET.c.group.in_(hands.member_of | hands.coordinates) & TICKET.c.assignee.is_distinct_from(agent)
    found = {each.number: each for each in tickets.select(tx, since, others, limit=LOOKED_AT)}
    left = _was_his(tx, agent, list(found), begins)
    known = {each.number: each for each in chain(own, (found[number] for number in left))}
    yield from sorted(known.values(), key=lambda each: (each.updated_at, each.number), reverse=True)


def _was_his(tx: Tx, agent: str, numbers: list[int], begins: datetime) -> set[int]:
    rows = tx.all(sa.select(EVENT.c.ticket, EVENT.c.detail).where(EVENT.c.ticket.in_(numbers), EVENT.c.at >= begins))
    return {row.ticket for row in rows if row.detail.get("assignee_before") == agent}


def _answers(tx: Tx, agent: str, numbers: list[int], begins: datetime) -> dict[int, tuple[str, datetime]]:
    """Of each ticket who of us spoke last, and when; not he himself."""
    said = (MESSAGE.c.ticket.in_(numbers), MESSAGE.c.at >= begins, MESSAGE.c.direction == "out")
    rows = tx.all(sa.select(MESSAGE.c.ticket, MESSAGE.c.author, MESSAGE.c.at).where(*said).order_by(MESSAGE.c.id))
    others = ((row.ticket, row.author.partition("agent:")[2], row.at) for row in rows)
    return {number: (who, at) for number, who, at in others if who and who != agent}
