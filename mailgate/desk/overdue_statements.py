"""Statements that do not come: whoever was asked is reminded shortly before the date and once behind it, then the
statement is overdue, and whoever asked hears of it. Without a date there is one reminder.

Each row says in `look_at` when it is looked at next. What was missed while nobody looked is one reminder, not two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa

from mailgate import log
from mailgate.desk import change, clock_letters, rights, statement_reminders, statements, tickets
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.retired import is_at_work
from mailgate.desk.statements import STATEMENT, Row
from mailgate.desk.tickets import Ticket
from mailgate.outbox import gate, phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules.appointments import Due, opening_from
from mailgate.sentence import joined, verbatim
from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.workflow_tables import WAITED_FOR

LOG = log.get("clock")
AT_ONCE: Final = 100
LATE: Final = timedelta(hours=1)
A_MOMENT: Final = timedelta(minutes=1)
"""So long a letter waits that would be one too many for its reader just now."""
TRY_AGAIN: Final = timedelta(minutes=10)
AGAIN: Final = timedelta(days=1)
"""Nobody is asked to hurry about what is resolved; it may be opened again."""

_IS_DUE = (WAITED_FOR, STATEMENT.c.look_at <= sa.bindparam("now"))
_DUE = Prepared(sa.select(STATEMENT).where(*_IS_DUE).order_by(STATEMENT.c.look_at, STATEMENT.c.id).limit(AT_ONCE))
_ANY = Prepared(sa.select(STATEMENT.c.id).where(*_IS_DUE).limit(1))


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn, and by one look into an index, whether anything is due."""
    return sweep if tx.first(_ANY, {"now": tx.now}) else None


def sweep(tx: Tx) -> int:
    """Do what is due, ticket by ticket. Returns how many statements were looked at."""
    due = sorted(tx.all(_DUE, {"now": tx.now}), key=lambda row: (row.ticket, row.id))
    for number, group in groupby(due, key=lambda row: row.ticket):
        rows = list(group)
        try:
            with tx.savepoint():
                _visit(tx, tickets.loaded(tx, number), rows)
        except Exception as wrong:  # one ticket must not stop the others: it is tried again
            if is_trouble_of_the_machine(wrong):
                raise
            LOG.exception("reminding of statements failed", ticket=number)
            _look_next(tx, rows, tx.now + TRY_AGAIN)
    return len(due)


def _visit(tx: Tx, asked: Ticket, rows: list[Row]) -> None:
    """`asked`: the ticket they were asked about, which may live on in another."""
    ticket = tickets.living(tx, asked)
    if not ticket.is_open:  # what comes now is kept, and nobody waits for it
        _look_next(tx, rows, None)
        return
    over = [row for row in rows if row.by is not None and row.by <= tx.now]
    for row in (row for row in over if row.state == "asked"):
        _set(tx, row, state="overdue")
        change.record(tx, row.ticket, clock_letters.ACTOR, "statement_overdue", to=row.to, by=row.by)
    opens = tx.now + AGAIN if ticket.status == "resolved" else opening_from(tx.settings, ticket, tx.now)
    if opens <= tx.now and any(gate.is_a_moment_too_early(tx, row.to) for row in rows):
        opens = tx.now + A_MOMENT
    if opens > tx.now:
        for row in rows:
            ends = row.by if row.by and row.by > tx.now else opens
            _look_next(tx, [row], min(opens, ends))
        return
    for row in rows:
        statement_reminders.send(tx, asked, row, overdue=row in over)
        _look_next(tx, [row], None if row in over else row.by)
    _tell_those_who_asked(tx, ticket, over)


def _tell_those_who_asked(tx: Tx, ticket: Ticket, over: list[Row]) -> None:
    """One letter for each, whoever is missing."""
    for asked_by, group in groupby(sorted(over, key=lambda row: row.asked_by), key=lambda row: row.asked_by):
        rows, zone = list(group), tx.settings.site.timezone
        said = joined(
            (
                sentence(
                    "silence.statement", name=statements.name_of(tx, row), date=phrases.when_sentence(row.by, zone)
                ).whole
                for row in rows
            ),
            verbatim(" "),
        )
        since = opening_from(tx.settings, ticket, max(row.by for row in rows))
        due = Due("statement", rows[-1].by, tx.now, late=since + LATE < tx.now)
        told = clock_letters.tell(tx, ticket, due, "reminder", _readers(tx, ticket, asked_by), why=said)
        names = [row.to for row in rows]
        change.record(tx, ticket.number, clock_letters.ACTOR, "reminded", to=sorted(told), missing=names)


def _readers(tx: Tx, ticket: Ticket, asked_by: str) -> Iterable[Reader]:
    """Whoever asked, where he is still here and may see it; else whoever is usually reminded."""
    agent = tx.settings.now_called("agent", asked_by)
    if agent and is_at_work(tx.settings, agent) and rights.sees(tx, agent, ticket):
        return (of_agent(tx.settings, agent),)
    return clock_letters.usual(tx, ticket, "reminder")


def _look_next(tx: Tx, rows: Iterable[Row], at: datetime | None) -> None:
    for row in rows:
        _set(tx, row, look_at=at)


def _set(tx: Tx, row: Row, **columns: Any) -> None:
    tx.execute(sa.update(STATEMENT).where(STATEMENT.c.id == row.id).values(**columns))
