"""`#undo`: the last mail with commands of this agent on this ticket is taken back, whatever the commands were.

What they did stands in the events of that mail: columns of tickets and rows beside them, each with what was before.
What somebody has changed since is not taken back over his head: then nothing is, and it is said who. What has left
stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import beside, change, merging, retired, tickets, undone
from mailgate.desk.beside import RowChange
from mailgate.desk.case import Case
from mailgate.desk.change import EVENT
from mailgate.desk.tickets import LINK, TICKET, Ticket
from mailgate.desk.undone import Undone
from mailgate.desk.withdrawing import Left, waits, withdraw
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import lifecycle
from mailgate.rules.written import Command
from mailgate.store.db import Tx
from mailgate.store.tables import Commanded, PartRow, table_of

COMMANDED, PART = table_of(Commanded), table_of(PartRow)
WITHIN = timedelta(days=7)
MOST_PLAIN = 50
"""So many answers without a command are passed over; they count only as long as they wait (`delivery.hold`)."""
RENAMED = "renamed"
"""Only called otherwise since: the configuration has given up a name."""
_NAMES = {
    "category": "category",
    "kind": "kind",
    "channel": "channel",
    "group": "group",
    "assignee": "agent",
    "coordinator": "agent",
}
_COLUMNS = tuple(each.name for each in fields(Ticket))
_NOT_OF_COLUMNS = ("created", "linked", "unlinked")
"""Events that say something else under the name of a column."""
_TIMES = frozenset(
    column.name for column in TICKET.c if isinstance(getattr(column.type, "impl", column.type), sa.DateTime)
)
_FOLLOWING = frozenset(each for each in _TIMES if each.endswith("_at") and each != "due_at")
"""What follows from the status and is put back with it, whoever caused it."""


@contextmanager
def remembered(case: Case, commands: tuple[Command, ...]) -> Iterator[None]:
    """What happens inside is what these commands do, and can be taken back."""
    before = len(case.tx.once(change.written))
    yield
    events = case.tx.once(change.written)[before:]
    counts = commands or case.tx.settings.delivery.hold.plain  # words that wait can be stopped without any command
    if not counts or not events or any(each.name == "undo" for each in commands):
        return
    values = {
        "ticket": case.ticket.number,
        "agent": case.agent,
        "mail": case.tx.mail,
        "at": case.tx.now,
        "commands": list(dict.fromkeys(each.line for each in commands)),
        "events": [list(each) for each in events],
    }
    case.tx.execute(sa.insert(COMMANDED).values(**values))


def undo(case: Case, args: str) -> None:
    """All of that mail, or nothing of it. Raises RefusedCommand with the reason."""
    last = _last(case)
    done = list(what_it_did(case.tx, last.events))
    for each in done:
        _nobody_else(case, each)
    left = withdraw(case, last.mail, [each.ticket for each in done])
    columns = {each.ticket: back for each in done if (back := back_of(case.tx, each, left))}
    rows = tuple(row for each in reversed(done) for row in reversed(each.rows) if beside.stands(case.tx, row))
    made = [each.ticket for each in done if each.made]
    if not (columns or rows or left.stopped or made):
        raise RefusedCommand(sentence("undo.nothing", number=case.ticket.number, left=left.sentence))
    for number in {case.ticket.number: None, **columns}:
        ticket, back = tickets.loaded(case.tx, number), columns.get(number, {})
        since = _promised_at(case.tx, ticket, back.get("due_at"))
        change.apply(case.tx, ticket, case.actor, "undo", detail=of_mail(last), **back, **since)
    for row in rows:
        beside.put_back(case.tx, row)
    if not left.outside:
        merging.unreleased(case.tx, case.ticket.number, last.at)
    parts = tuple(_unmade(case, number, last) for number in made)
    case.tx.execute(sa.update(COMMANDED).where(COMMANDED.c.id == last.id).values(undone_at=case.tx.now))
    case.ticket = tickets.loaded(case.tx, case.ticket.number)
    undone.tell(case, Undone(tuple(last.commands), columns, rows, left, parts))


def _last(case: Case) -> sa.Row[Any]:
    number = case.ticket.number
    mine = sa.select(COMMANDED).where(COMMANDED.c.ticket == number, COMMANDED.c.agent == case.agent)
    rows = case.tx.all(mine.order_by(COMMANDED.c.id.desc()).limit(MOST_PLAIN))
    last = next((row for row in rows if row.commands or row.undone_at or waits(case.tx, row.mail, number)), None)
    if last is None:
        raise RefusedCommand(sentence("undo.none", number=number))
    if last.undone_at is not None:
        raise RefusedCommand(sentence("undo.already", number=number, lines=undone.named(last.commands)))
    if last.at < case.tx.now - WITHIN:
        raise RefusedCommand(sentence("undo.old", number=number))
    return last


# -- what the mail did -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Did:
    """What it did to one ticket."""

    ticket: int
    last: int
    """Its last event there."""
    before: dict[str, Any] = field(default_factory=dict)
    """Of each column that is another one now."""
    rows: tuple[RowChange, ...] = ()
    made: bool = False
    """It opened this ticket, as a part of another."""


def what_it_did(tx: Tx, events: list[list[int]]) -> Iterator[Did]:
    """Ticket by ticket what these events, [ticket, seq] each, have changed."""
    by_ticket: dict[int, list[int]] = {}
    for ticket, seq in events:
        by_ticket.setdefault(ticket, []).append(seq)
    for ticket, seqs in by_ticket.items():
        if ticket == change.WITHOUT_TICKET:
            continue
        mine = sa.select(EVENT).where(EVENT.c.ticket == ticket, EVENT.c.seq.in_(seqs)).order_by(EVENT.c.seq)
        happened = tx.all(mine)
        before, after = dict[str, Any](), dict[str, Any]()
        for name, old, new in (each for event in happened for each in columns_of_event(event)):
            before.setdefault(name, old)
            after[name] = new
        changed = {name: old for name, old in before.items() if old != after[name]}
        rows = tuple(row for event in happened if (row := beside.of_event(event.detail)))
        made = any(event.action == "created" for event in happened)
        yield Did(ticket, max(seqs), changed, rows, made)


def columns_of_event(event: sa.Row[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Name, value before and value after of each column that an event changed."""
    detail = {} if event.action in _NOT_OF_COLUMNS else event.detail
    for name in _COLUMNS:
        if name in detail or f"{name}_before" in detail:
            yield name, _value(name, detail.get(f"{name}_before")), _value(name, detail.get(name))


