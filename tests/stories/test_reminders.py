"""Reminders and escalations: to whom, when, how often, and what stands in them."""

from __future__ import annotations

import re

import pytest

from tests.stories.clockwork import tick, tick_through
from tests.stories.conftest import DeskWith
from tests.stories.example import Json, merged
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"
TIMED: Json = {
    "kinds": {"incident": {"yellow_after": "90m", "red_after": "4h", "response": None, "solution": "4h"}},
    "groups": {"network": {"coordinator": "ben"}},
}
"""An incident of Monday, 10:00 in Berlin, turns yellow at 11:30 and red at 15:00."""
ANSWERED: Json = {"kinds": {"incident": {"response": "3h", "solution": None, "yellow_after": None, "red_after": None}}}
"""A first answer is promised by 14:00, for the office closes for an hour; three quarters have gone at 13:15."""


def incident(desk: World, *commands: str) -> World:
    """Erika reports one, and Anna answers with these commands."""
    desk.write(ERIKA, "VPN down", "Nothing works.\n\nErika")
    for each in commands:
        desk.answer(desk.letter(ANNAS), each, sender=ANNA)
    desk.new_letters()
    return desk


@pytest.fixture
def taken(desk_with: DeskWith) -> World:
    """Anna is at work on it; Ben coordinates her group."""
    return incident(desk_with(TIMED), "#take")


def test_who_has_it_is_reminded_at_yellow_and_the_coordinator_told_at_red(taken: World) -> None:
    assert tick_through(taken, hours=48) == {
        "Mon 10:30": ["reminder to anna@example.com"],
        "Mon 14:00": ["escalated to ben@example.com"],
    }
    assert taken.actions()[-2:] == ["reminded", "escalated"]
    (event,) = (each for each in taken.ticket()["events"] if each["action"] == "escalated")
    assert (event["actor"], event["detail"]["to"], event["detail"]["about"]) == ("clock", ["ben"], "red")


def test_it_says_why_now_what_was_said_last_and_what_comes_next(taken: World) -> None:
    taken.answer(taken.letter(REPORTER), "It is urgent now.", sender=ERIKA)
    tick(taken, minutes=90)
    letter = taken.letter(ANNAS)
    said = " ".join(letter.text.split())
    assert "1001 · Reminder · VPN down" in said
    assert "Time is getting short: #1001 is to be done by Monday, 23 November 2026, 15:00." in said
    assert "Erika Krause wrote last: It is urgent now. ──" in said
    assert "On Monday, 23 November 2026, 15:00 the light turns red, and it is escalated." in said
    assert "Light yellow, time is getting short" in said
    assert re.search(r"Resolved +<mailto:support\+\w+@example.com", said)
    assert (letter.header("X-Mailgate-Light"), letter.header("Auto-Submitted")) == ("yellow", "auto-generated")
    assert letter.header("X-Auto-Response-Suppress") == "OOF, AutoReply, RN, NRN"
    assert "Time is getting short" in letter.html


def test_an_answer_to_it_goes_to_the_reporter(taken: World) -> None:
    tick(taken, minutes=90)
    assert "Answer to Erika Krause" in taken.letter(ANNAS, "reminder").header("Reply-To")
    taken.answer(taken.letter(ANNAS, "reminder"), "Please restart the router.", sender=ANNA)
    assert "Please restart the router." in taken.letter(REPORTER, "reply").text


def test_in_german_it_is_german(desk_with: DeskWith) -> None:
    desk = incident(desk_with(TIMED), "#assign ben")
    tick(desk, minutes=90)
    letter = " ".join(desk.letter(BENS, "reminder").text.split())
    assert "1001 · Erinnerung · VPN down" in letter
    assert "Die Zeit wird knapp: #1001 soll bis Montag, 23. November 2026, 15:00 Uhr erledigt sein." in letter
    assert "Ben Beck soll es bearbeiten, hat es aber nicht angenommen." in letter
    assert "Erika Krause schrieb zuletzt: Nothing works." in letter


