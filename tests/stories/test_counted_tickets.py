"""A report counts what one would count by hand: hundreds of generated tickets, by every field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest

from mailgate.desk.backlog import backlog
from mailgate.desk.reports import report
from mailgate.rules.report import FIELDS, Inquiry
from mailgate.store.db import Tx
from tests.stories.conftest import DeskWith
from tests.stories.crowd import BEGAN, BERLIN, CUSTOMERS, PEOPLE, STALE, Json, One, crowd, move_in, naive, naive_backlog
from tests.stories.world import MONDAY, World

SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
TICKETS = crowd(400)
PAIRS = [("group", "month"), ("assignee", "priority"), ("weekday", "light"), ("customer_group", "week")]
FILTERS = [
    Inquiry(("group",), since=SUMMER),
    Inquiry(("group",), until=SUMMER),
    Inquiry(("month",), since=SUMMER, until=SUMMER + timedelta(days=30)),
    Inquiry(("group",), customer_group="partners"),
    Inquiry(("kind",), level=2),
    Inquiry(("kind",), internal=True),
    Inquiry(("kind",), internal=False, is_open=True),
    Inquiry(("status",), is_open=False),
]


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    return desk_with({"customer_groups": CUSTOMERS})


@contextmanager
def looking(desk: World, tickets: list[One], people: list[Json] = PEOPLE) -> Iterator[Tx]:
    move_in(desk, tickets, people)
    with desk.store.reading(desk.settings, MONDAY) as tx:
        yield tx


def test_every_row_of_every_field_is_as_counted_by_hand(desk: World) -> None:
    with looking(desk, TICKETS) as tx:
        for asked in (*(Inquiry((name,)) for name in FIELDS), *map(Inquiry, PAIRS), Inquiry(), *FILTERS):
            found = report(tx, asked)
            assert {row.values: asdict(row.figures) for row in found.rows} == naive(TICKETS, asked, MONDAY), asked
            whole = naive(TICKETS, Inquiry(**{**asdict(asked), "by": ()}), MONDAY)
            assert asdict(found.total) == whole[()], asked


def test_customers_are_those_of_the_configuration_of_today_whatever_their_rows_say(desk: World) -> None:
    asked = [Inquiry(("customer_group",)), Inquiry(("group",), internal=True), Inquiry(customer_group="partners")]
    with looking(desk, TICKETS, STALE) as tx:
        for each in asked:
            assert {row.values: asdict(row.figures) for row in report(tx, each).rows} == naive(TICKETS, each, MONDAY)


@pytest.mark.parametrize(
    "asked", [Inquiry(), Inquiry(customer_group="partners", level=1), Inquiry(is_open=True)], ids=str
)
def test_the_backlog_is_as_counted_by_hand_day_by_day(desk: World, asked: Inquiry) -> None:
    with looking(desk, TICKETS) as tx:
        found = [(each.day, each.open) for each in backlog(tx, asked)]
    assert found == naive_backlog(TICKETS, asked, found[0][0], date(2026, 11, 23))
    assert len(found) > 200


def test_the_backlog_of_a_time_knows_what_was_open_before_it(desk: World) -> None:
    asked = Inquiry(since=SUMMER, until=SUMMER + timedelta(days=9))
    with looking(desk, TICKETS) as tx:
        found = [(each.day, each.open) for each in backlog(tx, asked)]
    assert found == naive_backlog(TICKETS, asked, date(2026, 7, 2), date(2026, 7, 11))
    assert found[0][1] > 50


@pytest.mark.parametrize(
    "asked",
    [Inquiry(until=BEGAN - timedelta(days=9)), Inquiry(since=MONDAY + timedelta(days=1)), Inquiry(customer_group="no")],
    ids=["before the first ticket", "in the future", "nobody"],
)
def test_where_nothing_was_there_is_no_row_and_no_day(desk: World, asked: Inquiry) -> None:
    with looking(desk, TICKETS) as tx:
        assert (report(tx, asked).rows, backlog(tx, asked)) == ((), ())
        assert report(tx, asked).total.count == 0


def test_rows_stand_in_the_order_of_time_or_of_what_they_are_else_from_many_to_few(desk: World) -> None:
    with looking(desk, TICKETS) as tx:
        order = {name: [row.values[0] for row in report(tx, Inquiry((name,))).rows] for name in FIELDS}
        groups = report(tx, Inquiry(("group", "priority"))).rows
    assert order["month"] == [f"2026-{month:02}" for month in range(3, 12)]
    assert order["priority"] == ["urgent", "high", "normal", "low"]
    assert order["light"] == ["red", "yellow", "green", "off"]
    assert order["weekday"][0] == "monday"
    assert order["level"] == [1, 2]
    counted = naive(TICKETS, Inquiry(("assignee",)), MONDAY)
    assert [counted[(name,)]["count"] for name in order["assignee"]] == sorted(
        (each["count"] for each in counted.values()), reverse=True
    )
    assert [row.values[0] for row in groups[:4]] == [order["group"][0]] * 4


def test_a_ticket_of_new_years_night_belongs_to_the_week_in_which_the_site_was(desk: World) -> None:
    late = One(
        {**TICKETS[0].row, "created_at": datetime(2026, 1, 4, 23, 30, tzinfo=UTC), "status": "new", "parent": None}
    )
    assert late.created_at.astimezone(BERLIN).day == 5
    with looking(desk, [late]) as tx:
        assert report(tx, Inquiry(("week", "weekday"))).rows[0].values == ("2026-W02", "monday")
