"""Alerts that belong together: the key a rule has found, and the ticket it leads to (`correlate`, CONTRACT 4).

The window runs from the last alert with the key. A resolved ticket is opened again by the next alert; a closed one is
not: the alert opens a new ticket, linked.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from mailgate.desk import change, tickets
from mailgate.desk.tickets import Ticket
from mailgate.rules.correlate import Correlation
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.tables import Correlation as Row
from mailgate.store.tables import table_of

CORRELATION = table_of(Row)

_RESOLVED = Sentence("#{number} is resolved: {rule} says so.", "#{number} ist gelöst: Das sagt {rule}.")
_AGAIN = Sentence(
    "#{number} is open again: the alert came back.", "#{number} ist wieder offen: Die Meldung kam erneut."
)


def ticket_of(tx: Tx, found: Correlation, at: datetime) -> Ticket | None:
    """The ticket of the last alert with this key, where that is not too long ago. `at`: when this one arrived."""
    mine = (CORRELATION.c.rule == found.rule) & (CORRELATION.c.key == found.key)
    within = mine & (CORRELATION.c.at >= at - found.within)
    last = sa.select(CORRELATION.c.ticket).where(within).order_by(CORRELATION.c.at.desc(), CORRELATION.c.id.desc())
    number: int | None = tx.value(last.limit(1))
    return tickets.load(tx, number) if number is not None else None


def is_known(tx: Tx, ticket: Ticket, found: Correlation) -> bool:
    """Has this key of this rule led to the ticket before?"""
    mine = (
        (CORRELATION.c.rule == found.rule) & (CORRELATION.c.key == found.key) & (CORRELATION.c.ticket == ticket.number)
    )
    return tx.first(sa.select(CORRELATION.c.id).where(mine)) is not None


def remember(tx: Tx, ticket: Ticket, found: Correlation, at: datetime) -> None:
    """The next alert with this key belongs to this ticket."""
    mine = (
        (CORRELATION.c.rule == found.rule) & (CORRELATION.c.key == found.key) & (CORRELATION.c.ticket == ticket.number)
    )
    if not tx.execute(sa.update(CORRELATION).where(mine).values(at=at)).rowcount:
        tx.execute(sa.insert(CORRELATION).values(rule=found.rule, key=found.key, ticket=ticket.number, at=at))
    change.record(tx, ticket.number, f"rule:{found.rule}", "correlated", key=found.key)


def settle(tx: Tx, ticket: Ticket, found: Correlation) -> tuple[Ticket, tuple[Sentence, ...]]:
    """What the alert does to the state of its ticket, and what agents are told of it."""
    actor = f"rule:{found.rule}"
    if found.resolves and ticket.is_open and ticket.status != "resolved":
        said = _RESOLVED.filled(number=ticket.number, rule=found.rule)
        return change.move(tx, ticket, actor, "resolve"), (said,)
    if not found.resolves and ticket.status == "resolved":
        return change.move(tx, ticket, actor, "reopen"), (_AGAIN.filled(number=ticket.number),)
    return ticket, ()


def why(found: Correlation) -> str:
    """In words, for the reason of a mail."""
    return f'the key {found.key} of rule "{found.rule}"'
