"""`#show` and `#history`: what was said on a ticket, and what happened to it, in words for an agent who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import conversation, people, showing
from mailgate.desk.audience import Reader
from mailgate.desk.tickets import Ticket
from mailgate.outbox import happenings
from mailgate.outbox.view import SaidLine
from mailgate.outbox.view_lines import HappenedLine
from mailgate.settings.model import Settings
from mailgate.settings.scalars import in_language
from mailgate.store.db import Tx
from mailgate.store.tables import Event, MessageRow, table_of

MESSAGE = table_of(MessageRow)
EVENT = table_of(Event)
MOST_SAID = 20
MOST_HAPPENED = 100
_AGENTS = ("instead_of", "stands_in_for")
"""Ids of agents, or the address of whoever was the reporter."""
LONGEST = 4000
"""Characters of one message; the rest stands in the ticket."""


def said(tx: Tx, reader: Reader, ticket: Ticket) -> tuple[tuple[SaidLine, ...], int]:
    """The newest messages, the newest first, and how many there are besides."""
    of_ticket = MESSAGE.c.ticket == ticket.number
    total = int(tx.value(sa.select(sa.func.count()).select_from(MESSAGE).where(of_ticket)) or 0)
    rows = tx.all(sa.select(MESSAGE).where(of_ticket).order_by(MESSAGE.c.id.desc()).limit(MOST_SAID))
    return tuple(_said(tx, reader, row) for row in rows), total - len(rows)


def _said(tx: Tx, reader: Reader, row: Any) -> SaidLine:
    files = conversation.of_json(row.attachments)
    words = row.new_text or (row.text if row.purpose == "report" else "")
    return SaidLine(
        writer=_writer(tx, row),
        at=showing.when(tx.settings, row.at, reader.language),
        what=happenings.purpose_words(row.purpose, reader.language, public=row.public),
        words=words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()} …",
        files=showing.file_lines(files, (), reader.language),
    )


def _writer(tx: Tx, row: Any) -> str:
    """An agent's name, else the name of whoever wrote, else his address."""
    agent = row.author.removeprefix("agent:") if row.author.startswith("agent:") else None
    if agent is not None:
        return people.agent_name(tx.settings, agent)
    person = people.by_email(tx, row.sender)
    return person.shown if person else str(row.sender)


def happened(tx: Tx, reader: Reader, ticket: Ticket) -> tuple[tuple[HappenedLine, ...], int]:
    """The newest events in their order, without the letters to ourselves, and how many older ones there are."""
    mine = sa.and_(EVENT.c.ticket == ticket.number, EVENT.c.action.not_in(happenings.UNTOLD))
    total = int(tx.value(sa.select(sa.func.count()).select_from(EVENT).where(mine)) or 0)
    rows = tx.all(sa.select(EVENT).where(mine).order_by(EVENT.c.seq.desc()).limit(MOST_HAPPENED))
    lines = (_happened(tx, reader, row) for row in reversed(rows))
    return tuple(lines), total - len(rows)


def _happened(tx: Tx, reader: Reader, row: Any) -> HappenedLine:
    language = reader.language
    changes = tuple(_changes(tx.settings, row.detail, language))
    detail = {name: _named(tx.settings, name, value) for name, value in row.detail.items()}
    text = happenings.event_words(row.action, _actor(tx, row.actor, language), changes, detail, language)
    return HappenedLine(showing.when(tx.settings, row.at, language), text)


def _actor(tx: Tx, actor: str, language: str) -> str:
    """Who it was, as people call him: an agent's name, an address, the name of a rule; the reporter, the clock."""
    kind, _, name = actor.partition(":")
    if kind == "agent":
        return people.agent_name(tx.settings, name)
    return happenings.actor_words(_called(tx.settings, name) or kind, language)


def _called(settings: Settings, address: str) -> str:
    """One of us by his name, anybody else as he stands there (CONTRACT 5)."""
    return people.agent_name(settings, settings.agent_at(address)) or address


def _named(settings: Settings, name: str, value: Any) -> Any:
    """What an event says of people, in names."""
    if name in _AGENTS and value in settings.agents:
        return people.agent_name(settings, value)
    if isinstance(value, list):
        return [_named(settings, name, each) for each in value]
    return _called(settings, value) if isinstance(value, str) and "@" in value else value


def _changes(settings: Settings, detail: dict[str, Any], language: str) -> Iterator[str]:
    """`status: new → in progress`, for each column that the event changed."""
    for column, label in happenings.COLUMNS.items():
        if column in detail or f"{column}_before" in detail:
            before, after = (
                _value(settings, column, detail.get(each), language) for each in (f"{column}_before", column)
            )
            yield happenings.change_words(label, before, after, language)


def _value(settings: Settings, column: str, value: Any, language: str) -> str:
    if value in (None, "", []):
        return ""
    if column in ("assignee", "coordinator"):
        return people.agent_name(settings, value)
    if column == "group":
        group = settings.groups.get(value)
        return in_language(group.name, language) if group else str(value)
    if column == "category":
        node = settings.category_nodes.get(value)
        return node.title(language) if node else str(value)
    if column in ("due_at", "wanted_by", "snoozed_until", "waiting_until"):
        return showing.when(settings, datetime.fromisoformat(value), language)
    return happenings.value_words(column, value, language)
