"""The breaker between us and one mailbox: two robots that answer each other fall silent, and it closes again by itself.

It opens where the mails of a mailbox repeat themselves and each comes as a reaction to our letter (`rules/rhythm.py`).
Then no automatic letter goes there for an hour, twice as long each time it goes on; tickets are opened all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.outbox.budgets import SENT
from mailgate.rules.rhythm import REPEATED, Heard, robot
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions, as_row
from mailgate.store.tables import Letter, MessageRow, Paused, table_of

PAUSED, LETTER, MESSAGE = table_of(Paused), table_of(Letter), table_of(MessageRow)

SHORTEST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(days=1)
REMEMBERED = timedelta(days=1)
"""After a pause: so long one repetition is enough for the next."""


@dataclass(frozen=True, slots=True)
class Pause:
    """No automatic letter goes to a mailbox until then."""

    why: str
    until: datetime
    begun: bool
    """With this letter: the one moment to tell somebody, however long it goes on."""

    def __str__(self) -> str:
        return f"a robot answers our letters: {self.why}; silent until {self.until:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Report:
    """The message that opened a ticket."""

    ticket: int
    at: datetime
    subject: str
    new_text: str


def speaks_against(tx: Tx, mailbox: str, ticket: int | None) -> Pause | None:
    """The pause that holds for this mailbox now, or None. `ticket`: an acknowledgement for the mail that has opened it
    may begin one; other letters (None) do not."""
    row = next(iter(tx.found(_PAUSE, mailbox)), None)
    if row and row.until > tx.now:
        return Pause(row.why, row.until, begun=False)
    before = row if row and row.until + REMEMBERED > tx.now else None
    why = robot(_heard(tx, mailbox, ticket), repeated=1 if before else REPEATED) if ticket else None
    return _begin(tx, mailbox, why, before) if why else None


def asked(mailboxes: tuple[str, ...]) -> Questions:
    """What `speaks_against` asks of the desk."""
    return {_PAUSE: mailboxes, _BEFORE: mailboxes}


def asked_then(tx: Tx, mailboxes: tuple[str, ...]) -> Questions:
    """What it asks when that is known."""
    before = tuple(ticket for mailbox in mailboxes for ticket in tx.found(_BEFORE, mailbox))
    return {REPORTS: before, _LEFT: before}


def paused(tx: Tx) -> list[sa.Row[Any]]:
    """Mailboxes that no automatic letter goes to now, each with `since`, `until` and `why`."""
    return tx.all(sa.select(PAUSED).where(PAUSED.c.until > tx.now).order_by(PAUSED.c.mailbox))


def remembered(tx: Tx) -> list[sa.Row[Any]]:
    """Mailboxes of `paused`, and those of which one repetition more would be enough."""
    return tx.all(sa.select(PAUSED).where(PAUSED.c.until > tx.now - REMEMBERED).order_by(PAUSED.c.mailbox))


def _heard(tx: Tx, mailbox: str, ticket: int) -> list[Heard]:
    """The mail that opened this ticket, and those before it that we have acknowledged, newest first."""
    before = tx.found(_BEFORE, mailbox)
    if not before:
        return []
    reports = tx.found(REPORTS, ticket, *before)
    sent = {row.ticket: row.sent_at for row in tx.found(_LEFT, *before)}
    return [Heard(each.at, each.subject, each.new_text, sent.get(each.ticket)) for each in reports]


def _begin(tx: Tx, mailbox: str, why: str, before: sa.Row[Any] | None) -> Pause:
    times = before.times + 1 if before else 1
    until = tx.now + min(SHORTEST_PAUSE * 2 ** min(times - 1, 10), LONGEST_PAUSE)
    since = before.since if before else tx.now
    tx.execute(sa.delete(PAUSED).where(PAUSED.c.mailbox == mailbox))
    tx.execute(sa.insert(PAUSED).values(mailbox=mailbox, since=since, until=until, times=times, why=why))
    return Pause(why, until, begun=before is None)


_ACKNOWLEDGED = ("acknowledged", "acknowledged_minimal")
_PAUSE = Lookup(sa.select(PAUSED).where(PAUSED.c.mailbox.in_(KEYS)), PAUSED.c.mailbox, as_row)
_PLACE = sa.func.row_number().over(partition_by=SENT.c.mailbox, order_by=SENT.c.id.desc()).label("place")
_ACKNOWLEDGEMENTS = (
    sa.select(SENT.c.mailbox, SENT.c.ticket, _PLACE)
    .where(
        SENT.c.mailbox.in_(KEYS),
        SENT.c.at > sa.bindparam("since"),
        SENT.c.template.in_(_ACKNOWLEDGED),
        SENT.c.ticket.is_not(None),
    )
    .subquery()
)
_BEFORE = Lookup(
    sa.select(_ACKNOWLEDGEMENTS.c.mailbox, _ACKNOWLEDGEMENTS.c.ticket)
    .where(_ACKNOWLEDGEMENTS.c.place <= REPEATED)
    .order_by(_ACKNOWLEDGEMENTS.c.place),
    SENT.c.mailbox,
    lambda tx, row: int(row.ticket),
    also=lambda tx: {"since": tx.now - REMEMBERED},
)
"""The last tickets whose mail was acknowledged to this mailbox, newest first."""
REPORTS = Lookup(
    sa.select(MESSAGE.c.ticket, MESSAGE.c.at, MESSAGE.c.subject, MESSAGE.c.new_text)
    .where(MESSAGE.c.ticket.in_(KEYS), MESSAGE.c.purpose == "report")
    .order_by(MESSAGE.c.id.desc()),
    MESSAGE.c.ticket,
    lambda tx, row: Report(row.ticket, row.at, row.subject, row.new_text),
)
_LEFT = Lookup(
    sa.select(LETTER.c.ticket, LETTER.c.sent_at).where(LETTER.c.ticket.in_(KEYS), LETTER.c.template.in_(_ACKNOWLEDGED)),
    LETTER.c.ticket,
    as_row,
)
