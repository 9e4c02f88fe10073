"""`#forward`: somebody is informed, with files and in a thread of his own; his answers never reach the reporter."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED, REPORTER, said
from tests.stories.world import ANNA, ERIKA, MALLORY, SUPPORT, World

BOSS = "Bodo Boss <boss@other.example>"
AT_BOSS = "boss@other.example"


@pytest.fixture
def case(desk_with: DeskWith) -> World:
    """A request with a file, an internal note with another one, and an answer."""
    desk = desk_with(COORDINATED)
    desk.mail(Mail(ERIKA, SUPPORT, "Smell in the cellar", "It smells of gas.\n\nErika", files={"photo.jpg": b"JPG"}))
    letter = desk.letter("anna@example.com")
    note = "#note\nShe always complains about something, handle with care."
    desk.answer(letter, note, sender=ANNA, files={"secret.txt": b"her file"})
    desk.answer(letter, "Dear Erika, we are on our way.", sender=ANNA)
    desk.new_letters()
    return desk


def forward(desk: World, text: str) -> None:
    desk.answer(desk.letter("anna@example.com", "new_ticket"), text, sender=ANNA, files={"map.pdf": b"%PDF"})


def test_from_the_forwarded_words_to_an_answer_that_stays_with_us(case: World) -> None:
    forward(case, "#forward Bodo Boss <boss@other.example>\n\nFor you to know.\n\nAnna")
    assert case.new_letters() == ["command_done to anna@example.com", "forwarded to boss@other.example"]
    letter = case.letter(AT_BOSS)
    assert letter.text == (
        "For you to know.\n\nAnna\n\n"
        "This is for your information; nothing is asked of you. If you answer, your\nanswer stays with us.\n\n"
        "This is what was said so far:\n\n"
        "> Erika Krause, Monday, 23 November 2026, 10:00\n>\n> It smells of gas.\n>\n> Erika\n>\n>\n"
        "> Anna Alt, Monday, 23 November 2026, 10:00\n>\n> Dear Erika, we are on our way.\n\n"
        "-- \nExample Support · 1001\n"
    )
    assert list(letter.files) == ["map.pdf", "photo.jpg"]
    assert letter.header("Subject") == "Re: [#1001] Smell in the cellar"
    assert (letter.header("To"), letter.header("Auto-Submitted")) == ("Bodo Boss <boss@other.example>", "")
    assert "anna@example.com" not in letter.raw.decode()
    assert case.ticket()["status"] == "in_progress"

    mail = case.answer(letter, "Tell her to open the window.", sender=BOSS)
    assert case.mail_state(mail)["sort"] == "reply"
    assert said(case)[-1] == ("forward", "Tell her to open the window.", False)
    assert case.new_letters() == ["new_message to anna@example.com"]
    news = case.letter("anna@example.com")
    assert news.header("Reply-To").startswith("Internal note")

    case.answer(news, "Thank you Bodo.", sender=ANNA)
    assert said(case)[-1] == ("note", "Thank you Bodo.", False)
    forward(case, "#weiterleiten boss@other.example")
    again = case.letter(AT_BOSS)
    assert letter.header("Message-ID") in again.header("References")
    assert "open the window" not in again.text
    assert len(case.letters(REPORTER, "reply")) == 1
    assert [each for each in case.actions() if each == "forward"] == ["forward", "forward"]


def test_neither_notes_nor_their_files_are_passed_on(case: World) -> None:
    forward(case, "#forward boss@other.example")
    letter = case.letter(AT_BOSS)
    assert "complains" not in letter.text + letter.html
    assert "secret.txt" not in letter.raw.decode()


def test_an_answer_of_the_informed_changes_nothing_and_moves_nothing(case: World) -> None:
    forward(case, "#forward boss@other.example")
    case.answer(case.letter("anna@example.com", "new_ticket"), "#resolve\nDone.", sender=ANNA)
    case.answer(case.letter(AT_BOSS), "#close\nThanks!", sender=BOSS)
    assert case.ticket()["status"] == "resolved"
    case.later(days=40)
    case.answer(case.letter("anna@example.com", "new_ticket"), "#close", sender=ANNA)
    case.later(days=60)
    case.answer(case.letter(AT_BOSS), "One more thing.", sender=BOSS)
    assert len(case.tickets()) == 1
    assert case.ticket()["status"] == "closed"


def test_what_somebody_else_answers_is_marked(case: World) -> None:
    forward(case, "#forward boss@other.example")
    case.new_letters()
    case.answer(case.letter(AT_BOSS), "Give me her number.", sender=MALLORY, stranger=True)
    message = case.message()
    assert (message["public"], message["trust"]) == (False, "claimed")
    assert (
        message["remark"]
        == "In answer to what was forwarded to boss@other.example, written by mallory@elsewhere.example."
    )
    assert case.new_letters() == ["new_message to anna@example.com"]


def test_the_reporter_is_not_forwarded_to(case: World) -> None:
    forward(case, "#forward erika@customer.example")
    assert "#1001 was reported by erika@customer.example, who knows it." in case.letter("anna@example.com").text


def test_a_forward_that_is_not_proven_does_not_leave(case: World) -> None:
    letter = case.letter("anna@example.com", "new_ticket")
    case.answer(letter, "#forward boss@other.example", sender=ANNA, stranger=True)
    assert case.new_letters() == ["confirm to anna@example.com"]
    assert case.letters(AT_BOSS) == []


def test_german_words_make_a_german_letter(case: World) -> None:
    forward(
        case, "#weiterleiten boss@other.example\n\nLieber Bodo, das ist nur zur Information für dich gedacht, bitte."
    )
    assert "Das ist zur Information; zu tun ist nichts." in case.letter(AT_BOSS).text