def test_while_nobody_has_it_all_of_the_group_hear_of_it(desk_with: DeskWith) -> None:
    desk = incident(desk_with(TIMED))
    both = ["anna@example.com", "ben@example.com"]
    assert tick(desk, minutes=90) == [f"reminder to {each}" for each in both]
    assert "Nobody has taken it." in " ".join(desk.letter(ANNAS).text.split())
    assert tick(desk, hours=4) == [f"escalated to {each}" for each in both]


@pytest.mark.parametrize(
    ("changes", "letters"),
    [
        ({"reminders": [{"when": "red", "to": "assignee"}]}, ["escalated to anna@example.com"]),
        (
            {"reminders": [{"when": "red", "to": "coordinator"}, {"when": "red", "to": ["assignee"]}]},
            ["escalated to anna@example.com", "escalated to ben@example.com"],
        ),
        ({"reminders": [{"when": "red", "to": "notify"}]}, ["escalated to ben@example.com"]),
        (
            {"reminders": [{"when": "red", "to": "notify"}], "letters": {"escalated": ["admins"]}},
            ["escalated to ops@example.com"],
        ),
        ({"reminders": [{"when": "red", "to": "notify"}], "letters": {"escalated": []}}, []),
        ({"groups": {"network": {"coordinator": None}}}, ["escalated to anna@example.com"]),
        ({"agents": {"ben": {"mute": ["escalated"]}}}, []),
        ({"reminders": []}, []),
    ],
    ids=["the rule says", "two rules", "nobody by the rule", "as letters say", "off", "nobody at all", "muted", "none"],
)
def test_the_rules_say_who_and_letters_where_they_name_nobody(
    desk_with: DeskWith, changes: Json, letters: list[str]
) -> None:
    desk = incident(desk_with(merged(TIMED, changes)), "#take")
    tick(desk, minutes=90)
    assert tick(desk, hours=4) == letters


def test_of_several_that_are_due_at_once_only_the_gravest_is_written(desk_with: DeskWith) -> None:
    desk = incident(desk_with(merged(TIMED, {"kinds": {"incident": {"yellow_after": "200m"}}})), "#take")
    assert tick(desk, hours=5) == ["escalated to ben@example.com"]
    assert tick_through(desk, days=1) == {}
    assert desk.actions()[-1:] == ["escalated"]


def test_a_later_date_is_reminded_of_anew(taken: World) -> None:
    tick(taken, hours=6)
    taken.answer(taken.letter(ANNAS), "#due fri 12:00", sender=ANNA)
    taken.new_letters()
    told = tick_through(taken, days=5)
    assert list(told.values()) == [["reminder to anna@example.com"], ["escalated to ben@example.com"]]
    assert list(told)[1] == "Fri 12:00", "at 11:00 in UTC the office closes for lunch"


def test_nobody_is_reminded_while_the_reporter_has_to_answer(taken: World) -> None:
    taken.answer(taken.letter(ANNAS), "#question\nWhich router?", sender=ANNA)
    taken.new_letters()
    assert [each for letters in tick_through(taken, days=1).values() for each in letters] == []
    taken.answer(taken.letter(REPORTER), "The grey one.", sender=ERIKA)
    taken.new_letters()
    assert tick(taken, hours=1.5) == ["reminder to anna@example.com"]


def test_what_falls_due_when_we_close_is_escalated_in_the_morning_unless_it_is_settled_by_then(taken: World) -> None:
    taken.answer(taken.letter(ANNAS), "#due today 17:00", sender=ANNA)
    taken.new_letters()
    assert list(tick_through(taken, hours=8).values()) == [["reminder to anna@example.com"]]
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#resolve\nIt works again.", sender=ANNA)
    taken.new_letters()
    assert tick_through(taken, days=2) == {}


