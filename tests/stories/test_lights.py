"""The traffic light through the days: thresholds, waiting, weekends, holidays, both changes of the clock, dates."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import merged
from tests.stories.timing import PROMISING, incident, light_at, moments, set_to, there
from tests.stories.world import ANNA, ERIKA, World

ANNAS = "anna@example.com"
PARTNER = "Otto <otto@partner.example>"
AS_PROMISED = ("11-23 12:00", "11-24 10:00", "11-23 15:00", "11-24 11:00")


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    """Erika has reported an incident on Monday, at 10:00."""
    return incident(desk_with(PROMISING))


def says(desk: World, text: str, at: str | None = None, number: int = 1001) -> None:
    """Anna answers."""
    if at:
        set_to(desk, at)
    (letter, *_) = (each for each in desk.letters(ANNAS, "new_ticket") if f"#{number}" in each.header("Subject"))
    desk.answer(letter, text, sender=ANNA)
    assert desk.letter(ANNAS).header("X-Mailgate-Letter") != "command_refused", desk.letter(ANNAS).text


def test_it_turns_yellow_and_red_by_the_hours_of_the_office(desk: World) -> None:
    assert moments(desk) == AS_PROMISED
    shown = [light_at(desk, f"2026-11-{at}") for at in ("23 10:00", "23 14:59", "23 15:00", "24 10:59", "24 11:00")]
    assert shown == ["green", "green", "yellow", "yellow", "red"]
    assert there(desk.ticket()["deadline"]) == "11-24 10:00"


def test_tickets_of_which_nothing_is_promised_show_no_light(desk: World) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    assert light_at(desk, "2026-12-30 10:00", 1002) == "off"
    assert desk.ticket(1002)["deadline"] is None
    assert light_at(desk, "2026-12-30 10:00") == "red"


DAYS = [
    ("2026-11-20 15:00", ("11-20 17:00", "11-23 15:00", "11-23 11:00", "11-23 16:00")),  # over a weekend
    ("2026-11-21 12:00", ("11-23 11:00", "11-24 09:00", "11-23 14:00", "11-24 10:00")),  # on one
    ("2026-12-23 15:00", ("12-23 17:00", "12-28 15:00", "12-28 11:00", "12-28 16:00")),  # a closed day, two holidays
    ("2027-03-25 15:00", ("03-25 17:00", "03-30 15:00", "03-30 11:00", "03-30 16:00")),  # Easter, and summer time
    ("2027-10-29 15:00", ("10-29 17:00", "11-02 15:00", "11-02 11:00", "11-02 16:00")),  # All Saints', and winter time
]


@pytest.mark.parametrize(("at", "turns"), DAYS)
def test_closed_days_do_not_count(desk_with: DeskWith, at: str, turns: tuple[str, ...]) -> None:
    desk = incident(desk_with(PROMISING), at=at)
    assert moments(desk) == turns
    year, yellow, red = at[:4], turns[2], turns[3]
    assert [light_at(desk, f"{year}-{each}") for each in (yellow, red)] == ["yellow", "red"]


@pytest.mark.parametrize(
    ("at", "red"),
    [("2026-10-24 20:00", "10-25 07:00"), ("2027-03-27 20:00", "03-28 09:00")],  # 25 and 23 hours
)
def test_around_the_clock_both_changes_of_the_clock_are_counted_by_the_hour(
    desk_with: DeskWith, at: str, red: str
) -> None:
    always = {"kinds": {"incident": {"calendar": "always", "yellow_after": "6h", "red_after": "12h"}}}
    desk = incident(desk_with(merged(PROMISING, always)), at=at)
    assert moments(desk)[3] == red


# -- waiting -----------------------------------------------------------------------------------------------------------


def test_while_the_reporter_is_waited_for_it_stands_and_then_goes_on_where_it_was(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 11:00")
    assert moments(desk) == AS_PROMISED
    assert [light_at(desk, f"2026-11-{at}") for at in ("23 15:00", "30 10:00")] == ["green", "green"]
    set_to(desk, "2026-11-30 11:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert moments(desk) == ("11-23 12:00", "12-01 10:00", "11-30 15:00", "12-01 11:00")
    assert [light_at(desk, at) for at in ("2026-11-30 14:59", "2026-11-30 15:00")] == ["green", "yellow"]


def test_a_colour_that_it_had_already_stays_while_it_stands(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 16:00")
    assert light_at(desk, "2026-12-03 10:00") == "yellow"
    set_to(desk, "2026-12-03 10:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert moments(desk)[2] == "11-23 15:00"  # what had passed stays passed
    assert light_at(desk, "2026-12-03 10:00") == "yellow"
    assert moments(desk)[3] == "12-03 14:00"  # three hours were left


@pytest.mark.parametrize("command", ["#wait", "#wait for ben", "#ask x@expert.example; wait\nIs it so?"])
def test_for_anybody_else_it_does_not_stand(desk: World, command: str) -> None:
    says(desk, command, "2026-11-23 11:00")
    assert desk.ticket()["status"] == "waiting"
    assert light_at(desk, "2026-11-23 15:00") == "yellow"


def test_a_night_of_waiting_moves_nothing(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 17:00")
    set_to(desk, "2026-11-24 08:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert moments(desk) == AS_PROMISED


def test_once_it_is_solved_the_light_is_off_and_after_reopening_it_goes_on(desk: World) -> None:
    says(desk, "#resolve\nTurned it on.", "2026-11-23 14:00")
    assert light_at(desk, "2026-11-30 14:00") == "off"
    set_to(desk, "2026-11-30 14:00")
    desk.answer(desk.letter("erika@customer.example", "resolved"), "It is off again.", sender=ERIKA)
    assert moments(desk)[1:] == ("12-01 10:00", "11-30 15:00", "12-01 11:00")
    assert light_at(desk, "2026-11-30 14:30") == "green"


def test_a_clock_that_is_set_back_does_no_harm(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 11:00")
    set_to(desk, "2026-11-22 11:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert moments(desk) == AS_PROMISED
    assert light_at(desk, "2026-11-23 15:00") == "yellow"


# -- what is promised, and to whom -------------------------------------------------------------------------------------


def test_what_changes_the_promise_counts_from_the_beginning_with_all_the_pauses(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 11:00")
    set_to(desk, "2026-11-23 15:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    says(desk, "#priority urgent")
    assert moments(desk)[1:] == ("11-24 10:00", "11-23 16:00", "11-24 10:00")
    says(desk, "#priority normal")
    assert moments(desk)[1:] == ("11-24 14:00", "11-24 10:00", "11-24 15:00")
    says(desk, "#kind request")
    assert moments(desk) == ("11-23 12:00", None, None, None)  # the first answer was promised when it was given
    assert light_at(desk, "2026-12-30 10:00") == "off"


def test_of_kind_and_customer_group_the_shorter_binds_and_a_new_reporter_brings_his_own(desk: World) -> None:
    incident(desk, PARTNER)
    assert moments(desk, 1002) == ("11-23 11:00", "11-23 16:00", "11-23 13:30", "11-23 16:00")
    says(desk, "#from otto@partner.example")
    assert moments(desk) == moments(desk, 1002)
    assert "Monday, 23 November 2026, 11:00" in desk.letter("otto@partner.example", "acknowledged").text
    assert "Monday, 23 November 2026, 12:00" in desk.letter("erika@customer.example", "acknowledged").text


# -- dates -------------------------------------------------------------------------------------------------------------


def test_a_date_counts_instead_and_does_not_move_while_the_clock_stands(desk: World) -> None:
    says(desk, "#due 2026-11-26 17:00", "2026-11-23 13:00")
    assert there(desk.ticket()["deadline"]) == "11-26 17:00"
    assert moments(desk) == ("11-23 12:00", "11-24 10:00", "11-26 09:45", "11-26 17:00")  # a quarter of 25 hours before
    shown = [light_at(desk, f"2026-11-{at}") for at in ("26 09:44", "26 09:45", "26 16:59", "26 17:00")]
    assert shown == ["green", "yellow", "yellow", "red"]
    says(desk, "#question\nWhich one?", "2026-11-25 10:00")
    set_to(desk, "2026-11-26 09:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert moments(desk)[1:] == ("11-24 10:00", "11-26 09:45", "11-26 17:00")


def test_without_a_date_the_thresholds_count_again(desk: World) -> None:
    says(desk, "#due 2026-11-26 17:00", "2026-11-23 13:00")
    says(desk, "#due none", "2026-11-23 13:30")
    assert moments(desk) == AS_PROMISED
    assert there(desk.ticket()["deadline"]) == "11-24 10:00"


def test_a_date_gives_a_light_to_what_had_none(desk: World) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    says(desk, "#due 2026-11-23 18:00", number=1002)
    assert moments(desk, 1002) == (None, None, "11-23 16:00", "11-23 18:00")
    says(desk, "#due none", number=1002)
    assert light_at(desk, "2026-12-01 10:00", 1002) == "off"


# -- taking back -------------------------------------------------------------------------------------------------------

UNDONE = ["#due 2026-11-26 17:00", "#priority urgent", "#kind request", "#take; due +9d", "#from otto@partner.example"]


@pytest.mark.parametrize("command", UNDONE)
def test_what_is_taken_back_leaves_no_trace_in_the_deadlines(desk: World, command: str) -> None:
    says(desk, command, "2026-11-23 11:30")
    assert moments(desk) != AS_PROMISED
    set_to(desk, "2026-11-23 14:30")
    desk.answer(desk.letter(ANNAS, "command_done"), "#undo", sender=ANNA)
    assert moments(desk) == AS_PROMISED


def test_a_date_that_comes_back_turns_yellow_when_it_would_have(desk: World) -> None:
    says(desk, "#due 2026-11-26 17:00", "2026-11-23 13:00")
    before = moments(desk)
    says(desk, "#due none", "2026-11-25 09:00")
    set_to(desk, "2026-11-25 15:00")
    desk.answer(desk.letter(ANNAS, "command_done"), "#undo", sender=ANNA)
    assert moments(desk) == before


def test_a_solution_that_is_taken_back_lets_the_clock_go_on(desk: World) -> None:
    says(desk, "#resolve\nDone.", "2026-11-23 11:00")
    says(desk, "#reopen", "2026-11-23 12:00")
    set_to(desk, "2026-11-23 14:00")
    desk.answer(desk.letter(ANNAS, "command_done"), "#undo", sender=ANNA)
    ticket = desk.ticket()
    assert (ticket["status"], ticket["light"]) == ("resolved", "off")
    assert ticket["times"]["solution"]["working_minutes"] == 60


def test_one_event_says_what_people_changed_and_not_what_followed(desk: World) -> None:
    says(desk, "#due 2026-11-26 17:00")
    (event,) = (each for each in desk.ticket()["events"] if each["action"] == "due")
    assert set(event["detail"]) == {"due_at"}
