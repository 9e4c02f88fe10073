"""THE DOOR: the only place where a ticket's state, group, agent or dates change, and where events are written.

Every change is one row updated and one event appended, in the transaction of the mail that caused it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import chain
from mailgate.desk.tickets import Ticket
from mailgate.rules import lifecycle
from mailgate.store.db import Tx
from mailgate.store.tables import Chain, Event, TicketRow, table_of

TICKET = table_of(TicketRow)
EVENT = table_of(Event)
CHAIN = table_of(Chain)

WITHOUT_TICKET = 0
"""Events of mails without a ticket have a chain of their own."""
ERASED = "erased"
"""The event that names what was taken out of others."""


def record(tx: Tx, ticket: int, actor: str, action: str, **detail: Any) -> None:
    """Append one event. `detail` holds plain values; what is None is left out."""
    said = {name: _plain(value) for name, value in detail.items() if value is not None}
    _append(tx, ticket, actor, action, said, tx.mail, tx.raw)
    tx.effects.append(_sentence(ticket, actor, action, detail))


def erase(tx: Tx, ticket: int, seqs: Collection[int], actor: str, why: str, mail: int | None = None) -> None:
    """Take out what these events say, and name them in one more event. `mail`: the bytes of that mail are gone too."""
    for row in tx.all(sa.select(EVENT).where(EVENT.c.ticket == ticket, EVENT.c.seq.in_(seqs))):
        blank = {"detail": chain.ERASED, "salt": "", "actor": chain.nameless(row.actor, row.salt)}
        tx.execute(sa.update(EVENT).where(EVENT.c.ticket == ticket, EVENT.c.seq == row.seq).values(**blank))
    _append(tx, ticket, actor, ERASED, {"events": sorted(seqs), "why": why}, mail, None)


def _append(
    tx: Tx, ticket: int, actor: str, action: str, detail: dict[str, Any], mail: int | None, raw: str | None
) -> None:
    """One event at the end of the ticket's chain (`chain.py`)."""
    last = tx.first(_LAST, {"of": ticket})
    seq, previous = (last.events + 1, last.head) if last else (1, chain.start(ticket))
    salt, text = chain.new_salt(), chain.written(detail)
    digest = chain.digest(salt, text)
    nameless = chain.nameless(actor, salt)
    head = chain.link(previous, seq, chain.stamp(tx.now), nameless, action, mail, raw, digest)
    # In the order of the text that the digest is of.
    event = {"ticket": ticket, "seq": seq, "at": tx.now, "actor": actor, "action": action, "detail": json.loads(text)}
    tx.execute(_EVENT, {**event, "salt": salt, "digest": digest, "mail": mail, "raw": raw, "hash": head})
    if last:
        tx.execute(_GROWN, {"of": ticket, "events": seq, "head": head})
    else:
        tx.execute(_BEGUN, {"ticket": ticket, "events": seq, "head": head, "changed": True})


# Built once: they run for every event.
_LAST = sa.select(CHAIN.c.events, CHAIN.c.head).where(CHAIN.c.ticket == sa.bindparam("of"))
_EVENT = sa.insert(EVENT)
_BEGUN = sa.insert(CHAIN)
_GROWN = (
    sa.update(CHAIN)
    .where(CHAIN.c.ticket == sa.bindparam("of"))
    .values(events=sa.bindparam("events"), head=sa.bindparam("head"), changed=True)
)


def create(tx: Tx, ticket: Ticket, actor: str, **detail: Any) -> Ticket:
    """A new ticket, with its first event."""
    tx.execute(sa.insert(TICKET).values(**{**asdict(ticket), "tags": list(ticket.tags)}))
    record(tx, ticket.number, actor, "created", **detail)
    return ticket


def move(
    tx: Tx, ticket: Ticket, actor: str, action: str, *, detail: dict[str, Any] | None = None, **columns: Any
) -> Ticket:
    """Let `action` happen to the ticket: the table of `rules/lifecycle.py` says which status follows.

    Raises RefusedCommand where the action is impossible in this status.
    """
    status = lifecycle.after(
        action,
        status=ticket.status,
        number=ticket.number,
        assignee=columns.get("assignee", ticket.assignee),
        before=ticket.assignee,
        agent=actor.removeprefix("agent:") if actor.startswith("agent:") else None,
        coordinator_accepted=ticket.coordinator is not None and ticket.accepted_at is not None,
        answers_take=tx.settings.answers_take,
    )
    follows = {"status": status, **_dates(tx.now, ticket, status), **columns}
    return apply(tx, ticket, actor, action, detail=detail, **follows)


def apply(
    tx: Tx, ticket: Ticket, actor: str, action: str, *, detail: dict[str, Any] | None = None, **columns: Any
) -> Ticket:
    """Set columns of the ticket and say so in an event; what stays as it was is not mentioned."""
    changed = {name: value for name, value in columns.items() if getattr(ticket, name) != value}
    after = replace(ticket, **changed, updated_at=tx.now)
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}
    tx.execute(sa.update(TICKET).where(TICKET.c.number == ticket.number).values(**values, updated_at=tx.now))
    before = {f"{name}_before": getattr(ticket, name) for name in changed if name in _TOLD}
    record(
        tx,
        ticket.number,
        actor,
        action,
        **{name: changed[name] for name in changed if name in _TOLD},
        **{name: value for name, value in before.items() if value is not None},
        **(detail or {}),
    )
    return after


def touch(tx: Tx, ticket: int) -> None:
    """Something was said on it: it changed now."""
    tx.execute(sa.update(TICKET).where(TICKET.c.number == ticket).values(updated_at=tx.now))


_TOLD = (
    "status",
    "waiting_for",
    "priority",
    "category",
    "kind",
    "group",
    "assignee",
    "coordinator",
    "solution",
    "tags",
    "channel",
    "level",
    "visible",
    "wanted_by",
    "due_at",
    "foreign_number",
)


def _dates(now: datetime, ticket: Ticket, status: str) -> dict[str, Any]:
    """What follows for the dates from entering a status."""
    if status == ticket.status:
        return {}
    return {
        "waiting_for": ticket.waiting_for if status == "waiting" else None,
        "resolved_at": now if status == "resolved" else (ticket.resolved_at if status == "closed" else None),
        "closed_at": now if status == "closed" else None,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _sentence(ticket: int, actor: str, action: str, detail: dict[str, Any]) -> str:
    told = ", ".join(f"{name} {_plain(value)}" for name, value in detail.items() if value not in (None, "", ()))
    where = f"#{ticket}: " if ticket else ""
    return f"{where}{action.replace('_', ' ')}{f' ({told})' if told else ''} by {actor}"
