"""The journal for people: arrivals with what became of them (CONTRACT 3, mail)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa

from mailgate.desk.views import Json, when
from mailgate.store import arrivals, claim
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Arrival, MailState, table_of

ARRIVAL = table_of(Arrival)
STATE = table_of(MailState)
STATES = ("pending", "handled", "held", "failed", "dropped")
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of `mailgate mails`; `sender`, `to`, `subject` are globs or parts of the value."""

    state: str | None = None
    sort: str | None = None
    sender: str | None = None
    to: str | None = None
    subject: str | None = None
    message_id: str | None = None
    since: timedelta | None = None


def mails(store: Store, tx: Tx, asked: Asked) -> list[Json]:
    """The arrivals asked for, oldest first; at most the newest thousand that fit."""
    found: list[Json] = []
    for page in _pages(store, asked, tx.now):
        states = _states(tx, [row.id for row in page])
        found += [one for row in page if _fits(one := mail(store, row, states.get(row.id)), asked)]
        if len(found) >= PAGE:
            break
    return sorted(found[:PAGE], key=lambda one: int(one["id"][2:]))


def one_mail(store: Store, tx: Tx, number: int) -> tuple[Any, Json] | None:
    """The arrival's row and its document, or None."""
    rows = claim.load(store, [number])
    if not rows:
        return None
    return rows[0], mail(store, rows[0], _states(tx, [number]).get(number))


def mail(store: Store, row: Any, state: Any) -> Json:
    """CONTRACT 3, mail."""
    sort = state.sort if state else None
    return {
        "id": f"M-{row.id}",
        "received_at": when(row.received_at),
        "source": "smtp" if row.source == "submission" else row.source,
        "peer": row.peer,
        "envelope_from": row.envelope_from,
        "recipients": list(row.recipients),
        "from": state.sender if state else None,
        "subject": state.subject if state else None,
        "size": row.size,
        "sha256": row.sha256,
        "message_id": f"<{row.message_id}>" if row.message_id else None,
        "state": state.state if state else "pending",
        "sort": sort,
        "reason": state.reason if state else None,
        "ticket": state.ticket if state else None,
        "seen": arrivals.seen(store, row.id),
        "attempts": state.attempts if state else 0,
        "error": state.error if state else None,
        "config_version": state.config_version if state else None,
    }


def counts(store: Store, tx: Tx) -> dict[str, int]:
    """How many arrivals are in which state; accepted is their sum."""
    grouped = sa.select(STATE.c.state, sa.func.count().label("many")).group_by(STATE.c.state)
    by_state = {row.state: row.many for row in tx.all(grouped)}
    accepted = arrivals.count(store)
    known = sum(by_state.values())
    by_state["pending"] = by_state.get("pending", 0) + max(0, accepted - known)
    return {"accepted": accepted, **{state: by_state.get(state, 0) for state in STATES}}


def _pages(store: Store, asked: Asked, now: datetime) -> Any:
    newest: int | None = None
    while True:
        rows = sa.select(ARRIVAL).order_by(ARRIVAL.c.id.desc()).limit(PAGE)
        if newest is not None:
            rows = rows.where(ARRIVAL.c.id < newest)
        if asked.since:
            rows = rows.where(ARRIVAL.c.received_at >= now - asked.since)
        if asked.message_id:
            rows = rows.where(ARRIVAL.c.message_id == asked.message_id.strip("<> "))
        with store.journal.connect().execution_options(read_only=True) as journal:
            page = list(journal.execute(rows).all())
        if not page:
            return
        newest = page[-1].id
        yield page


def _states(tx: Tx, numbers: list[int]) -> dict[int, Any]:
    return {row.mail: row for row in tx.all(sa.select(STATE).where(STATE.c.mail.in_(numbers)))}


def _fits(one: Json, asked: Asked) -> bool:
    if asked.state and one["state"] != asked.state:
        return False
    if asked.sort and one["sort"] != asked.sort:
        return False
    if asked.sender and not (_like(one["envelope_from"], asked.sender) or _like(one["from"] or "", asked.sender)):
        return False
    if asked.subject and not _like(one["subject"] or "", asked.subject):
        return False
    return not asked.to or any(_like(each, asked.to) for each in one["recipients"])


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value.lower(), f"*{pattern.lower()}*")
