"""THE DOOR: the only place where a ticket's state, group, agent or dates change, and where events are written.

Every change is one row updated and one event appended, in the transaction of the mail that caused it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from mailgate.desk import chain, deadlines
from mailgate.desk.retired import without_retired
from mailgate.desk.tickets import OTHERS, Ticket, columns_of, opened
from mailgate.rules import appointments, lifecycle, nudges
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Chain, Event, TicketRow, table_of

TICKET = table_of(TicketRow)
EVENT = table_of(Event)
CHAIN = table_of(Chain)

OPENING_AGAIN = ("reopen", "reporter_reply")
"""What may come long after: who had the ticket then need not be at work any more."""
WITHOUT_TICKET = 0
"""Events of mails without a ticket have a chain of their own."""
ERASED = "erased"
"""The event that names what was taken out of others."""


def record(tx: Tx, ticket: int, actor: str, action: str, **detail: Any) -> None:
    """Append one event. `detail` holds plain values; what is None is left out. A sentence is kept in English, and under
    `…_de` in German, where that says it otherwise."""
    said = {name: _plain(value) for name, value in detail.items() if value is not None}
    said |= {f"{name}_de": value.german for name, value in detail.items() if _is_translated(value)}
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
    heads = tx.once(_heads)
    events, previous = heads.get(ticket) or _head(tx, ticket)
    seq = events + 1
    salt, text = chain.new_salt(), chain.written(detail)
    digest = chain.digest(salt, text)
    nameless = chain.nameless(actor, salt)
    head = chain.link(previous, seq, chain.stamp(tx.now), nameless, action, mail, raw, digest)
    event = {"ticket": ticket, "seq": seq, "at": tx.now, "actor": actor, "action": action, "detail": text}
    tx.later(_EVENT, {**event, "salt": salt, "digest": digest, "mail": mail, "raw": raw, "hash": head})
    tx.later(_HEAD, {"ticket": ticket, "events": seq, "head": head}, instead=ticket)
    heads[ticket] = seq, head
    tx.once(written).append((ticket, seq))


def written(tx: Tx) -> list[tuple[int, int]]:
    """Ticket and seq of each event of this transaction so far, for `tx.once`: in order, less what was undone."""
    return []


def _head(tx: Tx, ticket: int) -> tuple[int, str]:
    if ticket in tx.opened:
        return 0, chain.start(ticket)
    tx.needs_turn()  # what is said of a ticket that others know has its place behind all that was said before
    last = tx.first(_LAST, {"of": ticket})
    return (last.events, last.head) if last else (0, chain.start(ticket))


def _heads(tx: Tx) -> dict[int, tuple[int, str]]:
    """Of the chains written to in this transaction: how many events there are, and the hash of the last."""
    return {}


_LAST = Prepared(sa.select(CHAIN.c.events, CHAIN.c.head).where(CHAIN.c.ticket == sa.bindparam("of")))
_EVENT = Prepared(sa.insert(EVENT))
_HEAD = Upsert(CHAIN, "events", "head", "changed")
_CREATE = Prepared(sa.insert(TICKET))


@cache
def _set(*columns: str) -> Prepared:
    """An update of these columns of a ticket."""
    new: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    return Prepared(sa.update(TICKET).where(TICKET.c.number == sa.bindparam("of")).values(new))


def create(tx: Tx, ticket: Ticket, actor: str, **detail: Any) -> Ticket:
    """A new ticket, with its first event and the moments that follow from what it is."""
    tx.opened.add(ticket.number)
    ticket, _ = _timed(tx, None, ticket)
    before = tx.found(OTHERS, ticket.reporter)
    tx.later(_CREATE, {**columns_of(ticket), "tags": list(ticket.tags)})
    opened(tx, ticket, before)
    record(tx, ticket.number, actor, "created", **detail)
    return ticket


def move(
    tx: Tx,
    ticket: Ticket,
    actor: str,
    action: str,
    *,
    detail: dict[str, Any] | None = None,
    counts_as: str | None = None,
    **columns: Any,
) -> Ticket:
    """Let `action` happen to the ticket: the table of `rules/lifecycle.py` says which status follows. `counts_as`: the
    absent agent whose deputy acts.

    Raises RefusedCommand where the action is impossible in this status.
    """
    if action in OPENING_AGAIN:
        columns = {**without_retired(tx.settings, ticket), **columns}
    accepted = (columns.get(name, getattr(ticket, name)) for name in ("coordinator", "coordinator_accepted_at"))
    status = lifecycle.after(
        action,
        status=ticket.status,
        number=ticket.number,
        assignee=columns.get("assignee", ticket.assignee),
        before=ticket.assignee,
        agent=counts_as or (actor.removeprefix("agent:") if actor.startswith("agent:") else None),
        coordinator_accepted=all(accepted),
        answers_take=tx.settings.answers_take,
    )
    hands = _hands(tx.now, ticket, status, columns.get("assignee", ticket.assignee))
    follows = {"status": status, **_dates(tx.now, ticket, status), **hands, **columns}
    follows |= nudges.asked_anew(action, status, follows.get("waiting_for", ticket.waiting_for), tx.now)
    return apply(tx, ticket, actor, action, detail=detail, **follows)


def apply(
    tx: Tx, ticket: Ticket, actor: str, action: str, *, detail: dict[str, Any] | None = None, **columns: Any
) -> Ticket:
    """Set columns of the ticket and say so in an event; what stays as it was is not mentioned. It has changed now,
    unless `updated_at` says otherwise."""
    updated_at = columns.pop("updated_at", tx.now)
    changed = {name: value for name, value in columns.items() if getattr(ticket, name) != value}
    after, follows = _timed(tx, ticket, replace(ticket, **changed, updated_at=updated_at))
    new = {**changed, **follows}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in new.items()}
    tx.run(_set("updated_at", *values), {"of": ticket.number, **values, "updated_at": updated_at})
    before = {f"{name}_before": getattr(ticket, name) for name in changed if name in _KEPT}
    record(
        tx,
        ticket.number,
        actor,
        action,
        **{name: changed[name] for name in changed if name in _KEPT},
        **{name: value for name, value in before.items() if value is not None},
        **(detail or {}),
    )
    return after


def _timed(tx: Tx, before: Ticket | None, after: Ticket) -> tuple[Ticket, dict[str, Any]]:
    """With the columns that follow from the others, of which the history says nothing, and which of them are new."""
    follows = deadlines.following(tx, before, after)
    after = replace(after, **follows) if follows else after
    look_at = appointments.look_at(tx.settings, before, after, tx.now)
    if look_at != after.look_at:
        after, follows = replace(after, look_at=look_at), {**follows, "look_at": look_at}
    return after, follows


def reckon(tx: Tx, ticket: Ticket, columns: dict[str, Any]) -> None:
    """Another configuration lets it fall due at other moments: nothing has happened to the ticket itself."""
    after = replace(ticket, **columns)
    new = {**columns, "look_at": appointments.look_at(tx.settings, None, after, tx.now)}
    if any(getattr(ticket, name) != value for name, value in new.items()):
        tx.run(_set(*new), {"of": ticket.number, **new})


def look_next(tx: Tx, ticket: Ticket, at: datetime | None) -> Ticket:
    """The clock looks at it next at that moment: nothing has changed by that."""
    if ticket.look_at == at:
        return ticket
    tx.run(_set("look_at"), {"of": ticket.number, "look_at": at})
    return replace(ticket, look_at=at)


def touch(tx: Tx, ticket: int) -> None:
    """Something was said on it: it changed now."""
    tx.run(_set("updated_at"), {"of": ticket, "updated_at": tx.now})


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
    "handling_minutes",
    "snoozed_until",
    "waiting_until",
)
_UNSAID = (
    *("reporter", "end_customer", "accepted_at", "assigned_at", "coordinator_accepted_at"),
    *("first_response_at", "resolved_at", "closed_at"),
)
"""Ids, and dates that follow from what happens: `undoing.py` puts them back, and people are told of them in words."""
_KEPT = frozenset((*_TOLD, *_UNSAID))
_SILENT = frozenset((*_UNSAID, *(f"{name}_before" for name in _UNSAID), "row"))
_NOTHING = (None, "", ())


def _dates(now: datetime, ticket: Ticket, status: str) -> dict[str, Any]:
    """What follows for the dates from entering a status."""
    if status == ticket.status:
        return {}
    return {
        "waiting_for": ticket.waiting_for if status == "waiting" else None,
        "waiting_until": ticket.waiting_until if status == "waiting" else None,
        "resolved_at": now if status == "resolved" else (ticket.resolved_at if status == "closed" else None),
        "closed_at": now if status == "closed" else None,
    }


def _hands(now: datetime, ticket: Ticket, status: str, assignee: str | None) -> dict[str, Any]:
    """What follows from who has it afterwards: whoever gets it sees it, and has been asked now."""
    same = assignee == ticket.assignee
    if same and status in lifecycle.UNSETTLED:
        return {}
    asked = now if assignee and status == "assigned" else None
    return {"snoozed_until": None, "assigned_at": ticket.assigned_at if same else asked}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Sentence):
        return value.english
    return list(value) if isinstance(value, tuple) else value


def _is_translated(value: Any) -> bool:
    return isinstance(value, Sentence) and value.german != value.english


def _sentence(ticket: int, actor: str, action: str, detail: dict[str, Any]) -> str:
    said = [
        f"{name} {_plain(value)}" for name, value in detail.items() if value not in _NOTHING and name not in _SILENT
    ]
    told = ", ".join(said)
    where = f"#{ticket}: " if ticket else ""
    return f"{where}{action.replace('_', ' ')}{f' ({told})' if told else ''} by {actor}"
