"""`#answer #note #question #resolve`: where an agent's words go, what becomes of the ticket, and what stays with us."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.world import ANNA, BEN, ERIKA, World

REPORTER = "erika@customer.example"


@pytest.mark.parametrize("command", ["", "#answer\n", "#antwort ", "#Answer: "])
def test_an_answer_goes_to_the_reporter_with_its_greeting_and_name_only(new: World, command: str) -> None:
    text = f"{command}Dear Erika,\nplease wait.\n\nKind regards\nAnna\n\n-- \nAnna Alt\nExample Ltd, Phone 1234"
    new.answer(new.letter("anna@example.com"), text, sender=ANNA)
    reply = new.letter(REPORTER, "reply")
    assert reply.text == "Dear Erika,\nplease wait.\n\nKind regards\nAnna\n\n-- \nExample Support · 1001\n"
    assert "Phone 1234" not in reply.html
    assert new.state() == ("in_progress", "anna")


def test_a_plain_answer_is_not_confirmed_and_one_with_a_command_is(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "Please wait.", sender=ANNA)
    assert new.new_letters() == ["reply to erika@customer.example"]
    new.answer(new.letter("anna@example.com"), "#answer\nPlease wait.", sender=ANNA)
    assert new.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]


def test_only_the_first_answer_counts_as_first_response(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "#note\nNo idea.", sender=ANNA)
    assert new.ticket()["first_response_at"] is None
    new.later(hours=1)
    new.answer(new.letter("anna@example.com", "new_ticket"), "Please wait.", sender=ANNA)
    new.later(hours=1)
    new.answer(new.letter("anna@example.com", "new_ticket"), "Thank you.", sender=ANNA)
    assert new.ticket()["first_response_at"] == "2026-11-23T10:00:00.000000Z"


def test_who_answers_a_colleagues_ticket_does_not_take_it_and_the_colleague_reads_it(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "Dear Erika, water.", sender=ANNA)
    assert bens.state() == ("in_progress", "ben")
    assert bens.new_letters() == ["new_message to ben@example.com", "reply to erika@customer.example"]
    assert "Dear Erika, water." in bens.letter("ben@example.com").text


def test_where_answers_do_not_take_the_ticket_stays_with_the_group(desk_with: DeskWith) -> None:
    desk = desk_with({"answers_take": False})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.new_letters()
    desk.answer(desk.letter("anna@example.com"), "Please wait.", sender=ANNA)
    assert desk.state() == ("new", None)
    assert desk.new_letters() == ["new_message to ben@example.com", "reply to erika@customer.example"]
    desk.answer(desk.letter("anna@example.com"), "#resolve\nDone.", sender=ANNA)
    assert desk.state() == ("resolved", None)


@pytest.mark.parametrize("command", ["#note ", "#notiz\n", "#NOTE: "])
def test_a_note_stays_with_us(bens: World, command: str) -> None:
    bens.answer(bens.letter("anna@example.com"), f"{command}He always does that.", sender=ANNA)
    assert bens.new_letters() == ["command_done to anna@example.com", "new_message to ben@example.com"]
    message = bens.message()
    assert (message["purpose"], message["direction"], message["public"]) == ("note", "note", False)
    assert message["new_text"] == "He always does that."
    assert bens.state() == ("in_progress", "ben")


def test_on_an_unassigned_ticket_the_rest_of_the_group_reads_the_note(new: World) -> None:
    new.answer(new.letter("anna@example.com"), "#note\nI am at lunch.", sender=ANNA)
    assert new.new_letters() == ["command_done to anna@example.com", "new_message to ben@example.com"]
    assert new.state() == ("new", None)


def test_an_answer_to_a_note_stays_a_note_even_when_it_has_to_be_corrected(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#note\nHe is difficult.", sender=ANNA)
    bens.answer(bens.letter("ben@example.com", "new_message"), "#tkae\nYes, very.", sender=BEN)
    bens.new_letters()
    bens.answer(bens.letter("ben@example.com", "command_refused"), "#take", sender=BEN)
    assert (bens.message()["purpose"], bens.message()["new_text"]) == ("note", "Yes, very.")
    assert not any("reply" in each for each in bens.new_letters())


def test_an_answer_to_a_note_goes_to_the_reporter_when_it_says_so(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#note\nTell her to wait.", sender=ANNA)
    bens.answer(bens.letter("ben@example.com", "new_message"), "#answer\nDear Erika, please wait.", sender=BEN)
    assert bens.letter(REPORTER, "reply").text.startswith("Dear Erika, please wait.")


@pytest.mark.parametrize("command", ["#question ", "#rückfrage\n", "#Rueckfrage "])
def test_after_a_question_we_wait_for_the_reporter(new: World, command: str) -> None:
    new.answer(new.letter("anna@example.com"), f"{command}Which floor?", sender=ANNA)
    ticket = new.ticket()
    assert (ticket["status"], ticket["waiting_for"], ticket["assignee"]) == ("waiting", "reporter", "anna")
    assert new.message()["purpose"] == "question"
    assert ticket["first_response_at"]
    assert new.letter(REPORTER).header("X-Mailgate-Letter") == "question"


@pytest.mark.parametrize("command", ["#resolve ", "#gelöst\n", "#geloest ", "#erledigt\n"])
def test_resolving_carries_the_solution_and_takes_the_ticket(new: World, command: str) -> None:
    new.answer(new.letter("anna@example.com"), f"{command}It was replaced.", sender=ANNA)
    ticket = new.ticket()
    assert (ticket["status"], ticket["solution"], ticket["assignee"]) == ("resolved", "It was replaced.", "anna")
    assert new.message()["purpose"] == "solution"
    assert new.new_letters() == ["command_done to anna@example.com", "resolved to erika@customer.example"]
    assert "To undo: #reopen" in new.letter("anna@example.com").text


def test_resolving_without_a_word_sends_a_friendly_notice(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#gelöst", sender=BEN)
    assert bens.new_letters() == ["command_done to ben@example.com", "resolved to erika@customer.example"]
    assert 'Your request "Printer on fire" is resolved.\n\nIs something still' in bens.letter(REPORTER).text


def test_a_colleague_reads_what_somebody_else_resolved_on_his_ticket(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#resolve\nI replaced it.", sender=ANNA)
    assert "new_message to ben@example.com" in bens.new_letters()
    assert bens.state() == ("resolved", "ben")


@pytest.mark.parametrize("command", ["#answer", "#question", "#note"])
def test_words_are_needed_where_there_is_something_to_say(new: World, command: str) -> None:
    new.answer(new.letter("anna@example.com"), command, sender=ANNA)
    assert new.new_letters() == ["command_refused to anna@example.com"]
    assert f"{command} needs words to send." in new.letter("anna@example.com").text
    assert new.state() == ("new", None)


@pytest.mark.parametrize("command", ["#question\nWhich one?", "#resolve\nDone."])
def test_on_a_closed_ticket_the_line_is_marked_that_is_impossible(bens: World, command: str) -> None:
    bens.answer(bens.letter("ben@example.com"), "#close", sender=BEN)
    bens.new_letters()
    bens.answer(bens.letter("anna@example.com"), command, sender=ANNA)
    assert bens.new_letters() == ["command_refused to anna@example.com"]
    refused = bens.letter("anna@example.com", "command_refused").text
    assert f"» {command.splitlines()[0]}" in refused
    assert command.splitlines()[1] in refused


@pytest.mark.parametrize(
    "text",
    ["#note\n#answer\nWell.", "#answer; note\nWell.", "#question\n#note\nWell.", "#note Well.\n#resolve"],
)
def test_two_destinations_for_one_text_are_refused(new: World, text: str) -> None:
    new.answer(new.letter("anna@example.com"), text, sender=ANNA)
    assert new.new_letters() == ["command_refused to anna@example.com"]
    assert "Well." in new.letter("anna@example.com").text
    assert [each["purpose"] for each in new.ticket()["messages"]] == ["report"]


@pytest.mark.parametrize("letter", ["command_done", "command_refused", "help"])
def test_letters_about_commands_take_commands_only(bens: World, letter: str) -> None:
    bens.answer(bens.letter("ben@example.com"), "#help\n#tkae", sender=BEN)
    bens.new_letters()
    bens.answer(bens.letter("ben@example.com", letter), "Thank you very much for everything.", sender=BEN)
    assert bens.new_letters() == ["command_refused to ben@example.com"]
    assert "nur Befehle" in bens.letter("ben@example.com", "command_refused").text
    assert [each["purpose"] for each in bens.ticket()["messages"]] == ["report"]


def test_an_answer_to_status_changed_goes_to_the_reporter(bens: World) -> None:
    bens.answer(bens.letter("anna@example.com"), "#take", sender=ANNA)
    bens.answer(bens.letter("ben@example.com", "status_changed"), "Dear Erika, my colleague will come.", sender=BEN)
    assert bens.letter(REPORTER, "reply").text.startswith("Dear Erika, my colleague will come.")
