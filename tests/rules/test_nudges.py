"""How long a reporter is waited for: all moments of it, whatever the clock has done already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailgate.rules import nudges
from mailgate.rules.statement_dates import reminder_at
from mailgate.settings.model import Settings

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
REPORTER = {"when": {"waiting_for_reporter": "3d"}, "to": "reporter", "max": 2}


@dataclass(frozen=True)
class Asked:
    """A ticket that waits for its reporter since Monday."""

    kind: str = "request"
    status: str = "waiting"
    waiting_for: str | None = "reporter"
    parent: int | None = None
    resolved_at: datetime | None = None
    stands_since: datetime | None = MONDAY
    asked_at: datetime | None = MONDAY
    closes_at: datetime | None = None


def configured(**service: Any) -> Settings:
    least = {"site": {"admins": ["ops@example.com"]}, "addresses": [{"address": "support@example.com"}]}
    return Settings.model_validate(least | service)


def days(settings: Settings, ticket: Asked) -> list[tuple[float, tuple[str, ...]]]:
    """Each reminder: after how many days, and to whom."""
    return [((each.at - MONDAY) / DAY, each.to) for each in nudges.nudges(settings, ticket)]


def test_as_it_comes_he_is_reminded_twice_told_and_closed() -> None:
    usual = configured()
    assert days(usual, Asked()) == [(3, ("reporter",)), (6, ("reporter",))]
    assert nudges.last_word(usual, Asked()) == MONDAY + 11 * DAY
    assert nudges.closes(usual, Asked()) == MONDAY + 14 * DAY


def test_a_reminder_that_waits_for_the_end_of_holidays_puts_the_next_one_off() -> None:
    office = {
        "office": {"timezone": "UTC", "open": {"mon-fri": ["09:00-17:00"]}, "closed": ["2026-11-26", "2026-11-27"]}
    }
    closed = configured(kinds={"request": {"calendar": "office"}}, calendars=office)
    assert days(closed, Asked()) == [(3, ("reporter",)), (8.5, ("reporter",))], "the first goes out on day 7"


@pytest.mark.parametrize(
    "other",
    [
        Asked(waiting_for="other"),
        Asked(status="in_progress", waiting_for=None),
        Asked(status="closed"),
        Asked(asked_at=None, stands_since=None),
    ],
)
def test_who_is_not_waited_for_has_no_moments(other: Asked) -> None:
    assert (days(configured(), other), nudges.last_word(configured(), other)) == ([], None)
    assert nudges.closes(configured(), other) is None


def test_it_counts_from_whichever_was_later() -> None:
    assert nudges.since(Asked(asked_at=MONDAY + DAY)) == MONDAY + DAY
    assert nudges.since(Asked(stands_since=MONDAY + DAY)) == MONDAY + DAY
    assert nudges.since(Asked(asked_at=None)) == MONDAY


def test_nobody_outside_is_reminded_when_the_last_word_was_said() -> None:
    rules = [REPORTER | {"max": 50, "to": ["reporter", "assignee"]}]
    both, us = ("reporter", "assignee"), ("assignee",)
    assert days(configured(reminders=rules), Asked()) == [(3, both), (6, both), (9, both), (12, us)]


def test_without_an_end_reminders_have_their_own() -> None:
    settings = configured(auto_close="never", reminders=[REPORTER | {"max": 100_000}])
    assert len(days(settings, Asked())) == nudges.MOST
    assert nudges.last_word(settings, Asked()) is None


def test_the_notice_is_a_quarter_where_that_is_short() -> None:
    settings = configured(auto_close={"waiting_for_reporter": "4h"})
    assert nudges.last_word(settings, Asked()) == MONDAY + timedelta(hours=3)


def test_what_he_was_told_stands_until_he_is_asked_anew() -> None:
    told = Asked(closes_at=MONDAY + 20 * DAY)
    assert nudges.is_told(told)
    assert nudges.closes(configured(), told) == MONDAY + 20 * DAY
    again = replace(told, asked_at=MONDAY + 21 * DAY)
    assert not nudges.is_told(again)
    assert nudges.closes(configured(), again) == MONDAY + 35 * DAY


def test_a_part_is_reminded_of_and_never_closed() -> None:
    part = Asked(parent=1001)
    assert len(days(configured(), part)) == 2
    assert (nudges.last_word(configured(), part), nudges.closes(configured(), part)) == (None, None)


def test_what_is_resolved_closes_by_its_own_time_without_a_last_word() -> None:
    resolved = Asked(status="resolved", waiting_for=None, resolved_at=MONDAY + DAY)
    assert nudges.closes(configured(), resolved) == MONDAY + 8 * DAY
    assert nudges.last_word(configured(), resolved) is None
    assert nudges.closes(configured(auto_close={"resolved": "never"}), resolved) is None


@pytest.mark.parametrize("action", ["question", "wait", "answer"])
def test_asking_begins_it_anew(action: str) -> None:
    expected = {"asked_at": MONDAY, "closes_at": None}
    assert nudges.asked_anew(action, "waiting", "reporter", MONDAY) == expected
    assert nudges.asked_anew(action, "waiting", "other", MONDAY) == {}
    assert nudges.asked_anew("priority", "waiting", "reporter", MONDAY) == {}


def test_a_statement_is_reminded_of_a_day_before_or_in_the_last_quarter() -> None:
    assert reminder_at(MONDAY, MONDAY + 4 * DAY) == MONDAY + 3 * DAY
    assert reminder_at(MONDAY, MONDAY + 20 * DAY) == MONDAY + 19 * DAY
    assert reminder_at(MONDAY, MONDAY + timedelta(hours=4)) == MONDAY + timedelta(hours=3)
    assert reminder_at(MONDAY, None) == MONDAY + 3 * DAY
