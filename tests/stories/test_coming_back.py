"""What was put aside comes back by itself, and what waited until a date goes on: with a reminder, when we are there."""

from __future__ import annotations

import pytest

from tests.stories.clockwork import tick, tick_through
from tests.stories.conftest import DeskWith
from tests.stories.example import merged
from tests.stories.test_reminders import TIMED, incident
from tests.stories.world import ANNA, ERIKA, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"


def says(desk: World, text: str) -> World:
    """Anna answers the letter about the ticket."""
    desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA)
    desk.new_letters()
    return desk


@pytest.fixture
def mine(desk: World) -> World:
    """Anna is at work on something that nobody was promised anything about."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    return says(desk, "#take")


def test_what_was_put_aside_is_back_in_sight_with_a_reminder(mine: World) -> None:
    says(mine, "#snooze fri 14:00")
    assert tick_through(mine, days=7) == {"Fri 13:00": ["reminder to anna@example.com"]}
    assert mine.ticket()["snoozed_until"] is None
    assert mine.actions()[-2:] == ["woken", "reminded"]
    letter = " ".join(mine.letter(ANNAS).text.split())
    assert (
        "1001 · Reminder · Printer on fire Back in sight: #1001 was put aside until now. Erika Krause wrote" in letter
    )


def test_it_is_back_when_it_was_asked_for_but_its_letter_waits_for_the_opening(desk_with: DeskWith) -> None:
    desk = incident(desk_with({}), "#take")
    says(desk, "#answer\nWe look into it.")
    says(desk, "#snooze sat 14:00")
    assert tick(desk, days=5, hours=4) == []
    assert desk.ticket()["snoozed_until"] is None, "on Saturday, as Anna has said"
    assert tick_through(desk, days=4) == {"Mon 08:00": ["reminder to anna@example.com"]}


def test_the_reporters_words_bring_it_back_once(mine: World) -> None:
    says(mine, "#snooze fri 14:00")
    mine.answer(mine.letter(REPORTER), "It burns again.", sender=ERIKA)
    mine.new_letters()
    assert tick_through(mine, days=7) == {}


def test_what_is_out_of_sight_is_reminded_of_when_it_is_back_but_escalated_at_once(desk_with: DeskWith) -> None:
    desk = incident(desk_with(TIMED), "#take")
    says(desk, "#snooze today 14:30")
    assert tick_through(desk, days=3) == {
        "Mon 13:30": ["reminder to anna@example.com"],
        "Mon 14:00": ["escalated to ben@example.com"],
    }
    said = " ".join(desk.letter(ANNAS, "reminder").text.split())
    assert "Time is getting short" in said, "one letter says both"
    other = incident(desk_with(TIMED), "#take")
    says(other, "#snooze fri 14:00")
    assert tick_through(other, days=3) == {"Mon 14:00": ["escalated to ben@example.com"]}


@pytest.mark.parametrize(
    ("command", "status"), [("#take; wait until fri 14:00", "in_progress"), ("#wait until fri 14:00", "new")]
)
def test_what_waited_goes_on_at_that_date(desk: World, command: str, status: str) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    says(desk, command)
    told = tick_through(desk, days=7)
    assert list(told) == ["Fri 13:00"]
    assert "reminder to anna@example.com" in told["Fri 13:00"]
    ticket = desk.ticket()
    assert (ticket["status"], ticket["waiting_for"], ticket["waiting_until"]) == (status, None, None)
    assert "The wait is over: #1001 goes on." in " ".join(desk.letter(ANNAS).text.split())
    assert [each["actor"] for each in ticket["events"] if each["action"] == "waited"] == ["clock"]


def test_whoever_went_on_before_hears_nothing(mine: World) -> None:
    says(mine, "#wait until fri 14:00")
    says(mine, "#take")
    assert tick_through(mine, days=7) == {}


def test_waiting_for_the_reporter_until_a_date_lets_his_clock_go_on_then(desk_with: DeskWith) -> None:
    desk = incident(desk_with(merged(TIMED, {"reminders": [{"when": "red", "to": "coordinator"}]})), "#take")
    says(desk, "#wait for Erika until tue 10:00")
    assert tick_through(desk, days=3) == {
        "Tue 09:00": ["reminder to anna@example.com"],
        "Tue 14:00": ["escalated to ben@example.com"],
    }
