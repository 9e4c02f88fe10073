"""When what of a ticket falls due, kept in its row: computed anew whenever something changes that decides about it.

`change.py` asks here with every change. What was promised counts from the ticket's beginning, less all the times in
which its clock stood, so it does not matter in which order things happened; whatever is taken back comes out right.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from mailgate.desk import people
from mailgate.desk.tickets import Ticket
from mailgate.rules import promises
from mailgate.rules.light import DARK, stands
from mailgate.rules.promises import NOTHING, Asked, Moments, Pause
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Standstill, table_of

STANDSTILL = table_of(Standstill)
_PAUSES = Prepared(
    sa.select(STANDSTILL.c.begins, STANDSTILL.c.ends)
    .where(STANDSTILL.c.ticket == sa.bindparam("of"))
    .order_by(STANDSTILL.c.begins)
)
_STOOD = Upsert(STANDSTILL, "ends")

_PROMISING = ("kind", "priority", "reporter", "due_at", "due_set_at")
_DECISIVE = (*_PROMISING, "status", "waiting_for", "first_response_at", "resolved_at", "closed_at")
_promising, _decisive = attrgetter(*_PROMISING), attrgetter(*_DECISIVE)
_MINUTE = timedelta(minutes=1)


def following(tx: Tx, before: Ticket | None, after: Ticket) -> dict[str, Any]:
    """The columns that a change of a ticket brings with it; `before`: None where it is new. Writes down a time in which
    its clock stood when that is over."""
    if before is None:
        return _of_new(tx, after)
    if _decisive(before) == _decisive(after):
        return {}
    since = _stands_since(tx.now, before, after)
    over = _is_over(tx, before, since)
    columns: dict[str, Any] = {"stands_since": since}
    if before.due_at != after.due_at and before.due_set_at == after.due_set_at:
        columns["due_set_at"] = tx.now if after.due_at else None
    # The first answer was promised until it was given: taken back, it is promised again.
    unanswered = before.first_response_at is not None and after.first_response_at is None
    if _promising(before) != _promising(after) or over or unanswered:
        columns |= _moments(tx, after, columns.get("due_set_at", after.due_set_at))
    if before.first_response_at != after.first_response_at:
        columns["response_minutes"] = _minutes(tx, after, after.first_response_at, since)
    if done_at(before) != done_at(after):
        columns["solution_minutes"] = _minutes(tx, after, done_at(after), since)
    return {name: value for name, value in columns.items() if getattr(after, name) != value}


def _of_new(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    columns = _moments(tx, ticket, ticket.created_at) if ticket.due_at or _may_be_promised(tx, ticket) else {}
    if ticket.due_at:
        columns["due_set_at"] = ticket.created_at
    if stands(ticket.status, ticket.waiting_for):
        columns["stands_since"] = tx.now
    return columns


def recounted(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """The columns that are others by the configuration of today."""
    if ticket.due_at is None and not _may_be_promised(tx, ticket) and _kept(ticket) == NOTHING:
        return {}
    columns = _moments(tx, ticket, ticket.due_set_at)
    return {name: value for name, value in columns.items() if getattr(ticket, name) != value}


def pauses(tx: Tx, ticket: Ticket) -> tuple[Pause, ...]:
    """When its clock stood, in order, but for the pause that it is in."""
    if ticket.number in tx.opened:  # time does not pass in a transaction
        return ()
    return tuple((row.begins, row.ends) for row in tx.all(_PAUSES, {"of": ticket.number}))


def asked(tx: Tx, ticket: Ticket) -> Asked:
    """What of it decides about what is promised."""
    group = people.by_id(tx, ticket.reporter).customer_group if tx.settings.promising_groups else None
    return Asked(ticket.kind, ticket.priority, group, ticket.created_at, is_part=ticket.parent is not None)


# -- standing and going on ---------------------------------------------------------------------------------------------


def _stands_since(now: datetime, before: Ticket, after: Ticket) -> datetime | None:
    return before.stands_since or now if stands(after.status, after.waiting_for) else None


def _is_over(tx: Tx, before: Ticket, since: datetime | None) -> bool:
    """Whether its clock goes on now, and not only from a moment to the same one; a clock that was set back makes no
    pause either."""
    if before.stands_since is None or since is not None:
        return False
    if before.stands_since < tx.now:
        tx.later(_STOOD, {"ticket": before.number, "begins": before.stands_since, "ends": tx.now})
    return True


# -- moments -----------------------------------------------------------------------------------------------------------


def _may_be_promised(tx: Tx, ticket: Ticket) -> bool:
    return promises.is_anything_promised(tx.settings, ticket.kind)


def _kept(ticket: Ticket) -> Moments:
    return Moments(ticket.response_due, ticket.solution_due, ticket.yellow_at, ticket.red_at)


def _moments(tx: Tx, ticket: Ticket, due_set_at: datetime | None) -> dict[str, Any]:
    """What is settled stays: the promise of an answer that was given, and all of a ticket that is done."""
    if ticket.status in DARK:
        return {}
    found = NOTHING
    if _may_be_promised(tx, ticket):
        found = promises.moments(tx.settings, asked(tx, ticket), pauses(tx, ticket))
    answered = ticket.first_response_at is not None and ticket.response_due is not None
    columns = {
        "response_due": ticket.response_due if answered else found.response,
        "solution_due": found.solution,
        "yellow_at": found.yellow,
        "red_at": found.red,
    }
    if ticket.due_at:
        set_at = due_set_at or ticket.created_at
        columns["red_at"] = ticket.due_at
        columns["yellow_at"] = promises.yellow_before(tx.settings, ticket.kind, set_at, ticket.due_at)
    return columns


# -- working time ------------------------------------------------------------------------------------------------------


def done_at(ticket: Ticket) -> datetime | None:
    """When it was resolved, or closed without; what is merged lives on elsewhere."""
    return ticket.resolved_at or ticket.closed_at if ticket.status in ("resolved", "closed") else None


def _minutes(tx: Tx, ticket: Ticket, until: datetime | None, since: datetime | None) -> int | None:
    """Working time from its beginning until then, in whole minutes, less the times in which its clock stood."""
    if until is None:
        return None
    stood = (*pauses(tx, ticket), *(((since, until),) if since and since < until else ()))
    calendar = promises.calendar_for(tx.settings, ticket.kind)
    return round(promises.spent(tx.settings, calendar, ticket.created_at, until, stood) / _MINUTE)
