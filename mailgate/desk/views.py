"""Tickets as CONTRACT 3 shows them: plain JSON values, built from rows. Every key is always there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import parts, people, promised, statements, tickets, unsent
from mailgate.desk.measured import Met, Took, measured
from mailgate.desk.parts import Part
from mailgate.desk.people import Person
from mailgate.desk.tickets import Ticket
from mailgate.desk.unsent import Unsent
from mailgate.rules import nudges
from mailgate.rules.light import light
from mailgate.store.db import Tx
from mailgate.store.tables import Event, Link, MailState, MessageRow, Participant, TicketRow, table_of

TICKET = table_of(TicketRow)
MESSAGE = table_of(MessageRow)
EVENT = table_of(Event)
PARTICIPANT = table_of(Participant)
LINK = table_of(Link)
STATE = table_of(MailState)

Json = dict[str, Any]
_MINUTE = timedelta(minutes=1)
_FILE = ("name", "type", "size", "sha256", "cid", "decoration")
"""What is said of a file of a message: `cid` stands in the words as `[cid:…]`; why it is decoration, or None."""


def when(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None


def person(who: Person | None) -> Json | None:
    """CONTRACT 3, person."""
    if who is None:
        return None
    fields = ("email", "name", "phone", "company", "department", "customer_group", "internal", "language")
    return {name: None if (value := getattr(who, name)) == "" else value for name in fields}


_AS_THEY_ARE = (
    "number",
    "old_number",
    "subject",
    "kind",
    "status",
    "waiting_for",
    "priority",
    "category",
    "channel",
    "source_address",
    "foreign_number",
    "group",
    "assignee",
    "coordinator",
    "level",
    "visible",
    "parent",
    "handling_minutes",
    "solution",
    "rating",
)
_TIMES = (
    "created_at",
    "accepted_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "updated_at",
    "wanted_by",
    "due_at",
    "snoozed_until",
    "waiting_until",
)


def ticket(tx: Tx, one: Ticket) -> Json:
    """CONTRACT 3, ticket."""
    read_along = tx.all(sa.select(PARTICIPANT).where(PARTICIPANT.c.ticket == one.number))
    return {
        **{name: getattr(one, name) for name in _AS_THEY_ARE},
        **{name: when(getattr(one, name)) for name in _TIMES},
        "reporter": person(people.by_id(tx, one.reporter)),
        "end_customer": person(people.by_id(tx, one.end_customer)) if one.end_customer else None,
        "language": one.language,
        "cc": [person(people.by_email(tx, row.who)) for row in read_along if row.role == "cc"],
        "watchers": [row.who for row in read_along if row.role == "watcher"],
        "children": [row.number for row in tx.all(sa.select(TICKET.c.number).where(TICKET.c.parent == one.number))],
        "links": _links(tx, one.number),
        "tags": list(one.tags),
        "deadline": when(one.deadline),
        "closes_at": when(nudges.closes(tx.settings, one)),
        "light": light(one, tx.now),
    }


def ticket_in_full(tx: Tx, one: Ticket) -> Json:
    """`ticket N --json`: the ticket with all that belongs to it but letters, which the outbox adds."""
    messages = tx.all(sa.select(MESSAGE).where(MESSAGE.c.ticket == one.number).order_by(MESSAGE.c.id))
    events = tx.all(sa.select(EVENT).where(EVENT.c.ticket == one.number).order_by(EVENT.c.seq))
    mails = tx.all(sa.select(STATE.c.mail).where(STATE.c.ticket == one.number).order_by(STATE.c.mail))
    return {
        **ticket(tx, one),
        "messages": [message(row) for row in messages],
        "events": [event(row) for row in events],
        "mails": [f"M-{row.mail}" for row in mails],
        "statements": [statement(row) for row in statements.of(tx, one.number)],
        "parts": parts.numbers(tx, one.number),
        "part_states": [part(each) for each in parts.of(tx, one.number, released=True)],
        "not_sent": [not_sent(each) for each in unsent.with_refused(tx, one.number)],
        "deadline_steps": [each.english for each in promised.steps(tx, one)],
        "times": times(tx, one),
    }


def part(one: Part) -> Json:
    """How far a part is."""
    return {
        "number": one.ticket.number,
        "assignee": one.ticket.assignee,
        "group": one.ticket.group,
        "state": str(one.state),
        "hidden": one.hidden,
        "due_at": when(one.ticket.due_at),
        "answered_at": when(one.answered_at),
        "declined_by": one.declined.agent if one.declined else None,
        "why": one.declined.why if one.declined else None,
    }


def times(tx: Tx, one: Ticket) -> Json:
    """How long it took, in whole minutes; `working` is open time of the calendar, less pauses in what was promised."""
    found = measured(tx, one)
    return {
        "calendar": found.calendar,
        "statuses": [{"status": status, **_took(took)} for status, took in found.statuses.items()],
        "first_response": _met(found.first_response),
        "solution": _met(found.solution),
        "handling": {"reported_minutes": one.handling_minutes, **_took(found.handling)},
    }


def _met(one: Met) -> Json:
    return {"due": when(one.due), "at": when(one.at), "kept": one.kept, **_took(one.took)}


def _took(took: Took | None) -> Json:
    if took is None:
        return {"working_minutes": None, "wall_minutes": None}
    return {"working_minutes": round(took.working / _MINUTE), "wall_minutes": round(took.wall / _MINUTE)}


def statement(row: Any) -> Json:
    """CONTRACT 3, statements."""
    return {
        "to": row.to,
        "asked_at": when(row.asked_at),
        "by": when(row.by),
        "state": row.state,
        "answered_at": when(row.answered_at),
        "asked_by": row.asked_by,
        "with_original": row.with_original,
        "letter": f"L-{row.letter}",
    }


def not_sent(one: Unsent) -> Json:
    """An agent's mail that was asked back or refused and has neither been done nor thrown away."""
    return {
        "said": one.said,
        "kind": one.kind,
        "agent": one.agent,
        "mail": f"M-{one.mail}" if one.mail else None,
        "at": when(one.at),
        "commands": list(one.commands),
        "text": one.words,
        "letter": f"L-{one.letter}" if one.letter else None,
        "until": when(one.until),
    }


