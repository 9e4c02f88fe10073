"""The traffic light: what is green, yellow, red and off, and which colour stands while the clock does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from mailgate.rules.lifecycle import STATUSES
from mailgate.rules.light import light, stands

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEN, ELEVEN, NOON = (NINE + timedelta(hours=hours) for hours in (1, 2, 3))
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Shown:
    status: str = "in_progress"
    yellow_at: datetime | None = TEN
    red_at: datetime | None = NOON
    stands_since: datetime | None = None


@pytest.mark.parametrize(
    ("now", "colour"),
    [(NINE, "green"), (TEN - MOMENT, "green"), (TEN, "yellow"), (NOON - MOMENT, "yellow"), (NOON, "red")],
)
def test_it_turns_at_its_moments(now: datetime, colour: str) -> None:
    assert light(Shown(), now) == colour


@pytest.mark.parametrize("status", ["resolved", "closed", "merged"])
def test_it_is_off_where_all_is_done(status: str) -> None:
    assert light(Shown(status, stands_since=NOON), NOON) == "off"


def test_it_is_off_where_nothing_is_promised_and_has_only_the_colours_that_are() -> None:
    assert light(Shown(yellow_at=None, red_at=None), NOON) == "off"
    assert light(Shown(yellow_at=None), ELEVEN) == "green"
    assert light(Shown(yellow_at=None), NOON) == "red"
    assert light(Shown(red_at=None), NOON) == "yellow"


def test_where_red_comes_before_yellow_it_is_red() -> None:
    assert light(Shown(yellow_at=NOON, red_at=TEN), ELEVEN) == "red"


def test_while_the_clock_stands_the_colour_stays_as_it_was() -> None:
    for since, colour in ((NINE, "green"), (TEN, "yellow"), (NOON, "red")):
        assert light(Shown("waiting", stands_since=since), NOON + timedelta(days=9)) == colour


def test_the_clock_stands_for_the_reporter_alone_or_at_the_end() -> None:
    waiting = [each for each in ("reporter", "statement", "part", "other", None) if stands("waiting", each)]
    assert waiting == ["reporter"]
    assert [each for each in STATUSES if stands(each, None)] == ["resolved", "closed", "merged"]
