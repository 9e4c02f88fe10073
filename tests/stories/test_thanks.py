"""Thanks and reactions change nothing (CONTRACT 4, reopen.thanks), and too many replies reopen no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import answer
from tests.stories.world import ANNA, ERIKA, World

ERIKAS, ANNAS = "erika@customer.example", "anna@example.com"
_MINUTE = timedelta(minutes=1)


def solved(desk: World, command: str = "#resolve") -> World:
    """Anna has resolved or closed Erika's ticket, with a word."""
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), f"{command}\nThe printer was replaced.", sender=ANNA)
    desk.new_letters()
    return desk


def says(desk: World, text: str) -> None:
    desk.answer(desk.letter(ERIKAS), text, sender=ERIKA)


@pytest.mark.parametrize("text", ["Danke!", "Thanks, works now", "👍", "Vielen Dank für die schnelle Hilfe!\n\nErika"])
def test_thanks_leave_a_resolved_ticket_as_it_is_and_tell_nobody(desk: World, text: str) -> None:
    says(solved(desk), text)
    assert desk.state() == ("resolved", "anna")
    assert desk.new_letters() == []
    assert desk.message()["new_text"] == text
    assert desk.actions()[-2:] == ["not_reopened", "suppressed"]


@pytest.mark.parametrize("text", ["Thanks, but it still burns", "Danke?", "👎", "Thanks. 2 more burn"])
def test_whoever_says_more_reopens(desk: World, text: str) -> None:
    says(solved(desk), text)
    assert desk.state() == ("in_progress", "anna")
    assert desk.new_letters() == ["new_message to anna@example.com"]


def test_a_reaction_of_outlook_leaves_a_closed_ticket_closed(desk: World) -> None:
    solved(desk)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    desk.new_letters()
    says(desk, "👍 Erika Krause reacted to your message:")
    assert desk.state() == ("closed", "anna")
    assert desk.new_letters() == []


def test_thanks_long_after_closing_open_no_new_ticket(desk: World) -> None:
    says(solved(desk, "#close"), "Danke!")
    desk.later(days=40)
    says(desk, "Vielen Dank!")
    assert len(desk.tickets()) == 1
    assert desk.state()[0] == "closed"


def test_thanks_on_an_open_ticket_disturb_nobody(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, we come at noon.", sender=ANNA)
    desk.new_letters()
    says(desk, "Perfekt, danke!")
    assert (desk.new_letters(), desk.state()) == ([], ("in_progress", "anna"))


def test_who_waits_for_an_answer_is_told_also_of_the_shortest(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#question\nShall we come at noon?", sender=ANNA)
    desk.new_letters()
    says(desk, "👍")
    assert desk.new_letters() == ["new_message to anna@example.com"]
    assert desk.state() == ("waiting", "anna")
    says(desk, "Thanks, works now")
    assert desk.state() == ("in_progress", "anna")


def test_a_new_mail_of_thanks_is_a_ticket(desk: World) -> None:
    desk.write(ERIKA, "For you", "Thanks!")
    assert "acknowledged to erika@customer.example" in desk.new_letters()


def test_where_the_desk_wants_it_thanks_reopen(desk_with: DeskWith) -> None:
    desk = solved(desk_with({"reopen": {"thanks": "reopen"}}))
    says(desk, "Danke!")
    assert desk.state() == ("in_progress", "anna")


def test_a_ticket_is_reopened_so_often_in_a_day_and_then_stays(desk_with: DeskWith) -> None:
    desk = solved(desk_with({"limits": {"reopen_per_day": 2}}))
    for _ in range(3):
        desk.clock.advance(_MINUTE)
        says(desk, "It burns again.")
        resolved = desk.state()[0] == "resolved"
        desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve\nReplaced once more.", sender=ANNA)
    assert resolved
    assert desk.actions().count("not_reopened") == 1
    assert "is unchanged" in desk.letter(ANNAS, "new_message").text
    desk.later(days=1)
    says(desk, "It burns again.")
    assert desk.state()[0] == "in_progress"


def test_answers_to_questions_use_up_no_reopening(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"reopen_per_day": 1}})
    desk.write(ERIKA, "Printer", "It burns.")
    for _ in range(2):
        desk.answer(desk.letter(ANNAS, "new_ticket"), "#question\nWhere?", sender=ANNA)
        says(desk, "On the third floor.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve\nReplaced.", sender=ANNA)
    says(desk, "It burns again.")
    assert desk.state() == ("in_progress", "anna")


def test_thanks_of_a_stranger_are_words_like_any_other(desk: World) -> None:
    solved(desk)
    letter = desk.letter(ERIKAS)
    desk.mail(answer(letter, "Danke!", sender="Mallory <mallory@elsewhere.example>"))
    assert desk.new_letters() == ["new_message to anna@example.com"]
    assert not desk.message()["public"]
