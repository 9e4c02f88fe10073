"""Working time as a whole: adding and measuring are inverse, order is kept, and where a span is split does not matter.

Whatever the calendar: several spans a day, nights to 24:00, holidays, closed days, zones whose clocks change by an hour
at night, by half an hour, or at midnight, and calendars that hardly ever or never open.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailgate.rules.hours import answer_by, later, open_time, part_way
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Duration
from mailgate.settings.service import Calendar

DAYS = {"office": {"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": "09:00-12:00"}}
CALENDARS = {
    "office": {"open": DAYS["office"], "holidays": "DE-BY", "closed": ["2026-12-24", "2026-03-31"]},
    "night": {"open": {"mon-sun": ["20:00-24:00", "00:00-06:00"]}},
    "changing": {"open": {"sun": ["01:30-02:15", "02:20-02:40", "02:45-05:00"], "mon": "00:00-24:00"}},
    "beirut": {"timezone": "Asia/Beirut", "open": {"mon-sun": ["00:00-08:00", "22:30-24:00"]}},
    "lord_howe": {"timezone": "Australia/Lord_Howe", "open": {"mon-sun": ["01:00-02:10", "02:20-03:00"]}},
    "york": {"timezone": "America/New_York", "open": {"mon-fri": "08:17-17:03"}, "holidays": "US-NY"},
    "rarely": {"open": {"sat": "10:00-10:01"}, "closed": ["2026-10-24"]},
}
SETTINGS = Settings.model_validate(
    {
        "site": {"admins": ["ops@example.com"], "timezone": "Europe/Berlin"},
        "addresses": [{"address": "support@example.com"}],
        "calendars": {**CALENDARS, "never": {"open": {}}},
    }
)
EVERY = st.sampled_from([*CALENDARS, "always", None])
# The hours of every change of the clock in all these zones, the weeks around them, and the turn of the year.
CHANGES = ("03-08 07", "03-29 01", "03-28 22", "04-04 15", "10-03 15", "10-25 01", "10-24 21", "11-01 06", "12-31 23")
NEARBY = st.builds(
    lambda change, seconds: datetime.strptime(f"2026-{change}+0000", "%Y-%m-%d %H%z") + timedelta(seconds=seconds),
    st.sampled_from(CHANGES),
    st.integers(-4 * 3600, 4 * 3600),
)
MOMENTS = NEARBY | st.builds(lambda at, days: at + timedelta(days=days), NEARBY, st.integers(-8, 8))
TIMES = st.integers(0, 60 * 3600).map(lambda seconds: timedelta(seconds=seconds))
YEARS = st.integers(0, 9 * 366).map(lambda days: timedelta(days=days, hours=days % 7))


@given(EVERY, MOMENTS, TIMES)
@effort(max_examples=150, deadline=None)
def test_what_was_added_is_what_is_measured(calendar: str | None, start: datetime, wanted: timedelta) -> None:
    if calendar == "rarely":
        wanted /= 360  # a minute a week
    assert open_time(SETTINGS, calendar, start, later(SETTINGS, calendar, start, wanted)) == wanted


@given(EVERY, MOMENTS, MOMENTS)
@effort(max_examples=150, deadline=None)
def test_what_was_measured_leads_back_when_it_is_added(calendar: str | None, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    found = later(SETTINGS, calendar, start, open_time(SETTINGS, calendar, start, end))
    # Where the end lies in closed time, it is as good as the closing before or the opening behind it.
    assert open_time(SETTINGS, calendar, min(found, end), max(found, end)) == timedelta()


@given(EVERY, MOMENTS, MOMENTS, MOMENTS)
@effort(max_examples=150, deadline=None)
def test_where_a_span_is_split_does_not_matter(
    calendar: str | None, one: datetime, other: datetime, third: datetime
) -> None:
    start, middle, end = sorted((one, other, third))
    halves = open_time(SETTINGS, calendar, start, middle) + open_time(SETTINGS, calendar, middle, end)
    assert halves == open_time(SETTINGS, calendar, start, end) <= end - start


@given(EVERY, MOMENTS, YEARS, YEARS)
@effort(max_examples=30, deadline=None)
def test_nor_over_many_years(calendar: str | None, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    halves = open_time(SETTINGS, calendar, start, middle) + open_time(SETTINGS, calendar, middle, end)
    assert halves == open_time(SETTINGS, calendar, start, end)


@given(EVERY, MOMENTS, TIMES, TIMES)
@effort(max_examples=150, deadline=None)
def test_two_times_in_turn_are_one_of_their_sum(
    calendar: str | None, start: datetime, first: timedelta, second: timedelta
) -> None:
    second += timedelta(seconds=1)  # nothing leads to the next opening, and not only to the closing before it
    if calendar == "rarely":
        first, second = first / 720, second / 720
    in_turn = later(SETTINGS, calendar, later(SETTINGS, calendar, start, first), second)
    assert in_turn == later(SETTINGS, calendar, start, first + second)


@given(EVERY, MOMENTS, st.integers(0, 3000), st.integers(0, 9), st.sampled_from("smhd"))
@effort(max_examples=300, deadline=None)
def test_what_is_promised_later_is_never_due_earlier(
    calendar: str | None, start: datetime, apart: int, amount: int, unit: str
) -> None:
    promise, second = Duration(amount if calendar != "rarely" else 0, unit), start + timedelta(seconds=apart * 7)
    first_due, second_due = (answer_by(SETTINGS, calendar, each, promise) for each in (start, second))
    assert start <= first_due <= second_due


NIGHTLY = st.sampled_from(["night", "changing", "beirut", "lord_howe", "always"])


@given(NIGHTLY, NEARBY, st.integers(0, 7200), st.integers(0, 3))
@effort(max_examples=300, deadline=None)
def test_nor_where_the_clock_shows_an_hour_twice(calendar: str, start: datetime, apart: int, days: int) -> None:
    dues = (answer_by(SETTINGS, calendar, start + timedelta(seconds=each), Duration(days, "d")) for each in (0, apart))
    first, second = dues
    assert first <= second


@given(EVERY, MOMENTS, st.integers(0, 9), st.sampled_from("smhd"))
@effort(max_examples=150, deadline=None)
def test_who_promises_more_is_never_due_earlier(calendar: str | None, start: datetime, amount: int, unit: str) -> None:
    amount = amount if calendar != "rarely" else 0
    less, more = (answer_by(SETTINGS, calendar, start, Duration(each, unit)) for each in (amount, amount + 1))
    assert less < more


@given(EVERY, MOMENTS, MOMENTS, st.fractions(0, 1, max_denominator=60))
@effort(max_examples=150, deadline=None)
def test_part_of_the_way_lies_between_and_is_that_part(
    calendar: str | None, one: datetime, other: datetime, share: Fraction
) -> None:
    start, end = sorted((one, other))
    whole, at = open_time(SETTINGS, calendar, start, end), part_way(SETTINGS, calendar, start, end, share)
    assert start <= at <= end
    if whole:
        gone = open_time(SETTINGS, calendar, start, at)
        assert abs(gone / timedelta(microseconds=1) - share * (whole // timedelta(microseconds=1))) <= 1
    else:
        assert at == end


@given(MOMENTS, MOMENTS)
@effort(max_examples=30, deadline=None)
def test_a_calendar_that_never_opens_measures_nothing_and_says_so(one: datetime, other: datetime) -> None:
    assert open_time(SETTINGS, "never", one, other) == timedelta()
    assert part_way(SETTINGS, "never", one, other, Fraction(1, 2)) == other
    with pytest.raises(ValueError, match="never is not open"):
        later(SETTINGS, "never", one, timedelta())


@given(EVERY, MOMENTS, MOMENTS)
@effort(max_examples=60, deadline=None)
def test_time_that_runs_backwards_is_none(calendar: str | None, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    assert open_time(SETTINGS, calendar, end, start) == timedelta()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "UTC"])
def test_every_hour_of_a_year_is_counted_once(zone: str) -> None:
    """Of a calendar that is always open, in hours of a day that follow on one another, and all at once."""
    written = {"timezone": zone, "open": {"mon-sun": [f"{hour:02}:00-{hour + 1:02}:00" for hour in range(24)]}}
    settings = SETTINGS.model_copy(update={"calendars": {"all": Calendar.model_validate(written)}})
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert open_time(settings, "all", begins, ends) == ends - begins
