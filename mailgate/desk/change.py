"""THE DOOR: the only place where a ticket's state, group, agent or dates change, and where events are written.

Every change is one row updated and one event appended, in the transaction of the mail that caused it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk.tickets import Ticket
from mailgate.rules import lifecycle
from mailgate.store.db import Tx
from mailgate.store.tables import Event, TicketRow, table_of

TICKET = table_of(TicketRow)
EVENT = table_of(Event)

WITHOUT_TICKET = 0
"""Events of mails without a ticket have a chain of their own."""


def record(tx: Tx, ticket: int, actor: str, action: str, **detail: Any) -> None:
    """Append one event. `detail` holds plain values; what is None is left out."""
    last = tx.value(sa.select(sa.func.max(EVENT.c.seq)).where(EVENT.c.ticket == ticket)) or 0
    tx.execute(
        sa.insert(EVENT).values(
            ticket=ticket,
            seq=last + 1,
            at=tx.now,
            actor=actor,
            action=action,
            detail={name: _plain(value) for name, value in detail.items() if value is not None},
            mail=tx.mail,
        )
    )
    tx.effects.append(_sentence(ticket, actor, action, detail))


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
