"""Statements that were asked for: who was, until when, and what became of it (CONTRACT 3, statements).

Only rows; `asking_others.py` writes the requests, `hearing.py` takes the answers in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, people
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.rules.recipients import Asking, Recipient
from mailgate.rules.statement_dates import reminder_at
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Letter, Statement, table_of

STATEMENT, LETTER = table_of(Statement), table_of(Letter)
_WITHDRAWN = {"state": "withdrawn"}
OPEN = ("asked", "overdue")
"""An answer is still waited for."""
STATES: dict[str, str] = {
    "asked": "an answer is waited for",
    "answered": "it has come",
    "overdue": "an answer is waited for, and the date has passed",
    "withdrawn": "it is not needed any more; if it comes, it is kept all the same",
}

_OF = Prepared(sa.select(STATEMENT).where(STATEMENT.c.ticket == sa.bindparam("ticket")).order_by(STATEMENT.c.id))
_BY_LETTER = Prepared(sa.select(STATEMENT).where(STATEMENT.c.letter == sa.bindparam("letter")))
_TICKET = Prepared(sa.select(LETTER.c.ticket).where(LETTER.c.id == sa.bindparam("letter")))

Row = sa.Row[Any]


def of(tx: Tx, ticket: int) -> list[Row]:
    """All of a ticket, oldest first."""
    return [] if ticket in tx.opened else tx.all(_OF, {"ticket": ticket})


def of_letter(tx: Tx, letter: int | None) -> Row | None:
    """The one that this request asked for, or that this letter reminded of."""
    if letter is None:
        return None
    return tx.first(_BY_LETTER, {"letter": letter}) or _reminded_by(tx, letter)


def _reminded_by(tx: Tx, letter: int) -> Row | None:
    ticket = tx.value(_TICKET, {"letter": letter})
    return next((row for row in of(tx, ticket) if letter in row.reminders), None) if ticket is not None else None


def agents_asked(tx: Tx, ticket: int) -> frozenset[str]:
    """Those of us who were asked: they may see the ticket (CONTRACT 7)."""
    return frozenset(row.agent for row in of(tx, ticket) if row.agent)


def remember(tx: Tx, ticket: Ticket, asking: Asking, asked: Recipient, *, asked_by: str, letter: int) -> None:
    """Somebody was asked."""
    row = {
        "id": tx.new_id(STATEMENT),
        "ticket": ticket.number,
        "to": asked.address,
        "agent": asked.agent,
        "asked_by": asked_by,
        "asked_at": tx.now,
        "by": asking.by,
        "with_original": asking.with_original,
        "letter": letter,
        "mail": tx.mail,
        "state": "asked",
        "reminders": [],
        "look_at": reminder_at(tx.now, asking.by),
    }
    tx.execute(sa.insert(STATEMENT).values(**row))
    tx.opened.discard(ticket.number)
    # As `beside.py` has it: `#undo` puts the row back to what it says here.
    undo = {"in": STATEMENT.name, "key": {"id": row["id"]}, "before": _WITHDRAWN, "after": {"state": "asked"}}
    said = {"to": asked.address, "letter": letter, "by": asking.by, "row": undo}
    change.record(tx, ticket.number, f"agent:{asked_by}", "asked_statement", **said)


def who(tx: Tx, statement: int) -> str:
    """Name or address of whoever was asked."""
    row = tx.first(sa.select(STATEMENT).where(STATEMENT.c.id == statement))
    return name_of(tx, row) if row else ""


def given(tx: Tx, statement: Row, writer: str) -> None:
    """The answer is here, perhaps once more."""
    new = {"state": "answered", "answered_at": statement.answered_at or tx.now}
    tx.execute(sa.update(STATEMENT).where(STATEMENT.c.id == statement.id).values(**new))
    change.record(tx, statement.ticket, f"person:{writer}", "statement", to=statement.to, letter=statement.letter)


def withdraw(tx: Tx, ticket: int, actor: str, mail: int | None = None) -> int:
    """What is still waited for is not needed any more; `mail`: only what that mail asked for. Returns how many."""
    left = [row for row in of(tx, ticket) if row.state in OPEN and mail in (None, row.mail)]
    for row in left:
        tx.execute(sa.update(STATEMENT).where(STATEMENT.c.id == row.id).values(state="withdrawn"))
        undo = {"in": STATEMENT.name, "key": {"id": row.id}, "before": {"state": row.state}, "after": _WITHDRAWN}
        change.record(tx, ticket, actor, "statement_withdrawn", to=row.to, letter=row.letter, row=undo)
    return len(left)


# -- what letters say of them ------------------------------------------------------------------------------------------


def progress(tx: Tx, ticket: int) -> Sentence | None:
    """ "Statements: 1 of 2, missing: expert@elsewhere.example"; None where none was asked for."""
    return _said_of(tx, [row for row in of(tx, ticket) if row.state != "withdrawn"])


def _said_of(tx: Tx, rows: Iterable[Row]) -> Sentence | None:
    known = list(rows)
    if not known:
        return None
    answered = sum(row.state not in OPEN for row in known)
    said = [sentence("change.statements", number=answered, total=len(known))]
    for key, state in (("missing", "asked"), ("overdue", "overdue")):
        if names := ", ".join(name_of(tx, row) for row in known if row.state == state):
            said.append(sentence(f"change.statements.{key}", names=names))
    return joined(said, verbatim(", "))


def name_of(tx: Tx, row: Row) -> str:
    """Name or address of whoever was asked."""
    return people.agent_name(tx.settings, tx.settings.now_called("agent", row.agent)) if row.agent else str(row.to)
