"""`#wait` for somebody, `#snooze` until a date: what is written down, who is told, and what brings it back."""

from __future__ import annotations

import pytest

from tests.stories.answering import says_anew
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG
from tests.stories.mailer import answer
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"


@pytest.mark.parametrize(
    ("command", "role", "until", "said"),
    [
        ("#wait", "other", None, "#1001 waits for somebody else."),
        ("#wait for ben", "other", None, "#1001 waits for Ben Beck."),
        ("#warten auf Office team", "other", None, "#1001 waits for Office team."),
        ("#wait for x@supplier.example", "other", None, "#1001 waits for x@supplier.example."),
        ("#wait for Erika", "reporter", None, "#1001 waits for Erika Krause."),
        ("#warten auf den Kunden", "reporter", None, "#1001 waits for Erika Krause."),
        (
            "#wait for ben until fri",
            "other",
            "2026-11-27T16:00:00.000000Z",
            "#1001 waits for Ben Beck, until Friday, 27 November 2026, 17:00.",
        ),
        (
            "#warten bis 24.12. 14:00",
            "other",
            "2026-12-24T13:00:00.000000Z",
            "#1001 waits for somebody else, until Thursday, 24 December 2026, 14:00.",
        ),
    ],
)
def test_it_waits_for_whoever_is_named(mine: World, command: str, role: str, until: str | None, said: str) -> None:
    assert said in says_anew(mine, command)
    ticket = mine.ticket()
    assert (ticket["status"], ticket["assignee"], ticket["waiting_for"]) == ("waiting", "anna", role)
    assert ticket["waiting_until"] == until
    assert mine.new_letters() == ["command_done to anna@example.com"]


def test_going_on_ends_the_waiting_as_the_letter_says_anew(mine: World) -> None:
    assert "To undo: #take" in says_anew(mine, "#wait for ben until fri")
    says_anew(mine, "#take")
    ticket = mine.ticket()
    assert (ticket["status"], ticket["waiting_for"], ticket["waiting_until"]) == ("in_progress", None, None)


def test_beside_a_request_for_a_statement_it_waits_for_that(mine: World) -> None:
    says_anew(mine, "#ask x@supplier.example; wait\nHow long does it take?")
    assert mine.ticket()["waiting_for"] == "statement"


def test_the_reporters_answer_ends_it(mine: World) -> None:
    says_anew(mine, "#wait for ben until fri")
    mine.answer(mine.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert mine.state() == ("in_progress", "anna")
    assert mine.ticket()["waiting_until"] is None


def test_words_beside_it_go_where_they_always_go(mine: World) -> None:
    says_anew(mine, "#wait for ben\nDear Erika, Ben looks into it.")
    assert mine.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    assert mine.state()[0] == "waiting"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#wait for bne", "%23wait%20for%20ben"),
        ("#wait until soon", "'soon' is no date"),
        ("#wait until 1.1.2020", "lies in the past"),
        ("#snooze soon", "'soon' is no date"),
        ("#snooze 1.1.2020", "lies in the past"),
        ("#snooze", "#snooze needs a date"),
        ("#snooze none", "There is no date to take away"),
    ],
)
def test_what_can_not_be_is_said_and_changes_nothing(mine: World, command: str, why: str) -> None:
    assert why in says_anew(mine, command)
    assert mine.state() == ("in_progress", "anna")
    assert mine.new_letters() == ["command_refused to anna@example.com"]


def test_what_is_solved_waits_for_nobody(mine: World) -> None:
    says_anew(mine, "#resolve\nDear Erika, it is out.")
    assert "#1001 is resolved, so this is not possible" in says_anew(mine, "#wait for ben")


@pytest.mark.parametrize("command", ["#snooze fri 8:00", "#wiedervorlage Freitag 8 Uhr"])
def test_it_is_out_of_sight_until_then(mine: World, command: str) -> None:
    said = says_anew(mine, command)
    assert "#1001 is out of sight until Friday, 27 November 2026, 08:00" in said
    assert "To undo: #snooze none" in said
    assert mine.ticket()["snoozed_until"] == "2026-11-27T07:00:00.000000Z"
    assert mine.state() == ("in_progress", "anna")
    mine.answer(mine.letter(ANNAS), "#list mine", sender=ANNA)
    assert "1001" not in mine.letter(ANNAS, "list").text
    says_anew(mine, "#snooze none")
    assert mine.ticket()["snoozed_until"] is None
    mine.answer(mine.letter(ANNAS), "#list mine", sender=ANNA)
    assert "1001" in mine.letter(ANNAS, "list").text


def test_words_beside_snooze_are_a_note(mine: World) -> None:
    says_anew(mine, "#snooze fri\nThe part comes on Friday.")
    assert (mine.message()["purpose"], mine.message()["public"]) == ("note", False)
    assert mine.letters(REPORTER, "reply") == []


def test_another_date_is_undone_by_the_one_before(mine: World) -> None:
    says_anew(mine, "#snooze fri 8:00")
    assert "To undo: #snooze 2026-11-27 08:00" in says_anew(mine, "#snooze +2w")
    says_anew(mine, "#snooze 2026-11-27 08:00")
    assert mine.ticket()["snoozed_until"] == "2026-11-27T07:00:00.000000Z"


def test_the_reporters_words_bring_it_back_at_once_and_thanks_or_programs_do_not(mine: World) -> None:
    says_anew(mine, "#snooze fri")
    mine.mail(answer(mine.letter(REPORTER), "Thank you very much!", sender=ERIKA))
    robot = {"Auto-Submitted": "auto-generated"}
    mine.mail(answer(mine.letter(REPORTER), "I am out of office.", sender=ERIKA, headers=robot))
    assert mine.ticket()["snoozed_until"] is not None
    mine.answer(mine.letter(REPORTER), "It burns again.", sender=ERIKA)
    assert mine.ticket()["snoozed_until"] is None
    assert [each["actor"] for each in mine.ticket()["events"] if each["action"] == "woken"] == ["reporter"]


def test_whoever_gets_it_next_sees_it(mine: World) -> None:
    says_anew(mine, "#snooze fri")
    says_anew(mine, "#assign ben")
    assert mine.ticket()["snoozed_until"] is None
    mine.answer(mine.letter(BENS, "assigned"), "#snooze fri; resolve\nDone.", sender=BEN)
    assert mine.ticket()["snoozed_until"] is None


def test_a_time_is_one_where_the_agent_is(desk_with: DeskWith) -> None:
    desk = desk_with({"agents": {"anna": {**CONFIG["agents"]["anna"], "timezone": "America/New_York"}}})
    desk.write(ERIKA, "Printer", "It burns.")
    assert "until Friday, 27 November 2026, 08:00" in says_anew(desk, "#snooze fri 8:00")
    assert desk.ticket()["snoozed_until"] == "2026-11-27T13:00:00.000000Z"
