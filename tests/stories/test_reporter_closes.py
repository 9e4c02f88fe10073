"""The one command of a reporter: `#close` in a mail with his own token closes his ticket (CONTRACT 6)."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def answered(desk: World) -> World:
    """Anna has answered Erika."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA)
    desk.new_letters()
    return desk


def closes(desk: World, text: str, *, sender: str = ERIKA, stranger: bool = False) -> int:
    return desk.answer(desk.letter(REPORTER), text, sender=sender, stranger=stranger)


@pytest.mark.parametrize("text", ["#close", "#schließen", "#Close.\n\nKind regards\nErika", "It is out.\n\n#close"])
@pytest.mark.parametrize("stranger", [False, True])
def test_close_closes_it(answered: World, text: str, stranger: bool) -> None:
    closes(answered, text, stranger=stranger)
    assert answered.state() == ("closed", "anna")
    assert answered.actions()[-1] == "reporter_close"
    assert [each["actor"] for each in answered.ticket()["events"] if each["action"] == "reporter_close"] == ["reporter"]


def test_whoever_works_on_it_is_told_and_the_reporter_is_not(desk_with: DeskWith) -> None:
    desk = desk_with({"letters": {"closed": "reporter"}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA)
    desk.new_letters()
    closes(desk, "Thank you, it is out.\n#close")
    assert desk.new_letters() == ["new_message to anna@example.com"]
    told = desk.letter(ANNAS, "new_message").text
    assert "Erika Krause has closed #1001." in told
    assert "Thank you, it is out." in told


def test_the_command_does_not_travel_on_and_no_word_is_lost(answered: World) -> None:
    closes(answered, "Thank you.\n\n#close\n\nKind regards\nErika")
    assert answered.message()["new_text"] == "Thank you.\n\nKind regards\nErika"
    assert answered.message()["public"]


def test_an_untaken_ticket_is_told_to_the_group(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    closes(desk, "#close")
    assert desk.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    assert desk.state() == ("closed", None)


@pytest.mark.parametrize("sender", [MALLORY, BEN])
def test_nobody_else_closes_it_with_her_token(answered: World, sender: str) -> None:
    closes(answered, "#close", sender=sender)
    assert answered.state() == ("in_progress", "anna")
    assert answered.message()["new_text"] == "#close", "no word of his is lost"


def test_without_her_token_it_is_a_word_like_any(answered: World) -> None:
    tagged = Mail(ERIKA, SUPPORT, answered.letter(REPORTER).header("Subject"), "#close")
    answered.mail(tagged)
    assert answered.state() == ("in_progress", "anna")
    assert answered.message()["new_text"].strip() == "#close"


def test_what_stands_in_her_signature_closes_nothing(answered: World) -> None:
    closes(answered, "It still burns.\n\n-- \nErika Krause\n#close")
    assert answered.state() == ("in_progress", "anna")
    assert "#close" in answered.message()["text"]


def test_a_program_closes_nothing(answered: World) -> None:
    robot = answer(answered.letter(REPORTER), "#close", sender=ERIKA, headers={"Auto-Submitted": "auto-generated"})
    answered.mail(robot)
    assert answered.state() == ("in_progress", "anna")


@pytest.mark.parametrize(
    "text", ["Please\n#close\nthe door of the room.", "#close the door", "#take", "#resolve", "#priority high"]
)
def test_every_other_line_is_an_ordinary_word(answered: World, text: str) -> None:
    closes(answered, text)
    assert answered.state() == ("in_progress", "anna")
    assert answered.message()["new_text"] == text


def test_what_else_stands_there_stays_and_it_is_closed(answered: World) -> None:
    closes(answered, "#close\n#priority high")
    assert (answered.state()[0], answered.ticket()["priority"]) == ("closed", "normal")
    assert answered.message()["new_text"] == "#priority high"


def test_a_closed_ticket_is_not_opened_by_it(answered: World) -> None:
    answered.answer(answered.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    closes(answered, "#close")
    assert answered.state() == ("closed", "anna")


def test_after_it_an_ordinary_answer_opens_it_again(answered: World) -> None:
    closes(answered, "#close")
    closes(answered, "It burns again.")
    assert answered.state() == ("in_progress", "anna")


def test_explain_shows_it_as_a_command(answered: World) -> None:
    mail = closes(answered, "#close")
    assert [(each["command"], each["ok"]) for each in answered.decision(mail)["commands"]] == [("close", True)]
