"""`run --dry-clock`: what the clock would do within the next days, by the very jobs of the daemon, run ahead of their
time on a copy of the desk that is thrown away. Nothing is sent, and nothing on the desk changes.

Nobody writes meanwhile: what is foretold is so where no mail comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from mailgate.clock import Clock, SetClock
from mailgate.jobs import JOBS
from mailgate.rules import mornings
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx
from mailgate.store.prepared import Prepared
from mailgate.store.snapshot import thrown_away
from mailgate.store.tables import Event, Letter, Statement, TicketRow, table_of
from mailgate.store.turns import Turns
from mailgate.store.workflow_tables import WAITED_FOR

LETTER = table_of(Letter)
EVENT = table_of(Event)
STATEMENT = table_of(Statement)
TICKET = table_of(TicketRow)

STEP: Final = timedelta(minutes=5)
"""So often it is looked what is due, besides the moments at which something is known to be due."""
MOST_SWEEPS: Final = 10_000
"""At one moment; a job that always found more to do would be a fault of ours."""
_LAST_LETTER = Prepared(sa.select(sa.func.max(LETTER.c.id)))
_NEXT_LOOKS = (
    Prepared(sa.select(sa.func.min(TICKET.c.look_at)).where(TICKET.c.look_at > sa.bindparam("now"))),
    Prepared(sa.select(sa.func.min(STATEMENT.c.look_at)).where(WAITED_FOR, STATEMENT.c.look_at > sa.bindparam("now"))),
)
AHEAD: Final = tuple(job for job in JOBS if job.foretold)


@dataclass(frozen=True, slots=True)
class Foretold:
    """A letter that would go, or a status that the clock would set."""

    at: datetime
    ticket: int | None
    subject: str
    template: str | None = None
    to: str | None = None
    status: str | None = None


def foretell(store: Store, settings: Settings, clock: Clock, days: timedelta) -> Iterator[Foretold]:
    """What the time from now on would bring, in order. Raises StoreUnavailable."""
    end, now = clock.now() + days, SetClock(clock.now())
    with thrown_away(store) as copy:
        with copy.reading(settings, now.at) as tx:
            seen = tx.value(_LAST_LETTER) or 0
        while now.at <= end:
            touched = _sweep(copy, settings, now)
            with copy.reading(settings, now.at) as tx:
                found = [*_letters(tx, seen), *_statuses(tx)] if touched else []
                seen = tx.value(_LAST_LETTER) or 0
                ahead = min(_ahead(tx))
            yield from found
            now.at = min(ahead, end) if now.at < end else ahead


def _sweep(copy: Store, settings: Settings, now: SetClock) -> bool:
    """Do what is due, as often as there is something; whether there was anything."""
    for times in range(MOST_SWEEPS):
        with copy.reading(settings, now.at) as tx:
            due = [job for job in AHEAD if job.look is None or job.look(copy, tx)]
        if not sum(job.run(copy, lambda: settings, now, Turns()) for job in due):
            return times > 0
    return True


def _ahead(tx: Tx) -> Iterator[datetime]:
    """When it is looked next."""
    yield _on_the_grid(tx.now)
    today = mornings.day_of(tx.settings, tx.now)
    digests = (mornings.at(tx.settings, day) for day in (today, today + timedelta(days=1)))
    looks = (tx.value(each, {"now": tx.now}) for each in _NEXT_LOOKS)
    yield from (each for each in (*digests, *looks) if each is not None and each > tx.now)


def _on_the_grid(at: datetime) -> datetime:
    """The next moment at which everything is looked at."""
    return at + STEP - (at - at.replace(hour=0, minute=0, second=0, microsecond=0)) % STEP


def _letters(tx: Tx, behind: int) -> Iterator[Foretold]:
    """Those that were queued since."""
    for row in tx.all(sa.select(LETTER).where(LETTER.c.id > behind, LETTER.c.state == "pending").order_by(LETTER.c.id)):
        yield Foretold(tx.now, row.ticket, row.subject, template=row.template, to=row.to)


def _statuses(tx: Tx) -> Iterator[Foretold]:
    """What the clock has just set."""
    both = EVENT.join(TICKET, TICKET.c.number == EVENT.c.ticket)
    asked = sa.select(EVENT.c.ticket, EVENT.c.detail, TICKET.c.subject).select_from(both)
    for row in tx.all(asked.where(EVENT.c.at == tx.now, EVENT.c.actor == "clock")):
        if status := row.detail.get("status"):
            yield Foretold(tx.now, row.ticket, row.subject, status=status)
