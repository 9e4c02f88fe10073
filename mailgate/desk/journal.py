"""The journal for people: arrivals with what became of them (CONTRACT 3, mail)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
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

# Neither the bytes of a mail nor the document of its decision: a list would read gigabytes to show lines.
_ARRIVALS = sa.select(*(column for column in ARRIVAL.c if column.name != "raw"))
_STATES = sa.select(*(column for column in STATE.c if column.name != "decision"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of `mailgate mails`; `sender`, `to`, `subject` are globs or parts of the value."""

    state: str | None = None
    sort: str | None = None
    sender: str | None = None
    to: str | None = None
    subject: str | None = None
    message_id: str | None = None
    since: datetime | None = None
    behind: int = 0
    """Only arrivals with a larger number."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is left of an arrival that is not in the journal any more."""

    id: int
    recipients: tuple[str, ...] = ()
    received_at = source = peer = envelope_from = size = sha256 = message_id = None


def search(store: Store, tx: Tx, asked: Asked) -> tuple[int, list[Json]]:
    """How many arrivals fit, and the newest thousand of them, oldest first."""
    total, found = 0, list[tuple[Any, Any]]()
    for row, state in _newest_first(store, tx, asked):
        if _fits(row, state, asked):
            total += 1
            if len(found) < PAGE:
                found.append((row, state))
            elif asked == Asked():
                total = arrivals.count(store)
                break
    seen = arrivals.seen(store, [row.id for row, _ in found])
    return total, [mail(row, state, seen[row.id]) for row, state in reversed(found)]


def one_mail(store: Store, tx: Tx, number: int) -> tuple[Any, Json] | None:
    """The arrival's row and its document; None instead of the row where an older journal lacks it, and None for what
    nobody has ever known."""
    rows, state = claim.load(store, [number]), _states(tx, [number]).get(number)
    if rows:
        return rows[0], mail(rows[0], state, arrivals.seen(store, [number])[number])
    return (None, mail(Missing(number), state, 0)) if state else None


def mail(row: Any, state: Any, seen: int) -> Json:
    """CONTRACT 3, mail: an arrival, its state row or None, and how often it came."""
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
        "state": _state_of(state),
        "sort": sort,
        "reason": state.reason if state else None,
        "ticket": state.ticket if state else None,
        "seen": seen,
        "attempts": state.attempts if state else 0,
        "error": state.error if state else None,
        "config_version": state.config_version if state else None,
    }


def counts(store: Store, tx: Tx) -> dict[str, int]:
    """How many mails are in which state; accepted is their sum."""
    grouped = sa.select(STATE.c.state, sa.func.count().label("many")).group_by(STATE.c.state)
    by_state = {row.state: row.many for row in tx.all(grouped)}
    by_state["pending"] = by_state.get("pending", 0) + claim.count_new(store, tx)
    return {"accepted": sum(by_state.values()), **{state: by_state.get(state, 0) for state in STATES}}


def waiting_since(store: Store, tx: Tx) -> datetime | None:
    """When the oldest pending mail arrived; None where none waits, or where a journal older than the desk lacks it."""
    touched = tx.value(sa.select(sa.func.min(STATE.c.mail)).where(STATE.c.state == "pending"))
    untouched = claim.next_new(store, tx)
    oldest = min((mail for mail in (touched, untouched) if mail is not None), default=None)
    found = claim.load(store, [oldest] if oldest is not None else [])
    return found[0].received_at if found else None


def _newest_first(store: Store, tx: Tx, asked: Asked) -> Iterator[tuple[Any, Any]]:
    """Every arrival that the journal's own filters leave, with its state row or None."""
    newest: int | None = None
    while page := _page(store, asked, newest):
        states = _states(tx, [row.id for row in page])
        yield from ((row, states.get(row.id)) for row in page)
        newest = page[-1].id


def _page(store: Store, asked: Asked, newest: int | None) -> list[sa.Row[Any]]:
    rows = _ARRIVALS.order_by(ARRIVAL.c.id.desc()).limit(PAGE)
    if newest is not None:
        rows = rows.where(ARRIVAL.c.id < newest)
    if asked.behind:
        rows = rows.where(ARRIVAL.c.id > asked.behind)
    if asked.since:
        rows = rows.where(ARRIVAL.c.received_at >= asked.since)
    if asked.message_id:
        rows = rows.where(ARRIVAL.c.message_id == asked.message_id.strip("<> "))
    return arrivals.select(store, rows)


def _states(tx: Tx, numbers: list[int]) -> dict[int, Any]:
    return {row.mail: row for row in tx.all(_STATES.where(STATE.c.mail.in_(numbers)))}


def _state_of(state: Any) -> str:
    return state.state if state else "pending"


def _fits(row: Any, state: Any, asked: Asked) -> bool:
    if asked.state and _state_of(state) != asked.state:
        return False
    if asked.sort and (state is None or state.sort != asked.sort):
        return False
    sender, subject = (state.sender, state.subject) if state else (None, None)
    if asked.sender and not (like(row.envelope_from, asked.sender) or like(sender or "", asked.sender)):
        return False
    if asked.subject and not like(subject or "", asked.subject):
        return False
    return not asked.to or any(like(each, asked.to) for each in row.recipients)


def like(value: str, pattern: str) -> bool:
    """A glob where it holds * or ?, else a part; brackets are letters: `[#1042]` is what people look for."""
    return fnmatchcase(value.casefold(), f"*{pattern.casefold().replace('[', '[[]')}*")


def addresses(row: Any) -> set[str]:
    """Sender and recipients of what came or was turned away, in lower case; recipients with and without their +tag."""
    to = {each.lower() for each in row.recipients}
    return {
        (row.envelope_from or "").lower(),
        *to,
        *(f"{each.partition('+')[0]}@{each.rpartition('@')[2]}" for each in to if "+" in each),
    }
