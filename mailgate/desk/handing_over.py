"""`#handover WHO`: all open tickets of an agent go to another one or to a group, some at a time, each with its event.

The first of them go with the mail itself, the others by the clock; when all have gone, whoever has them now gets one
letter that lists them. What waits or is solved only changes hands; what is to be worked on has to be accepted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.desk import absence, change, entrusting, tickets
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import OPEN, TICKET, Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import Value, say, sentence
from mailgate.outbox.view import Effect
from mailgate.rules import arguments
from mailgate.rules.arguments import spoken
from mailgate.store.db import Tx
from mailgate.store.tables import Commanded, table_of
from mailgate.store.tables import Handover as HandoverRow

HANDOVER, COMMANDED = table_of(HandoverRow), table_of(Commanded)
AT_ONCE = 100
"""Tickets that change hands in one transaction."""
NAMED = 20
"""Tickets that the confirmation names, each with its undo."""
ONLY_CHANGE_HANDS = ("waiting", "answered", "resolved")


@dataclass(frozen=True, slots=True)
class _Way:
    """Whose tickets, and where they go."""

    agent: str
    receiver: str
    is_group: bool


def hand_over(tx: Tx, mail: AgentMail, args: str, words: str) -> tuple[Effect, ...]:
    """My open tickets to somebody of us: to his deputy where he is away."""
    way = _way(tx, mail.agent, args)
    if running := tx.first(sa.select(HANDOVER).where(HANDOVER.c.agent == mail.agent)):
        name = _name(tx, _Way(running.agent, running.receiver, running.is_group))
        raise RefusedCommand(sentence("refused.handover.runs", name=name))
    total = _left(tx, way)
    if not total:
        raise RefusedCommand(sentence("refused.handover.none"))
    row = {"agent": way.agent, "receiver": way.receiver, "is_group": way.is_group, "words": words, "moved": []}
    tx.execute(sa.insert(HANDOVER).values(**row, at=tx.now))
    change.record(tx, change.WITHOUT_TICKET, f"agent:{mail.agent}", "handover", to=way.receiver, tickets=total)
    moved = _step(tx, tx.first(sa.select(HANDOVER).where(HANDOVER.c.agent == mail.agent)))
    return tuple(_effects(tx, mail, way, moved, total))


def go_on(tx: Tx) -> int:
    """A job: the next tickets of one handover; returns how many have gone."""
    row = tx.first(sa.select(HANDOVER).order_by(HANDOVER.c.id).limit(1))
    if row is None:
        return 0
    if not _is_there(tx, row):
        tx.execute(sa.delete(HANDOVER).where(HANDOVER.c.id == row.id))
        why = f"{row.receiver} is no longer active"
        change.record(tx, change.WITHOUT_TICKET, "clock", "refused", command="handover", agent=row.agent, why=why)
        return 0
    before = len(tx.once(change.written))
    moved = _step(tx, row)
    _remember(tx, row, tx.once(change.written)[before:])
    return len(moved)


def _remember(tx: Tx, row: Any, events: Sequence[tuple[int, int]]) -> None:
    """What the clock hands over belongs to the mail that said so, and is taken back with it."""
    mine = (COMMANDED.c.ticket == change.WITHOUT_TICKET, COMMANDED.c.agent == row.agent, COMMANDED.c.at == row.at)
    said = tx.first(sa.select(COMMANDED).where(*mine))
    if said is not None:
        more = [*said.events, *map(list, events)]
        tx.execute(sa.update(COMMANDED).where(COMMANDED.c.id == said.id).values(events=more))


def _is_there(tx: Tx, row: Any) -> bool:
    groups = tx.settings.groups
    return (
        (row.receiver in groups and groups[row.receiver].active)
        if row.is_group
        else is_at_work(tx.settings, row.receiver)
    )


def _way(tx: Tx, agent: str, args: str) -> _Way:
    who = arguments.who(tx.settings, args)
    if who.kind == "address":
        raise RefusedCommand(sentence("refused.group_only"))
    if who.kind == "group":
        return _Way(agent, who.value, is_group=True)
    present = absence.present(tx, who.value)
    if present is None:
        raise RefusedCommand(absence.nobody_there(tx, who.value))
    if present == agent:
        raise RefusedCommand(sentence("refused.handover.self"))
    return _Way(agent, present, is_group=False)


def _mine(way: _Way) -> Any:
    """What is his: as a handler, and, where somebody can take that over, as a coordinator."""
    roles = TICKET.c.assignee == way.agent
    if not way.is_group:
        roles = sa.or_(roles, TICKET.c.coordinator == way.agent)
    return roles & TICKET.c.status.in_(OPEN)


def _left(tx: Tx, way: _Way) -> int:
    return int(tx.value(sa.select(sa.func.count()).select_from(TICKET).where(_mine(way))) or 0)


def _step(tx: Tx, row: Any) -> list[Ticket]:
    """Some of the tickets; with the last of them the letter."""
    way = _Way(row.agent, row.receiver, row.is_group)
    found = tickets.select(tx, _mine(way), limit=AT_ONCE, order=(TICKET.c.number,))
    moved = [_moved(tx, way, each) for each in found]
    numbers = [*row.moved, *(each.number for each in moved)]
    if _left(tx, way):
        tx.execute(sa.update(HANDOVER).where(HANDOVER.c.id == row.id).values(moved=numbers))
    else:
        tx.execute(sa.delete(HANDOVER).where(HANDOVER.c.id == row.id))
        _tell(tx, way, row.words, numbers)
    return moved


def _moved(tx: Tx, way: _Way, ticket: Ticket) -> Ticket:
    actor = f"agent:{way.agent}"
    if ticket.coordinator == way.agent and not way.is_group:
        new = {"coordinator": way.receiver, "coordinator_accepted_at": None}
        ticket = change.move(tx, ticket, actor, "coordinator", detail={"handover": True}, **new)
    if ticket.assignee != way.agent:
        return ticket
    columns = {"assignee": None, "group": way.receiver} if way.is_group else {"assignee": way.receiver}
    if ticket.status in ONLY_CHANGE_HANDS:
        return change.apply(tx, ticket, actor, "handover", assigned_at=None, **columns)
    action = "assign_group" if way.is_group else "assign"
    return change.move(tx, ticket, actor, action, detail={"handover": True}, **columns)


def _tell(tx: Tx, way: _Way, words: str, numbers: Sequence[int]) -> None:
    """One letter to whoever has them now, or one to each member of the group."""
    listed = [each for number in numbers[: entrusting.MOST] if (each := tickets.load(tx, number))]
    name = tx.settings.agents[way.agent].name if way.agent in tx.settings.agents else way.agent
    key = "change.handover.one" if len(numbers) == 1 else "change.handover"
    said = sentence(key, name=name, count=len(numbers), number=numbers[0])
    members = tx.settings.groups[way.receiver].members if way.is_group else (way.receiver,)
    for agent in dict.fromkeys(absence.present(tx, each) for each in members):
        if agent is not None and agent != way.agent and is_at_work(tx.settings, agent):
            entrusting.tell(
                tx, agent, way.agent, said, about="entrusted", words=words, listed=listed, total=len(numbers)
            )


def _effects(tx: Tx, mail: AgentMail, way: _Way, moved: Sequence[Ticket], total: int) -> list[Effect]:
    rest = total > len(moved)
    key = "done.handover.rest" if rest else "done.handover.one" if total == 1 else "done.handover"
    text = say(key, mail.language, count=total, moved=len(moved), name=_name(tx, way))
    found = [Effect(text, spoken("#undo").in_language(mail.language))]
    for each in moved[:NAMED]:
        line = say("done.handover.ticket", mail.language, number=each.number, subject=each.subject)
        take = spoken("#take").in_language(mail.language).removeprefix("#")
        found.append(Effect(line, f"#{each.number} {take}"))
    if total > NAMED:
        found.append(Effect(say("done.handover.more", mail.language, count=total - NAMED)))
    return found


def _name(tx: Tx, way: _Way) -> Value:
    settings = tx.settings
    return settings.groups[way.receiver].name if way.is_group else settings.agents[way.receiver].name
