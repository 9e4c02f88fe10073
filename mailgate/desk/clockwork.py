"""The clock of tickets: what has become due on them is done, once, however late anybody looks.

`rules/appointments.py` says when something is due on a ticket, a mark says that it was done for that moment, and the
column `look_at` only says when to look. Each duty stands in a room of its own.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from mailgate import log
from mailgate.desk import auto_close, change, nudging, reminders, tickets, troubles, unanswered, wakes
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.desk.troubles import Seen
from mailgate.errors import PutOff
from mailgate.mail.unlinked import unlinked
from mailgate.mail.words import clean_line
from mailgate.rules.appointments import Appointment, Due, appointments, opening_from
from mailgate.sentence import Sentence
from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import Mark, table_of
from mailgate.store.trouble import is_trouble_of_the_machine

MARK = table_of(Mark)
LOG = log.get("clock")

AT_ONCE: Final = 100
"""Tickets in one transaction, so that no mail waits for long; the next follow with the next look."""
LETTERS_AT_ONCE: Final = 50
"""What has to be written takes longer than what is only looked at."""
LATE: Final = timedelta(hours=1)
"""What could have been said so long ago is not said one by one: each reader gets all of it in one digest."""
A_MOMENT: Final = timedelta(minutes=1)
"""So long a ticket rests whose letter would be one too many for its reader just now."""
TRY_AGAIN: Final = timedelta(minutes=10)
"""So long a ticket rests on which something failed."""
MOST: Final = 20
"""Things done on one ticket at a time; more would be a fault, and without end."""

LONGEST_TRACE: Final = 4000
"""Characters."""
TROUBLE: Final = "ticket"
"""The kind of trouble that it is where something fails."""

_FAILED = Sentence("what was due on #{number} failed: {why}", "was bei #{number} fällig war, schlug fehl: {why}")


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done when an appointment has come."""

    do: Callable[[Tx, Ticket, Due], Ticket]
    """Returns the ticket as it is then. What changes it passes `change.py`, as the actor `clock`."""
    changes: bool = False
    """It changes the ticket so that the appointment is gone: a mark only stops it from coming twice."""
    in_hours: bool = True
    """It is a letter: where the calendar is closed, it waits for the next opening."""
    digested: bool = False
    """Found late, it only owes its readers a digest, and that also while the calendar is closed."""
    instead_of: tuple[str, ...] = ()
    """What need not be said any more where this was."""


DUTIES: Final[dict[str, Duty]] = {
    "snooze": Duty(wakes.out_of_sight_is_over, changes=True, in_hours=False),
    "wait": Duty(wakes.waiting_is_over, changes=True, in_hours=False),
    "auto_close": Duty(auto_close.close, changes=True, in_hours=False, digested=True),
    "coordinator": Duty(unanswered.take_back, changes=True, digested=True, instead_of=("deputy",)),
    "deputy": Duty(unanswered.tell_deputy, digested=True),
    "part_overdue": Duty(unanswered.go_on_without),
    "red": Duty(reminders.red, digested=True, instead_of=("response_late", "yellow", "response_soon")),
    "response_late": Duty(reminders.response_late, digested=True, instead_of=("yellow", "response_soon")),
    "yellow": Duty(reminders.yellow, digested=True, instead_of=("response_soon",)),
    "response_soon": Duty(reminders.response_soon, digested=True),
    "closing_soon": Duty(auto_close.closing_soon, changes=True),
    "nudge": Duty(nudging.nudge, digested=True),
}
"""Name of the appointment → what is done, in this order where several are due: first what changes the ticket, then of
what is said the gravest."""

