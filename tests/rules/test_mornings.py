"""The moment of the digest: a wall-clock time on working days, also where the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailgate.rules import mornings
from mailgate.settings.model import Settings

OFFICE = {"office": {"timezone": "Europe/Berlin", "open": {"mon-fri": "09:00-17:00"}, "closed": ["2026-12-24"]}}


def settings(calendars: dict[str, Any] | None = None, **digest: Any) -> Settings:
    known = {"site": {"admins": ["ops@example.com"], "timezone": "Europe/Berlin"}}
    at_desk = {"addresses": [{"address": "support@example.com"}]}
    return Settings.model_validate(
        {**known, **at_desk, "calendars": OFFICE if calendars is None else calendars, "digest": digest}
    )


def test_it_is_the_office_where_there_is_one_else_always() -> None:
    assert mornings.calendar(settings()) == "office"
    assert mornings.calendar(settings({})) == "always"
    assert mornings.calendar(settings({"shop": OFFICE["office"]})) == "always"
    assert mornings.calendar(settings(calendar="always")) == "always"


@pytest.mark.parametrize(
    ("after", "next_one"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 27, 8, 0, tzinfo=UTC), datetime(2026, 11, 30, 7, 0, tzinfo=UTC)),
        (datetime(2026, 12, 23, 8, 0, tzinfo=UTC), datetime(2026, 12, 25, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 8, 0, tzinfo=UTC), datetime(2027, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 23, 8, 0, tzinfo=UTC), datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
    ],
    ids=["today", "tomorrow", "over the weekend", "over a closed day", "into summer time", "out of it"],
)
def test_the_next_is_on_the_next_working_day_by_the_wall_clock(after: datetime, next_one: datetime) -> None:
    assert mornings.next_at(settings(), after) == next_one
    assert mornings.due_on(settings(), next_one) == next_one.date()
    assert mornings.due_on(settings(), next_one - timedelta(seconds=1)) is None


def test_a_time_that_the_change_of_the_clock_skips_is_the_moment_of_the_change() -> None:
    moment = mornings.at(settings(calendar="always", at="02:30"), date(2027, 3, 28))
    assert moment == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_it_is_due_until_the_calendar_closes_and_where_that_is_before_it_until_midnight() -> None:
    assert mornings.due_on(settings(), datetime(2026, 11, 24, 15, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert mornings.due_on(settings(), datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) is None
    late = settings(at="18:00")
    assert mornings.due_on(late, datetime(2026, 11, 24, 22, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert mornings.due_on(late, datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) is None


def test_a_calendar_that_never_works_has_no_next() -> None:
    closed = {
        "office": {
            "open": {"mon": "09:00-17:00"},
            "closed": [str(date(2026, 11, 23) + timedelta(days=7 * week)) for week in range(160)],
        }
    }
    assert mornings.next_at(settings(closed), datetime(2026, 11, 22, tzinfo=UTC)) is None
