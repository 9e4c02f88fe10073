"""The days on which things happened where the site is, as the database counts.

SQLite knows no time zones, so it is told since when the clocks were how far from UTC. PostgreSQL knows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mailgate.store.tx import Tx

_FIRST_YEAR = 1970
_PROBED = timedelta(days=7)
"""No clock was ever changed and changed back within a week."""


_FIRST_OF = {"day": (), "weekday": (), "week": ("weekday 0", "-6 days"), "month": ("start of month",)}
"""What SQLite does to a day: a week ends with its Sunday (ISO 8601)."""
_SPANS = ("week", "month")


def local_day(tx: Tx, moment: sa.ColumnElement[Any], span: str = "day") -> Any:
    """`2026-11-23`, an expression; NULL where the moment is. `span`: the first day of its `week` or `month` instead. No
    moment lies more than a year ahead."""
    zone = tx.settings.site.timezone
    if tx.connection.dialect.name == "postgresql":
        local = sa.func.timezone(zone, moment)
        return sa.func.to_char(sa.func.date_trunc(span, local) if span in _SPANS else local, "YYYY-MM-DD")
    turns = [(moment >= since, f"{seconds:+d} seconds") for since, seconds in reversed(offsets(zone, tx.now.year + 1))]
    return sa.func.date(moment, sa.case(*turns, else_=turns[-1][1]), *_FIRST_OF[span])


def days_of(tx: Tx, *moments: sa.ColumnElement[Any], where: Sequence[sa.ColumnElement[bool]]) -> list[Counter[date]]:
    """For each of these columns, how many rows have it on each day. Faster than to ask for each row's day: the database
    only says the hour, and each hour is one of a few."""
    zone = tx.settings.site.timezone
    long = _MINUTE if any(ahead % 3600 for _, ahead in offsets(zone, tx.now.year + 1)) else _HOUR
    texts = (sa.func.aggregate_strings(sa.func.substr(_as_text(tx, each), 1, long), ",") for each in moments)
    return [_counted(text, ZoneInfo(zone)) for text in tx.all(sa.select(*texts).where(*where))[0]]


_HOUR, _MINUTE = len("2026-11-23 09"), len("2026-11-23 09:30")


def _as_text(tx: Tx, moment: sa.ColumnElement[Any]) -> Any:
    """In UTC, as SQLite stores it."""
    if tx.connection.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", moment), "YYYY-MM-DD HH24:MI")
    return moment


def _counted(text: str | None, zone: ZoneInfo) -> Counter[date]:
    days: Counter[date] = Counter()
    for slot, many in Counter((text or "").split(",")).items():
        if slot:
            days[datetime.fromisoformat(slot).replace(tzinfo=UTC).astimezone(zone).date()] += many
    return days


@lru_cache(maxsize=8)
def offsets(zone: str, last_year: int) -> tuple[tuple[datetime, int], ...]:
    """Since when its clocks were how many seconds ahead of UTC, from 1970 to the end of that year, oldest first."""
    return tuple(_offsets(ZoneInfo(zone), datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), last_year))


def _offsets(zone: ZoneInfo, at: datetime, last_year: int) -> Iterator[tuple[datetime, int]]:
    ahead = _ahead(zone, at)
    yield at, ahead
    while at.year <= last_year:
        before, at = at, at + _PROBED
        if _ahead(zone, at) != ahead:
            ahead = _ahead(zone, at)
            yield _turn(zone, before, at), ahead


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second in which the clocks were changed, between these two moments."""
    new = _ahead(zone, after)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (before, middle) if _ahead(zone, middle) == new else (middle, after)
    return after


def _ahead(zone: ZoneInfo, at: datetime) -> int:
    return round((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())
