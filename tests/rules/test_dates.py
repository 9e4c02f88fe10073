"""Dates as people write them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules.dates import NoDate, PastDate, begins_with_moment, day_of, moment_of
from tests.rules.example import settings

DESK = settings(
    calendars={
        "office": {
            "timezone": "Europe/Berlin",
            "open": {"mon-thu": ["09:00-12:00", "13:00-17:00"], "fri": ["09:00-15:00"]},
            "closed": ["2026-12-24"],
        },
    }
)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def said(text: str, now: datetime = MONDAY) -> str:
    """In Berlin."""
    return moment_of(DESK, text, now).astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("27.11.", "Fri 2026-11-27 15:00"),
        ("27. 11.", "Fri 2026-11-27 15:00"),
        ("27.11.2026", "Fri 2026-11-27 15:00"),
        ("27.11.26", "Fri 2026-11-27 15:00"),
        ("27.11. 14:00", "Fri 2026-11-27 14:00"),
        ("27.11.2026 14:00", "Fri 2026-11-27 14:00"),
        ("27.11.2026, 14 Uhr", "Fri 2026-11-27 14:00"),
        ("2026-12-01", "Tue 2026-12-01 17:00"),
        ("2026-12-01 14:00", "Tue 2026-12-01 14:00"),
        ("2026-12-01T14:00", "Tue 2026-12-01 14:00"),
        ("24.12.", "Thu 2026-12-24 17:00"),
        ("1.1.", "Fri 2027-01-01 15:00"),
        ("29.2.", "Tue 2028-02-29 17:00"),
        ("today", "Mon 2026-11-23 17:00"),
        ("heute 18 Uhr", "Mon 2026-11-23 18:00"),
        ("tomorrow", "Tue 2026-11-24 17:00"),
        ("Morgen um 9", "Tue 2026-11-24 09:00"),
        ("übermorgen 8:30", "Wed 2026-11-25 08:30"),
        ("uebermorgen", "Wed 2026-11-25 17:00"),
        ("day after tomorrow", "Wed 2026-11-25 17:00"),
        ("fri", "Fri 2026-11-27 15:00"),
        ("next friday 2pm", "Fri 2026-11-27 14:00"),
        ("bis Freitag", "Fri 2026-11-27 15:00"),
        ("montag", "Mon 2026-11-30 17:00"),
        ("+3d", "Thu 2026-11-26 17:00"),
        ("in 3 tagen", "Thu 2026-11-26 17:00"),
        ("in 2 weeks", "Mon 2026-12-07 17:00"),
        ("+2h", "Mon 2026-11-23 12:00"),
        ("in 45 Minuten", "Mon 2026-11-23 10:45"),
        ("sat", "Sat 2026-11-28 17:00"),
        (" '27.11.', ", "Fri 2026-11-27 15:00"),
        ("24. Dezember", "Thu 2026-12-24 17:00"),
        ("4. März 2027, 14 Uhr", "Thu 2027-03-04 14:00"),
        ("am 1. Mai", "Sat 2027-05-01 17:00"),
        ("24 December 2026", "Thu 2026-12-24 17:00"),
        ("24th of December at 14:00", "Thu 2026-12-24 14:00"),
        ("Dec 24", "Thu 2026-12-24 17:00"),
        ("on Dec. 24, 2026 2pm", "Thu 2026-12-24 14:00"),
        ("12/24/2026", "Thu 2026-12-24 17:00"),
        ("24/12/2026 14:00", "Thu 2026-12-24 14:00"),
        ("Thursday, 24 December 2026, 17:00", "Thu 2026-12-24 17:00"),
        ("Donnerstag, 24. Dezember 2026, 17:00 Uhr", "Thu 2026-12-24 17:00"),
        ("Do, 24.12.", "Thu 2026-12-24 17:00"),
        ("thu 2026-12-24 14:00", "Thu 2026-12-24 14:00"),
    ],
)
def test_a_date_is_read_as_it_is_meant(text: str, means: str) -> None:
    assert said(text) == means


def test_a_day_without_a_year_is_the_next_one_also_when_todays_hour_has_passed() -> None:
    assert said("23.11. 9:00") == "Tue 2027-11-23 09:00"
    assert said("23.11. 11:00") == "Mon 2026-11-23 11:00"


def test_a_time_that_the_clock_skips_is_the_moment_of_the_change() -> None:
    assert said("28.3.2027 02:30") == "Sun 2027-03-28 03:00"


def test_another_calendar_has_other_hours() -> None:
    assert moment_of(DESK, "tomorrow", MONDAY, "always") == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "31.2.", "0.0.", "32.1.", "25:00", "fri 25:00", "fri 13pm", "+9999w", "+3x", "24.12.x", "1/2"),
        *("31 February", "24 Smarch", "3/4/2027", "Fri, 24 December 2026", "fr 24.12.", "Dec", "32 Dec", "24 Dec x"),
    ],
)
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(NoDate, match=r"is no date; write 24\.12\."):
        moment_of(DESK, text, MONDAY)


@pytest.mark.parametrize("text", ["1.1.2020", "2026-11-23 09:59", "today 8:00"])
def test_the_past_is_refused(text: str) -> None:
    with pytest.raises(NoDate) as refused:
        moment_of(DESK, text, MONDAY)
    assert str(refused.value.why) == f"'{text}' lies in the past"
    assert "Vergangenheit" in refused.value.why.in_language("de")


@given(st.text(max_size=80))
def test_no_text_makes_anything_but_a_date_or_a_refusal(text: str) -> None:
    try:
        assert moment_of(DESK, text, MONDAY) > MONDAY
    except NoDate:
        pass


@pytest.mark.parametrize(
    ("text", "zone", "means"),
    [
        ("fri 14:00", "America/New_York", "Fri 2026-11-27 20:00"),
        ("fri 14:00", None, "Fri 2026-11-27 14:00"),
        ("27.11.", "America/New_York", "Fri 2026-11-27 15:00"),
        ("today 23:30", "America/New_York", "Tue 2026-11-24 05:30"),
        ("+2h", "America/New_York", "Mon 2026-11-23 12:00"),
        ("tomorrow 9", "Pacific/Auckland", "Mon 2026-11-23 21:00"),
    ],
)
def test_a_time_is_one_where_its_writer_is_and_a_day_ends_with_the_calendar(
    text: str, zone: str | None, means: str
) -> None:
    at = moment_of(DESK, text, MONDAY, timezone=zone)
    assert at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %Y-%m-%d %H:%M") == means


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("fri", ""),
        ("fri 14:00 the part is late", "the part is late"),
        ("in 3 tagen, weil", "weil"),
        ("24.12. x y", "x y"),
        ("24. Dezember, weil", "weil"),
        ("fri May is late", "May is late"),
    ],
)
def test_words_may_stand_behind_a_date(text: str, rest: str) -> None:
    assert begins_with_moment(DESK, text, MONDAY)[1] == rest


@pytest.mark.parametrize(("text", "error"), [("soon at last", NoDate), ("1.1.2020 too late", PastDate), ("", NoDate)])
def test_words_that_begin_with_no_date_are_refused(text: str, error: type[NoDate]) -> None:
    with pytest.raises(error):
        begins_with_moment(DESK, text, MONDAY)


@pytest.mark.parametrize(
    ("text", "back", "means"),
    [
        ("24.12.", 0, "2026-12-24"),
        ("20.11.", 0, "2027-11-20"),
        ("20.11.", 31, "2026-11-20"),
        ("20.12.", 31, "2026-12-20"),
        ("2026-11-01", 0, "2026-11-01"),
        ("today", 0, "2026-11-23"),
        ("fri", 0, "2026-11-27"),
        ("+2w", 0, "2026-12-07"),
        ("24. Dezember", 0, "2026-12-24"),
        ("Nov 20", 31, "2026-11-20"),
        ("Thu, 1 Oct 2026", 0, "2026-10-01"),
    ],
)
def test_a_day_is_read_without_a_time(text: str, back: int, means: str) -> None:
    assert day_of(text, MONDAY.date(), back=back).isoformat() == means


@pytest.mark.parametrize("text", ["", "soon", "31.2.", "fri 14:00", "+2h", "24.12. 9 Uhr"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(NoDate):
        day_of(text, MONDAY.date())


@pytest.mark.parametrize("text", ["the 24th of december", "den 24.12.", "24 december"])
def test_an_article_is_no_day_of_the_week(text: str) -> None:
    assert f"{moment_of(DESK, text, MONDAY):%d.%m.%Y}" == "24.12.2026"
