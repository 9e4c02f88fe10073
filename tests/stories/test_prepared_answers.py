"""`#template NAME`: answers that admins keep in `answers/`, put where the line stands, in the reporter's language."""

from __future__ import annotations

import pytest

from tests.stories.answering import reported
from tests.stories.world import ANNA, ERIKA, World

HANS = "Hans Huber <hans@kunde.example>"


@pytest.fixture
def prepared(desk: World) -> World:
    """Two answers; one of them resolves the ticket, and speaks German too. Erika has written."""
    answers = desk.settings.folder / "answers"
    answers.mkdir()
    (answers / "reset.en.txt").write_text("Commands: resolve; tag +reset\nPlease restart it.\n\nThen wait a minute.\n")
    (answers / "reset.de.txt").write_text("Befehle: gelöst; stichwort +reset\nBitte starten Sie es neu.\n")
    (answers / "thanks.en.txt").write_text("Thank you for telling us.\n")
    return reported(desk)


def test_an_answer_stands_where_its_line_stood(prepared: World) -> None:
    words = "Dear Erika,\n#template thanks\nKind regards\nAnna"
    prepared.answer(prepared.letter("anna@example.com"), words, sender=ANNA)
    assert prepared.message()["new_text"] == "Dear Erika,\nThank you for telling us.\nKind regards\nAnna"
    assert "Thank you for telling us." in prepared.letter("erika@customer.example", "reply").text


def test_the_commands_of_an_answer_are_carried_out_with_it(prepared: World) -> None:
    prepared.answer(prepared.letter("anna@example.com"), "#template reset", sender=ANNA)
    assert prepared.state()[0] == "resolved"
    assert "Please restart it.\n\nThen wait a minute." in prepared.letter("erika@customer.example", "resolved").text


def test_it_is_in_the_reporters_language(prepared: World) -> None:
    german = "Guten Tag, seit heute Morgen druckt der Drucker in unserem Büro nur noch schwarze Seiten. Bitte helfen."
    number = prepared.write(HANS, "Der Drucker druckt nicht mehr richtig", german)["number"]
    prepared.answer(prepared.letter("anna@example.com"), "#vorlage Reset", sender=ANNA)
    assert prepared.ticket(number)["status"] == "resolved"
    assert "Bitte starten Sie es neu." in prepared.letter("hans@kunde.example", "resolved").text


def test_for_another_ticket_it_is_that_tickets_answer(prepared: World) -> None:
    letter = prepared.letter("anna@example.com")
    prepared.write(ERIKA, "Another matter", "It is cold.")
    prepared.answer(prepared.letter("anna@example.com"), "#1001 template reset", sender=ANNA)
    assert letter.header("Subject") == "Re: [#1001] Printer on fire"
    assert prepared.state(1002)[0] == "new"
    assert prepared.state()[0] == "resolved"
    assert "Please restart it." in prepared.letter("erika@customer.example", "resolved").text


def test_an_unknown_one_comes_back_with_the_nearest(prepared: World) -> None:
    prepared.answer(prepared.letter("anna@example.com"), "Hello\n\n#template rest", sender=ANNA)
    assert prepared.new_letters() == ["command_refused to anna@example.com"]
    letter = prepared.letter("anna@example.com", "command_refused")
    assert "There is no answer 'rest'; reset and thanks exist." in " ".join(letter.text.split())
    prepared.answer(letter, "#template reset", sender=ANNA)
    assert prepared.message()["new_text"] == "Please restart it.\n\nThen wait a minute.\nHello"


def test_an_unproven_mail_is_asked_back_with_the_words_of_the_answer(prepared: World) -> None:
    prepared.answer(prepared.letter("anna@example.com"), "#template thanks", sender=ANNA, stranger=True)
    confirm = prepared.letter("anna@example.com", "confirm")
    assert "Thank you for telling us." in confirm.text
    assert not prepared.letters("erika@customer.example", "reply")
    prepared.answer(confirm, "#yes", sender=ANNA, stranger=True)
    assert prepared.letter("erika@customer.example", "reply").text.count("Thank you for telling us.") == 1


def test_the_number_of_its_own_ticket_does_no_harm(prepared: World) -> None:
    prepared.answer(prepared.letter("anna@example.com"), "#1001 template thanks", sender=ANNA)
    assert prepared.message()["new_text"] == "Thank you for telling us."


def test_an_unproven_answer_for_another_ticket_keeps_its_words(prepared: World) -> None:
    prepared.answer(prepared.letter("anna@example.com"), "#1001 template reset", sender=ANNA, stranger=True)
    prepared.answer(prepared.letter("anna@example.com", "confirm"), "#yes", sender=ANNA, stranger=True)
    assert prepared.letter("erika@customer.example", "resolved").text.count("Please restart it.") == 1


def test_where_there_are_none_it_says_so(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com"), "#template reset", sender=ANNA)
    assert "none exists yet" in desk.letter("anna@example.com", "command_refused").text