_DUE = Prepared(
    sa.select(TICKET.c.number)
    .where(TICKET.c.look_at <= sa.bindparam("now"))
    .order_by(TICKET.c.look_at, TICKET.c.number)
    .limit(AT_ONCE)
)
_ANY = Prepared(sa.select(TICKET.c.number).where(TICKET.c.look_at <= sa.bindparam("now")).limit(1))
_MARKS = Prepared(sa.select(MARK).where(MARK.c.ticket == sa.bindparam("ticket")))
_MARK = Upsert(MARK, "times", "due", "at")


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn, and by one look into an index, whether anything is due."""
    return sweep if tx.first(_ANY, {"now": tx.now}) else None


def sweep(tx: Tx) -> int:
    """Do what is due, on the tickets that have waited longest; one that fails does not stop the others. Returns how
    many tickets were looked at."""
    failing = {row.about for row in troubles.standing(tx) if row.kind == TROUBLE}
    found = [row.number for row in tx.all(_DUE, {"now": tx.now})]
    for looked, number in enumerate(found):
        if len(tx.letters) >= LETTERS_AT_ONCE:
            return looked
        try:
            with tx.savepoint():
                visit(tx, tickets.loaded(tx, number))
                if f"#{number}" in failing:
                    troubles.ends(tx, TROUBLE, f"#{number}")
        except PutOff:
            change.look_next(tx, tickets.loaded(tx, number), tx.now + A_MOMENT)
        except Exception as wrong:  # one ticket must not stop the others: it is shown, and tried again
            if is_trouble_of_the_machine(wrong):
                raise
            _failed(tx, number, wrong)
    return len(found)


def visit(tx: Tx, ticket: Ticket) -> Ticket:
    """Do what is due on the ticket, then say when to look at it next."""
    marks = {row.what: _Done(row.due, row.times) for row in tx.all(_MARKS, {"ticket": ticket.number})}
    look = _Look(opening_from(tx.settings, ticket, tx.now), ticket.look_at or tx.now)
    for _ in range(MOST):
        come = {each.name: each.at for each in _open(tx, ticket, marks) if each.at <= tx.now}
        due = _first(tx, ticket, look, come, marks)
        if due is None:
            break
        duty = DUTIES[due.name]
        ticket = duty.do(tx, ticket, due)
        for name in (due.name, *duty.instead_of):
            if name in come:
                _mark(tx, ticket, marks, Appointment(name, come[name]), done=name == due.name)
    else:
        raise RuntimeError(f"there is no end of what is due on ticket {ticket.number}")
    ahead = [max(each.at, look.opens) if each.at <= tx.now else each.at for each in _open(tx, ticket, marks)]
    return change.look_next(tx, ticket, min(ahead, default=None))


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a ticket."""

    opens: datetime
    """From when on letters may go out."""
    since: datetime
    """When it should have been."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A mark."""

    due: datetime
    times: int


def _open(tx: Tx, ticket: Ticket, marks: dict[str, _Done]) -> list[Appointment]:
    """What has come or will come, and was not done yet; in order of time."""
    found = (each for each in appointments(tx.settings, ticket) if each.name in DUTIES)
    return sorted((each for each in found if not _is_done(each, marks.get(each.name), tx.now)), key=lambda it: it.at)


def _is_done(what: Appointment, mark: _Done | None, now: datetime) -> bool:
    """It was done for this moment, or for a later one that has come: what is promised earlier now was said already. A
    mark for a moment to come is one of a clock that was wrong."""
    if mark is None or DUTIES[what.name].changes:
        return mark is not None and mark.due == what.at
    return mark.due == what.at or what.at < mark.due <= now


def _first(tx: Tx, ticket: Ticket, look: _Look, come: dict[str, datetime], marks: dict[str, _Done]) -> Due | None:
    """What is to be done next of what has come, where anything can be done now."""
    for name, duty in DUTIES.items():
        if name not in come:
            continue
        late = opening_from(tx.settings, ticket, max(come[name], look.since)) + LATE < tx.now
        if look.opens <= tx.now or not duty.in_hours or (late and duty.digested):
            times = marks[name].times + 1 if name in marks else 1
            behind = marks[name].due if name in marks and marks[name].due < come[name] else None
            return Due(name, come[name], look.opens, times, behind, late, frozenset(come) - {name})
    return None


def _mark(tx: Tx, ticket: Ticket, marks: dict[str, _Done], what: Appointment, *, done: bool) -> None:
    times = (marks[what.name].times if what.name in marks else 0) + done
    marks[what.name] = _Done(what.at, times)
    tx.run(_MARK, {"ticket": ticket.number, "what": what.name, "times": times, "due": what.at, "at": tx.now})


def still_failing(store: Store, tx: Tx) -> dict[str, Seen]:
    """Tickets on which something failed that is due still; nobody has settled it by hand, such as by closing it."""
    known = {int(row.about[1:]): row for row in troubles.standing(tx) if row.kind == TROUBLE}
    due = sa.select(TICKET.c.number).where(TICKET.c.number.in_(known), TICKET.c.look_at.is_not(None))
    rows = [known[row.number] for row in tx.all(due)] if known else []
    return {row.about: Seen(troubles.said(row), row.since) for row in rows}


def _failed(tx: Tx, number: int, wrong: Exception) -> None:
    """It is said to the admins, and tried again."""
    trace = "".join(traceback.format_exception(wrong))[-LONGEST_TRACE:]
    LOG.error("what was due on a ticket failed", ticket=number, error=trace)
    change.look_next(tx, tickets.loaded(tx, number), tx.now + TRY_AGAIN)
    why = unlinked(clean_line(f"{type(wrong).__name__}: {wrong}", 300)).rstrip(".")
    troubles.begins(tx, TROUBLE, f"#{number}", _FAILED.filled(number=number, why=why))
