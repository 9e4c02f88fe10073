"""How many tickets were open at the end of each day: opened by then, and not closed.

A ticket that was opened again counts as open all the time: its row knows when it was closed last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mailgate.desk.reports import TICKET, conditions
from mailgate.rules.report import Inquiry
from mailgate.store.db import Tx
from mailgate.store.local_day import days_of

_DAY = timedelta(days=1)
_ENDED = sa.case((TICKET.c.status == "closed", sa.func.coalesce(TICKET.c.closed_at, TICKET.c.updated_at)))


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a day where the site is; of today: now."""

    day: date
    open: int


def backlog(tx: Tx, inquiry: Inquiry) -> tuple[Day, ...]:
    """Each day of the time that is asked for, from the first on which there was a ticket."""
    wanted = list(conditions(tx, inquiry))
    if inquiry.until is not None:
        wanted.append(TICKET.c.created_at < inquiry.until)
    opened, ended = days_of(tx, TICKET.c.created_at, _ENDED, where=wanted)
    if not opened:
        return ()
    first = min(opened)
    since, until = _asked(tx, inquiry, first)
    days_since = [first + _DAY * number for number in range((until - first).days + 1)]
    still_open = accumulate(opened[day] - ended[day] for day in days_since)
    return tuple(Day(day, many) for day, many in zip(days_since, still_open, strict=True) if day >= since)


def _asked(tx: Tx, inquiry: Inquiry, first: date) -> tuple[date, date]:
    """First and last day that are asked for; before the first ticket and after today there is nothing to see."""
    zone = ZoneInfo(tx.settings.site.timezone)
    since = inquiry.since.astimezone(zone).date() if inquiry.since else first
    last = min(tx.now, inquiry.until - timedelta(microseconds=1)) if inquiry.until else tx.now
    return max(since, first), last.astimezone(zone).date()