def message(row: Any) -> Json:
    """CONTRACT 3, message."""
    return {
        "id": row.id,
        "direction": row.direction,
        "purpose": row.purpose,
        "from": row.sender,
        "to": list(row.to),
        "cc": list(row.cc),
        "subject": row.subject,
        "at": when(row.at),
        "text": row.text or row.new_text,
        "new_text": row.new_text,
        "quoted": row.quoted,
        "public": row.public,
        "trust": row.trust,
        "mail": f"M-{row.mail}" if row.mail else None,
        "letter": f"L-{row.letter}" if row.letter else None,
        "message_id": f"<{row.message_id}>" if row.message_id else None,
        "remark": row.remark,
        "attachments": [{name: each.get(name) for name in _FILE} for each in row.attachments],
    }


def event(row: Any) -> Json:
    """CONTRACT 3, event."""
    return {
        "seq": row.seq,
        "at": when(row.at),
        "actor": row.actor,
        "action": row.action,
        "detail": row.detail,
        "mail": f"M-{row.mail}" if row.mail else None,
        "hash": row.hash,
    }


def letter(row: Any) -> Json:
    """CONTRACT 3, letter."""
    return {
        "id": f"L-{row.id}",
        "ticket": row.ticket,
        "template": row.template,
        "to": row.to,
        "envelope_from": row.envelope_from,
        "subject": row.subject,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": when(row.next_at) if row.state == "pending" else None,
        "sent_at": when(row.sent_at),
        "answer": row.answer,
        "message_id": f"<{row.message_id}>",
        "created_at": when(row.created_at),
        "language": row.language,
    }


def _links(tx: Tx, number: int) -> list[Json]:
    """Both ways: who links and who is linked see it."""
    rows = tx.all(sa.select(LINK).where(sa.or_(LINK.c.from_ticket == number, LINK.c.to_ticket == number)))
    return [
        {"kind": row.kind, "number": row.to_ticket if row.from_ticket == number else row.from_ticket} for row in rows
    ]


def overview(tx: Tx, conditions: list[Any], *, limit: int, offset: int) -> tuple[int, list[Json]]:
    """How many tickets fulfil the conditions, and one page of them."""
    total = tx.value(sa.select(sa.func.count()).select_from(TICKET).where(*conditions))
    found = tickets.select(tx, *conditions, limit=limit, offset=offset)
    return int(total or 0), [ticket(tx, each) for each in found]
