"""The breaker between us and one mailbox: two robots that answer each other fall silent, and it closes again by itself.

It opens where the mails of a mailbox repeat themselves and each comes as a reaction to our letter (`rules/rhythm.py`).
Then no automatic letter goes there for an hour, twice as long each time it goes on; tickets are opened all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.mail.likeness import prints
from mailgate.outbox.budgets import SENT
from mailgate.rules.rhythm import REPEATED, Heard, robot
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
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


def speaks_against(tx: Tx, mailbox: str, ticket: int | None) -> Pause | None:
    """The pause that holds for this mailbox now, or None. `ticket`: an acknowledgement for the mail that has opened it
    may begin one; other letters (None) do not."""
    row = tx.first(_PAUSE, {"mailbox": mailbox})
    if row and row.until > tx.now:
        return Pause(row.why, row.until, begun=False)
    before = row if row and row.until + REMEMBERED > tx.now else None
    why = robot(_heard(tx, mailbox, ticket), repeated=1 if before else REPEATED) if ticket else None
    return _begin(tx, mailbox, why, before) if why else None


def paused(tx: Tx) -> list[sa.Row[Any]]:
    """Mailboxes that no automatic letter goes to now, each with `since`, `until` and `why`."""
    return tx.all(sa.select(PAUSED).where(PAUSED.c.until > tx.now).order_by(PAUSED.c.mailbox))


def remembered(tx: Tx) -> list[sa.Row[Any]]:
    """Mailboxes of `paused`, and those of which one repetition more would be enough."""
    return tx.all(sa.select(PAUSED).where(PAUSED.c.until > tx.now - REMEMBERED).order_by(PAUSED.c.mailbox))


def _heard(tx: Tx, mailbox: str, ticket: int) -> list[Heard]:
    """The mail that opened this ticket, and those before it that we have acknowledged, newest first."""
    before = [row.ticket for row in tx.all(_BEFORE, {"mailbox": mailbox, "since": tx.now - REMEMBERED})]
    if not before:
        return []
    rows = tx.all(_REPORTS, {"tickets": [ticket, *before]})
    sent = {row.ticket: row.sent_at for row in tx.all(_LEFT, {"tickets": before})}
    return [Heard(row.at, prints(row.subject, row.new_text), sent.get(row.ticket)) for row in rows]


def _begin(tx: Tx, mailbox: str, why: str, before: sa.Row[Any] | None) -> Pause:
    times = before.times + 1 if before else 1
    until = tx.now + min(SHORTEST_PAUSE * 2 ** min(times - 1, 10), LONGEST_PAUSE)
    since = before.since if before else tx.now
    tx.execute(sa.delete(PAUSED).where(PAUSED.c.mailbox == mailbox))
    tx.execute(sa.insert(PAUSED).values(mailbox=mailbox, since=since, until=until, times=times, why=why))
    return Pause(why, until, begun=before is None)


_ACKNOWLEDGED = ("acknowledged", "acknowledged_minimal")
_PAUSE = Prepared(sa.select(PAUSED).where(PAUSED.c.mailbox == sa.bindparam("mailbox")))
_BEFORE = Prepared(
    sa.select(SENT.c.ticket)
    .where(
        SENT.c.mailbox == sa.bindparam("mailbox"),
        SENT.c.at > sa.bindparam("since"),
        SENT.c.template.in_(_ACKNOWLEDGED),
        SENT.c.ticket.is_not(None),
    )
    .order_by(SENT.c.id.desc())
    .limit(REPEATED)
)
_REPORTS = Prepared(
    sa.select(MESSAGE.c.ticket, MESSAGE.c.at, MESSAGE.c.subject, MESSAGE.c.new_text)
    .where(MESSAGE.c.ticket.in_(sa.bindparam("tickets", expanding=True)), MESSAGE.c.purpose == "report")
    .order_by(MESSAGE.c.id.desc())
)
_LEFT = Prepared(
    sa.select(LETTER.c.ticket, LETTER.c.sent_at).where(
        LETTER.c.ticket.in_(sa.bindparam("tickets", expanding=True)), LETTER.c.template.in_(_ACKNOWLEDGED)
    )
)
