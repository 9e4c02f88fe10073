"""Working time: what a promise in a calendar means, over nights, holidays and both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailgate.rules.hours import answer_by, open_time
from mailgate.rules.opening import read_calendar
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Duration
from mailgate.settings.service import Calendar

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {
    "open": {"mon-thu": ["13:00-17:00", "09:00-12:00"], "fri": "09:00-12:00"},
    "holidays": "DE-BY",
    "closed": ["2026-12-24"],
}
SETTINGS = Settings.model_validate(
    {
        "site": {"admins": ["ops@example.com"], "timezone": "Europe/Berlin"},
        "addresses": [{"address": "support@example.com"}],
        "calendars": {
            "office": OFFICE,
            "night": {"open": {"mon-sun": ["20:00-24:00", "00:00-06:00"]}},
            "gap": {"open": {"sun": ["02:30-05:00"]}},
            "weekend": {"timezone": "UTC", "open": {"sat,sun": "10:00-14:00"}},
            "york": {"timezone": "America/New_York", "open": {"mon-fri": "09:00-17:00"}},
            "never": {"open": {}},
            "cairo": {"timezone": "Asia/Beirut", "open": {"mon-sun": "00:00-24:00"}},
        },
    }
)


def _at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def _for(text: str) -> Duration:
    return Duration(int(text[:-1]), text[-1])


def _due(calendar: str | None, start: str, promise: str) -> str:
    found = answer_by(SETTINGS, calendar, _at(start), _for(promise))
    assert found.tzinfo is UTC
    return found.astimezone(BERLIN).isoformat(" ", "minutes")[:16]


@pytest.mark.parametrize(
    ("start", "promise", "due"),
    [
        ("2026-11-16 09:30", "30m", "2026-11-16 10:00"),
        ("2026-11-16 11:00", "2h", "2026-11-16 14:00"),  # over lunch
        ("2026-11-16 11:00", "1h", "2026-11-16 12:00"),  # to the very end of the morning
        ("2026-11-16 16:00", "2h", "2026-11-17 10:00"),  # over night
        ("2026-11-20 11:00", "4h", "2026-11-23 12:00"),  # Friday is short, then the weekend
        ("2026-11-21 15:00", "1h", "2026-11-23 10:00"),  # begins on Saturday
        ("2026-11-16 12:00", "1h", "2026-11-16 14:00"),  # begins when the morning ends
        ("2026-11-16 07:00", "90s", "2026-11-16 09:01"),
        ("2026-11-16 12:30", "0h", "2026-11-16 13:00"),
        ("2026-11-16 12:00", "0h", "2026-11-16 13:00"),  # closing time is closed
        ("2026-11-16 17:00", "1d", "2026-11-18 09:00"),
        ("2026-12-23 16:00", "2h", "2026-12-28 10:00"),  # 24th closed, 25th holiday, weekend
        ("2026-06-03 16:00", "2h", "2026-06-05 10:00"),  # Corpus Christi, a holiday in Bavaria
        ("2026-11-16 10:00", "1d", "2026-11-17 10:00"),
        ("2026-11-16 10:00", "0d", "2026-11-16 10:00"),
        ("2026-11-19 10:00", "2d", "2026-11-23 10:00"),  # Thursday to Monday
        ("2026-11-19 15:00", "1d", "2026-11-23 09:00"),  # Friday at 15:00 is closed
        ("2026-11-21 15:00", "1d", "2026-11-24 09:00"),  # begins on Monday morning
        ("2026-11-16 18:00", "1d", "2026-11-18 09:00"),
        ("2026-12-22 10:00", "2d", "2026-12-28 10:00"),
        ("2026-12-31 10:00", "1d", "2027-01-04 10:00"),  # into the next year and its holidays
    ],
)
def test_a_promise_counts_only_while_the_office_is_open(start: str, promise: str, due: str) -> None:
    assert _due("office", start, promise) == due


@pytest.mark.parametrize(
    ("calendar", "start", "promise", "due"),
    [
        # 29 March 2026: 02:00 becomes 03:00
        ("night", "2026-03-29 00:00", "3h", "2026-03-29 04:00"),
        ("gap", "2026-03-28 12:00", "0h", "2026-03-29 03:00"),
        ("gap", "2026-03-28 12:00", "2h", "2026-03-29 05:00"),
        ("always", "2026-03-28 12:00", "24h", "2026-03-29 13:00"),
        ("always", "2026-03-28 12:00", "1d", "2026-03-29 12:00"),
        ("always", "2026-03-28 02:30", "1d", "2026-03-29 03:00"),
        ("office", "2026-03-27 09:00", "4h", "2026-03-30 10:00"),
        # 25 October 2026: 03:00 becomes 02:00
        ("night", "2026-10-25 00:00", "6h", "2026-10-25 05:00"),
        ("night", "2026-10-25 00:00", "7h", "2026-10-25 06:00"),
        ("always", "2026-10-24 12:00", "24h", "2026-10-25 11:00"),
        ("always", "2026-10-24 12:00", "1d", "2026-10-25 12:00"),
        (None, "2026-10-24 12:00", "1d", "2026-10-25 11:00"),
        (None, "2026-11-16 23:00", "90m", "2026-11-17 00:30"),
        ("night", "2026-11-16 23:00", "2h", "2026-11-17 01:00"),
        ("weekend", "2026-11-18 12:00", "5h", "2026-11-22 12:00"),
        ("york", "2026-10-30 20:00", "3h", "2026-11-02 16:00"),  # the clocks of two places change on two days
    ],
)
def test_the_clock_changes_and_the_count_stays_exact(calendar: str | None, start: str, promise: str, due: str) -> None:
    assert _due(calendar, start, promise) == due


def test_a_day_whose_midnight_is_skipped_still_counts_every_minute() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 29 March 2026: 00:00 becomes 01:00
    start = _at("2026-03-28 12:00", beirut)
    assert answer_by(SETTINGS, "cairo", start, _for("24h")) - start == timedelta(hours=24)


def test_a_calendar_that_opens_too_rarely_is_told_in_a_sentence() -> None:
    for calendar, promise in (("never", "0h"), ("never", "1d"), ("office", "9000h"), ("office", "2000d")):
        with pytest.raises(ValueError, match=f"calendar {calendar} is not open for {promise} within three years"):
            _due(calendar, "2026-11-16 10:00", promise)


def test_a_calendar_nobody_wrote_is_told_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="there is no calendar shop"):
        _due("shop", "2026-11-16 10:00", "1h")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"open": {"mon-fri": "9-17"}}, "'9-17'"),
        ({"open": {"mon-fri": "17:00-09:00"}}, "ends before it begins"),
        ({"open": {"mon-fri": "09:00-24:30"}}, "24:00"),
        ({"open": {"mo-fr": "09:00-17:00"}}, "names no days"),
        ({"timezone": "Berlin"}, "there is no time zone 'Berlin'"),
        ({"timezone": "Europe"}, "there is no time zone 'Europe'"),
        ({"timezone": "../etc"}, "there is no time zone"),
        ({"holidays": "DE-XX"}, "no holidays are known for 'DE-XX'"),
        ({"holidays": "Bavaria"}, "no holidays are known for 'Bavaria'"),
    ],
)
def test_what_is_wrong_in_a_calendar_is_told_in_a_sentence(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_calendar(Calendar.model_validate(written), "UTC")


def test_days_may_be_a_range_over_the_weekend_and_hours_of_several_keys_are_joined() -> None:
    written = {"open": {"sat-mon, thu": ["09:30-11:00", "08:00-10:00"], "mon": "11:00-12:00"}}
    week = read_calendar(Calendar.model_validate(written), "UTC").week
    assert [bool(day) for day in week] == [True, False, False, True, False, True, True]
    assert week[0] == ((timedelta(hours=8), timedelta(hours=12)),)


# The oracle counts minute by minute by the clock on the wall, without any arithmetic of ours.
def _open_minutes(start: datetime, minutes: int) -> int:
    week = dict.fromkeys(range(4), ((9, 12), (13, 17))) | {4: ((9, 12),)}
    total = 0
    for minute in range(minutes):
        wall = (start + timedelta(minutes=minute)).astimezone(BERLIN)
        total += any(begin <= wall.hour < end for begin, end in week.get(wall.weekday(), ()))
    return total


MOMENTS = st.integers(0, 60 * 24 * 21).map(lambda minute: datetime(2026, 3, 16, tzinfo=UTC) + timedelta(minutes=minute))
PLAIN = Settings.model_validate(
    {
        "site": {"admins": ["ops@example.com"], "timezone": "Europe/Berlin"},
        "addresses": [{"address": "support@example.com"}],
        "calendars": {"office": {"open": OFFICE["open"]}},
    }
)


@given(MOMENTS, st.integers(1, 900))
@effort(max_examples=40, deadline=None)
def test_between_promise_and_due_lie_exactly_the_promised_open_minutes(start: datetime, minutes: int) -> None:
    due = answer_by(PLAIN, "office", start, Duration(minutes, "m"))
    assert _open_minutes(start, int((due - start).total_seconds()) // 60) == minutes
    assert open_time(PLAIN, "office", start, due) == timedelta(minutes=minutes)


@given(MOMENTS, st.integers(0, 3000), st.integers(1, 3000))
@effort(deadline=None)
def test_two_promises_in_turn_are_one_of_their_sum(start: datetime, first: int, second: int) -> None:
    in_turn = answer_by(PLAIN, "office", answer_by(PLAIN, "office", start, Duration(first, "m")), Duration(second, "m"))
    assert in_turn == answer_by(PLAIN, "office", start, Duration(first + second, "m"))


@given(MOMENTS, MOMENTS, st.integers(0, 20), st.sampled_from("smhd"))
@effort(deadline=None)
def test_what_is_promised_later_is_never_due_earlier(one: datetime, other: datetime, amount: int, unit: str) -> None:
    earlier, later = sorted((one, other))
    promise = Duration(amount, unit)
    assert answer_by(SETTINGS, "office", earlier, promise) <= answer_by(SETTINGS, "office", later, promise)
    assert answer_by(SETTINGS, "office", earlier, promise) >= earlier
