"""`mailgate report` and `#report`: tickets counted by any field, from one query whatever shows it afterwards.

What was reported counts: a part belongs to its ticket, and a merged ticket to the one it lives on in. The database adds
up and hands over each heap's minutes as one text, which costs less than sorting a million of them there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from mailgate.desk import customers, finding
from mailgate.rules import lifecycle
from mailgate.rules.arguments import PRIORITY_WORDS
from mailgate.rules.figures import Figures, Tally, together
from mailgate.rules.report import OF_THE_DAY, Inquiry
from mailgate.store.db import Tx
from mailgate.store.local_day import local_day
from mailgate.store.tables import TicketRow, table_of

TICKET = table_of(TicketRow)
Value = str | int | None
"""What tickets of one row have in common in a field: an id, a status, `2026-11`, a level; None where they have none."""


@dataclass(frozen=True, slots=True)
class Row:
    """One heap of tickets. `values`: one for each field of the inquiry, in its order."""

    values: tuple[Value, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked, a row for each heap in the order in which they are shown, and all of them together."""

    inquiry: Inquiry
    rows: tuple[Row, ...]
    total: Figures


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may count: `likely` in the database, and each heap once more by what these columns say of it."""

    likely: Sequence[sa.ColumnElement[bool]] = ()
    columns: Sequence[sa.ColumnElement[Any]] = ()
    sees: Callable[[Sequence[Any]], bool] = lambda values: True


def report(tx: Tx, inquiry: Inquiry, sight: Sight | None = None) -> Report:
    """The report, over what is in sight."""
    sight, after = sight or Sight(), len(inquiry.by)
    heaps: defaultdict[tuple[Value, ...], list[sa.Row[Any]]] = defaultdict(list)
    for row in tx.all(_statement(tx, inquiry, sight)):
        if sight.sees(row[after : after + len(sight.columns)]):
            heaps[tuple(map(_value, inquiry.by, row))].append(row)
    tallies = {values: _tally(rows) for values, rows in heaps.items()}
    rows = tuple(Row(values, tallies[values].figures) for values in _in_order(inquiry.by, tallies))
    return Report(inquiry, rows, together(tallies.values()).figures)


def has_more_than(tx: Tx, inquiry: Inquiry, sight: Sight, most: int) -> bool:
    """Whether so many tickets would have to be counted, which is soon found out."""
    some = sa.select(sa.literal(1)).select_from(TICKET).where(*_wanted(tx, inquiry, sight)).limit(most + 1)
    return bool(tx.value(sa.select(sa.func.count()).select_from(some.subquery())) > most)


def conditions(tx: Tx, inquiry: Inquiry) -> Iterator[sa.ColumnElement[bool]]:
    """Which tickets count, but for the time in which they were opened."""
    yield TICKET.c.status != "merged"
    yield TICKET.c.parent.is_(None)
    if inquiry.is_open is not None:
        yield (TICKET.c.status != "closed") if inquiry.is_open else (TICKET.c.status == "closed")
    if inquiry.level is not None:
        yield TICKET.c.level == inquiry.level
    if inquiry.customer_group is not None:
        yield customers.group_of(tx) == inquiry.customer_group
    if inquiry.internal is not None:
        yield customers.is_internal(tx) == inquiry.internal


# -- the query ---------------------------------------------------------------------------------------------------------


def _statement(tx: Tx, inquiry: Inquiry, sight: Sight) -> sa.Select[Any]:
    """A row for each heap: its fields, what the sight goes by, then the figures of `_tally`."""
    keys = [*(_expression(tx, name) for name in inquiry.by), *sight.columns]
    keys = [each.label(f"key_{place}") for place, each in enumerate(keys)]
    # The offset keeps SQLite from sorting whole tickets where these few small values are enough.
    one = sa.select(*keys, *_cells(tx)).where(*_wanted(tx, inquiry, sight)).offset(0).subquery().c
    by = [one[each.name] for each in keys]
    return sa.select(*by, *_sums(one)).group_by(*by) if by else sa.select(*_sums(one)).having(sa.func.count() > 0)


def _wanted(tx: Tx, inquiry: Inquiry, sight: Sight) -> Iterator[sa.ColumnElement[bool]]:
    yield from conditions(tx, inquiry)
    yield from sight.likely
    if inquiry.since is not None:
        yield TICKET.c.created_at >= inquiry.since
    if inquiry.until is not None:
        yield TICKET.c.created_at < inquiry.until


def _expression(tx: Tx, name: str) -> Any:
    if name in OF_THE_DAY:
        return local_day(tx, TICKET.c.created_at, name)
    if name == "customer_group":
        return customers.group_of(tx)
    if name == "light":
        return sa.case(*((finding.shines(each, tx.now), each) for each in ("red", "yellow", "green")), else_="off")
    return TICKET.c[name]


def _cells(tx: Tx) -> Iterator[sa.ColumnElement[Any]]:
    """What counts of one ticket."""
    done = sa.func.coalesce(TICKET.c.resolved_at, TICKET.c.closed_at)
    yield sa.case((TICKET.c.status == "closed", 0), else_=1).label("open")
    yield TICKET.c.handling_minutes.label("handling")
    yield _kept(tx, TICKET.c.response_due, TICKET.c.first_response_at).label("answered")
    yield _kept(tx, finding.DEADLINE, done).label("solved")
    yield TICKET.c.rating["score"].as_float().label("score")
    yield TICKET.c.response_minutes.label("response")
    yield TICKET.c.solution_minutes.label("solution")


def _kept(tx: Tx, due: sa.ColumnElement[Any], done: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """1 or 0 where it is decided. What was not done is broken from the promised moment on, unless the ticket's clock
    stood before that: it waits for the reporter, or was closed without."""
    passed = sa.and_(due < tx.now, sa.or_(TICKET.c.stands_since.is_(None), due < TICKET.c.stands_since))
    return sa.case((done <= due, 1), (done > due, 0), (sa.and_(done.is_(None), passed), 0))


def _sums(one: Any) -> Iterator[sa.ColumnElement[Any]]:
    """As many numbers as a `Tally` begins with, in its order, then its two texts of minutes."""
    yield sa.func.count()
    yield from (sa.func.coalesce(sa.func.sum(one[name]), 0) for name in ("open", "handling"))
    yield sa.func.count(one.answered) + sa.func.count(one.solved)
    yield sa.func.coalesce(sa.func.sum(one.answered), 0) + sa.func.coalesce(sa.func.sum(one.solved), 0)
    yield sa.func.count(one.score)
    yield sa.func.coalesce(sa.func.sum(one.score), 0)
    for minutes in (one.response, one.solution):
        yield sa.func.aggregate_strings(sa.cast(minutes, sa.String), ",")


# -- what came of it ---------------------------------------------------------------------------------------------------


def _tally(rows: Iterable[sa.Row[Any]]) -> Tally:
    *numbers, response, solution = zip(*(row[-_FIGURES:] for row in rows), strict=True)
    count, still_open, handling, decided, kept, rated, scores = map(sum, numbers)
    return Tally(count, still_open, handling, decided, kept, rated, scores, _minutes(response), _minutes(solution))


_FIGURES = len(fields(Tally))


def _minutes(texts: Iterable[str | None]) -> Counter[int]:
    """How often each stands in the texts, which are numbers and commas."""
    counted = Counter(",".join(filter(None, texts)).split(","))
    return Counter({int(each): times for each, times in counted.items() if each})


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_A_DAY: dict[str, Callable[[date], str]] = {
    "month": lambda day: f"{day:%Y-%m}",
    "week": lambda day: "{0.year}-W{0.week:02}".format(day.isocalendar()),
    "weekday": lambda day: WEEKDAYS[day.weekday()],
}


def _value(field: str, found: Any) -> Value:
    return _OF_A_DAY[field](date.fromisoformat(found)) if field in OF_THE_DAY else found


_ORDERS: dict[str, tuple[Value, ...]] = {
    "status": tuple(lifecycle.STATUSES),
    "priority": tuple(reversed(PRIORITY_WORDS)),
    "light": ("red", "yellow", "green", "off"),
    "weekday": WEEKDAYS,
}
_RISING = ("level", "month", "week")


def _in_order(by: Sequence[str], tallies: Mapping[tuple[Value, ...], Tally]) -> list[tuple[Value, ...]]:
    """Time and all that has an order of its own in that, all else from many to few."""
    ranks = []
    for place, field in enumerate(by):
        sizes: Counter[Value] = Counter()
        for values, tally in tallies.items():
            sizes[values[place]] += tally.count
        ranks.append({value: rank for rank, value in enumerate(sorted(sizes, key=_order_in(field, sizes)))})
    return sorted(tallies, key=lambda values: [rank[value] for rank, value in zip(ranks, values, strict=True)])


def _order_in(field: str, sizes: Mapping[Value, int]) -> Callable[[Value], Any]:
    if field in _RISING:
        return str
    if known := _ORDERS.get(field):
        return lambda value: known.index(value) if value in known else len(known)
    return lambda value: (-sizes[value], str(value))