def _value(name: str, said: Any) -> Any:
    if said is not None and name in _TIMES:
        return datetime.fromisoformat(said)
    return tuple(said or ()) if name == "tags" else said


# -- what has changed since --------------------------------------------------------------------------------------------


def _nobody_else(case: Case, did: Did) -> None:
    later = sa.select(EVENT).where(EVENT.c.ticket == did.ticket, EVENT.c.seq > did.last, EVENT.c.action != RENAMED)
    for row in case.tx.all(later.order_by(EVENT.c.seq)):
        mine = [name for name, _, _ in columns_of_event(row) if name in did.before or did.made]
        changed = [name for name in mine if name not in _FOLLOWING]
        other = beside.of_event(row.detail)
        same = [each for each in did.rows if other and (each.table, each.key) == (other.table, other.key)]
        if changed or same:
            what = undone.field_of(changed[0]) if changed else undone.BESIDE
            who = undone.who(case, row.actor)
            raise RefusedCommand(sentence("undo.changed", number=did.ticket, name=who, what=what))


# -- taking it back ----------------------------------------------------------------------------------------------------


def back_of(tx: Tx, did: Did, left: Left) -> dict[str, Any]:
    """The columns of the ticket as they have to be; empty where nothing is left to do."""
    ticket = tickets.loaded(tx, did.ticket)
    back = {name: _now(tx, name, value) for name, value in did.before.items()}
    if left.outside:  # what was said was said, and when
        back.pop("first_response_at", None)
    back = {name: value for name, value in back.items() if getattr(ticket, name) != value}
    return back | _without_retired(tx, replace(ticket, **back)) if back else {}


def _promised_at(tx: Tx, ticket: Ticket, due_at: datetime | None) -> dict[str, Any]:
    """A date that comes back was promised when it was first set, not now."""
    if due_at is None:
        return {}
    done = sa.and_(EVENT.c.ticket == ticket.number, EVENT.c.action != "undo")
    rows = tx.all(sa.select(EVENT.c.at, EVENT.c.detail).where(done))
    then = [row.at for row in rows if _value("due_at", row.detail.get("due_at")) == due_at]
    return {"due_set_at": max(then, default=ticket.created_at)}


def _now(tx: Tx, name: str, value: Any) -> Any:
    return tx.settings.now_called(_NAMES[name], value) if value is not None and name in _NAMES else value


def _without_retired(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """Who is not at work any more does not get it back."""
    instead = retired.without_retired(tx.settings, ticket)
    if "assignee" in instead and ticket.status in lifecycle.IN_HANDS:
        accepted = all((ticket.coordinator, ticket.coordinator_accepted_at))
        instead["status"] = lifecycle.after("unassign", status=ticket.status, coordinator_accepted=accepted)
    return instead


def _unmade(case: Case, number: int, last: sa.Row[Any]) -> Ticket:
    """A part that nobody has begun with is none any more, and closed."""
    tx = case.tx
    tx.execute(sa.delete(PART).where(PART.c.ticket == number))
    tx.execute(sa.delete(LINK).where(LINK.c.from_ticket == number, LINK.c.kind == "part"))
    closed = {"status": "closed", "closed_at": tx.now, "parent": None}
    return change.apply(tx, tickets.loaded(tx, number), case.actor, "undo", detail=of_mail(last), **closed)


def of_mail(last: sa.Row[Any]) -> dict[str, Any]:
    """What the event says that takes that mail back."""
    return {"of": f"M-{last.mail}" if last.mail else None, "commands": list(last.commands)}