@pytest.mark.parametrize("done", ["#resolve\nIt is mended.", "#close"])
def test_what_is_done_reminds_nobody(taken: World, done: str) -> None:
    taken.answer(taken.letter(ANNAS), done, sender=ANNA)
    taken.new_letters()
    assert tick_through(taken, days=1) == {}


def test_a_first_answer_that_is_promised_is_reminded_of_and_escalated(desk_with: DeskWith) -> None:
    desk = incident(desk_with(merged(TIMED, ANSWERED)), "#take")
    assert tick_through(desk, hours=48) == {
        "Mon 12:15": ["reminder to anna@example.com"],
        "Mon 13:00": ["escalated to ben@example.com"],
    }
    assert "Versprochen war sie bis Montag, 23. November 2026, 14:00 Uhr." in " ".join(desk.letter(BENS).text.split())


def test_once_it_was_given_nobody_is_reminded_of_it(desk_with: DeskWith) -> None:
    desk = incident(desk_with(merged(TIMED, ANSWERED)), "Dear Erika, I look into it.")
    assert tick_through(desk, hours=48) == {}


def test_of_a_part_its_handler_is_reminded_and_whoever_coordinates_the_whole_is_told(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(merged(COORDINATED, {"unanswered": "none"}))))
    desk.answer(desk.letter(BENS), "#accept", sender=BEN)
    desk.new_letters()
    told = tick_through(desk, days=5)
    assert list(told.values()) == [["reminder to ben@example.com"], ["escalated to anna@example.com"]]
    assert list(told)[1] == "Fri 16:00"
    letter = desk.letter(BENS, "reminder")
    assert "Is the cable long enough?" in letter.text
    assert "We move on Friday" not in letter.text, "that stands in the letter that assigned it"
    assert "Antwort an Anna Alt" in letter.header("Reply-To")
    desk.answer(letter, "Es reicht.", sender=BEN)
    assert desk.ticket(1002)["status"] == "answered"


def test_what_turned_red_out_of_sight_does_not_say_that_time_is_getting_short(desk_with: DeskWith) -> None:
    desk = desk_with({"kinds": {"request": {"solution": "8h"}}, "unanswered": "never"})
    desk.write(ERIKA, "A new screen", "Please.")
    desk.answer(desk.letter(ANNAS), "#take; snooze 2026-11-24 14:00", sender=ANNA)
    tick_through(desk, hours=30)
    assert "Time is getting short" not in desk.letter(ANNAS, "reminder").text
    assert "was to be done by Monday" in " ".join(desk.letter(ANNAS, "reminder").text.split())


def test_who_has_it_hears_of_the_end_of_a_snooze_where_the_rule_names_somebody_else(desk_with: DeskWith) -> None:
    yellow = {"when": "yellow", "to": "coordinator"}
    coordinated = {"groups": {"network": {"coordinator": "ben"}}}
    desk = desk_with(
        {**coordinated, "reminders": [yellow], "kinds": {"request": {"solution": "8h"}}, "unanswered": "never"}
    )
    desk.write(ERIKA, "A new screen", "Please.")
    desk.answer(desk.letter(ANNAS), "#take; snooze 2026-11-23 16:00", sender=ANNA)
    desk.new_letters()
    told = tick_through(desk, hours=12)
    assert {"reminder to anna@example.com", "reminder to ben@example.com"} <= {
        each for day in told.values() for each in day
    }


def test_who_reads_no_digest_is_told_late_all_the_same(desk_with: DeskWith) -> None:
    anna = {"name": "Anna Alt", "email": "anna@example.com", "language": "en", "mute": ["digest"]}
    desk = desk_with({"kinds": {"request": {"solution": "8h"}}, "unanswered": "never", "agents": {"anna": anna}})
    desk.write(ERIKA, "A new screen", "Please.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.new_letters()
    assert tick(desk, hours=50) == ["escalated to anna@example.com"]
    (event,) = (each for each in desk.ticket()["events"] if each["action"] == "escalated")
    assert "in_digest" not in event["detail"]
