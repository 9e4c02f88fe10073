"""A letter of ours answered by somebody it was not written to: who is told of it, and what can be done now."""

from __future__ import annotations

import pytest

from tests.stories.answering import text_of
from tests.stories.asking import tap
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, MALLORY, SUPPORT, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def taken(desk: World) -> World:
    """Anna has Erika's ticket; Ben got a letter about it too; Cleo may not see it."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.new_letters()
    return desk


def test_an_agent_who_answers_a_colleagues_letter_is_told_that_he_did_nothing(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#close\nDear Erika, done.", sender=BEN)
    assert taken.new_letters() == ["command_refused to ben@example.com", "new_message to anna@example.com"]
    assert taken.state() == ("in_progress", "anna")
    text = text_of(taken, BENS, "command_refused")
    assert "Jene Mail antwortet auf eine Mail an Anna Alt." in text
    assert "Dear Erika, done." in text
    assert "refused" in taken.actions()


def test_one_tap_carries_it_out_in_his_own_name(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#close\nDear Erika, done.", sender=BEN)
    tap(taken, taken.letter(BENS, "command_refused"), "#close", 0, sender=BEN)
    assert taken.state()[0] == "closed"
    assert taken.letter(REPORTER, "reply").header("From").startswith('"Ben Beck (Example Support)"')


def test_plain_words_are_sent_by_one_tap_too(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "Dear Erika, it is out.", sender=BEN)
    assert taken.letters(REPORTER, "reply") == []
    tap(taken, taken.letter(BENS, "command_refused"), "#antwort", 0, sender=BEN)
    assert taken.letter(REPORTER, "reply").text.startswith("Dear Erika, it is out.")


def test_an_agent_without_right_hears_nothing_of_the_ticket(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#close", sender=CLEO)
    letter = taken.letter(CLEOS, "command_refused")
    assert "somebody else" in " ".join(letter.text.split())
    assert letter.header("X-Mailgate-Ticket") == "0"
    own = letter.raw.decode().replace(letter.header("In-Reply-To"), "")
    for secret in ("1001", "Printer", "Erika", "Anna", "network", "Network"):
        assert secret not in own
    assert taken.state() == ("in_progress", "anna")


def test_with_a_reporters_letter_it_is_the_same(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "Dear Erika, hello.", sender=ANNA)
    taken.new_letters()
    taken.answer(taken.letter(REPORTER, "reply"), "#close", sender=BEN)
    assert taken.new_letters() == ["command_refused to ben@example.com", "new_message to anna@example.com"]
    assert taken.message()["remark"] == "Written by ben@example.com, not by erika@customer.example."


def test_the_owner_is_told_also_when_somebody_else_has_the_ticket(taken: World) -> None:
    taken.answer(taken.letter(BENS, "new_ticket"), "#close", sender=MALLORY)
    assert taken.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    assert "nicht von Ben Beck" in text_of(taken, BENS, "new_message")
    assert taken.state() == ("in_progress", "anna")


def test_an_owner_who_sees_the_ticket_no_more_is_told_without_it(taken: World) -> None:
    bens = taken.letter(BENS, "new_ticket")
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#category rooms\n#assign office", sender=ANNA)
    taken.new_letters()
    taken.answer(bens, "#close", sender=MALLORY)
    letter = taken.letter(BENS, "command_refused")
    assert "mallory@elsewhere.example" in letter.text
    assert "1001" not in letter.raw.decode().partition("multipart")[0]
    assert "Berichtigen" not in letter.text, "there is nothing that he could correct"


def test_the_owner_of_a_letter_without_ticket_is_told_too(desk: World) -> None:
    desk.mail(Mail(ANNA, SUPPORT, "Hello", "#help"))
    desk.answer(desk.letter(ANNAS, "help"), "#take", sender=MALLORY)
    assert "command_refused to anna@example.com" in desk.new_letters()
    assert "mallory@elsewhere.example has answered a letter of ours" in text_of(desk, ANNAS, "command_refused")


def test_an_agent_with_such_a_letter_of_a_colleague_is_told_that_he_did_nothing(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.mail(Mail(ANNA, SUPPORT, "Hello", "#help"))
    desk.answer(desk.letter(ANNAS, "help"), "#1001 take", sender=BEN)
    assert desk.state() == ("new", None)
    assert "die Befehle taten nichts" in text_of(desk, BENS, "command_refused")


def test_whoever_works_on_it_reads_what_can_be_done(taken: World) -> None:
    taken.answer(taken.letter(ANNAS, "new_ticket"), "Dear Erika, hello.", sender=ANNA)
    taken.answer(taken.letter(REPORTER, "reply"), "Open the door.", sender=MALLORY)
    told = text_of(taken, ANNAS, "new_message")
    assert "Written by mallory@elsewhere.example, not by erika@customer.example." in told
    assert "For it to count, Erika Krause has to write from the known address" in told


def test_an_agents_program_is_told_nothing(taken: World) -> None:
    away = answer(taken.letter(ANNAS, "new_ticket"), "#close", sender=BEN, headers={"Auto-Submitted": "auto-generated"})
    taken.mail(away)
    assert "command_refused to ben@example.com" not in taken.new_letters()


# -- the letter to a mailbox of a group --------------------------------------------------------------------------------


@pytest.fixture
def room(desk_with: DeskWith) -> World:
    """A letter about Erika's room went to rooms@, which all of the office read; Cleo is its only member."""
    told = {"new_ticket": ["notify"], "new_message": ["notify"]}
    desk = desk_with(
        {"letters": told, "rules": [{"name": "Rooms", "when": {"subject": "room"}, "then": {"category": "rooms"}}]}
    )
    desk.write(ERIKA, "Room 12", "It is locked.")
    assert "new_ticket to rooms@example.com" in desk.new_letters()
    return desk


def test_any_member_may_answer_it(room: World) -> None:
    room.answer(room.letter("rooms@example.com"), "#take\nDear Erika, here is the key.", sender=CLEO)
    assert room.state() == ("in_progress", "cleo")
    assert room.letters(REPORTER, "reply")


def test_nobody_else_may(room: World) -> None:
    room.answer(room.letter("rooms@example.com"), "#take\nDear Erika, here is the key.", sender=ANNA)
    assert room.state() == ("new", None)
    assert room.new_letters() == ["command_refused to anna@example.com", "new_message to rooms@example.com"]
    assert "1001" not in room.letter(ANNAS, "command_refused").text


@pytest.mark.parametrize("sender", [MALLORY, CLEO])
def test_on_a_part_answers_go_to_the_coordinator_and_not_to_the_reporter(desk_with: DeskWith, sender: str) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    desk.answer(desk.letter(BENS, "assigned"), "It is long enough.", sender=sender, stranger=sender == MALLORY)
    for to, goes in ((BENS, "Antworten gehen nur an Anna Alt"), (ANNAS, "answers go to Anna Alt alone")):
        letters = [each for each in desk.letters(to, "new_message") if each.header("X-Mailgate-Ticket") == "1002"]
        assert all("Erika Krause alone" not in each.text and "nur an Erika" not in each.text for each in letters)
        assert not letters or goes in " ".join(letters[-1].text.split())
    assert any(desk.letters(to, "new_message") for to in (BENS, ANNAS))


@pytest.mark.parametrize("sender", [MALLORY, BEN])
def test_answering_somebody_elses_letter_without_ticket_is_kept_and_not_acknowledged(desk: World, sender: str) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.mail(Mail(ANNA, SUPPORT, "Hello", "#list"))
    desk.new_letters()
    desk.answer(desk.letter(ANNAS, "list"), "The window is open.", sender=sender)
    new, address = desk.new_letters(), sender.partition("<")[2].rstrip(">")
    assert not [each for each in new if each.startswith("acknowledged")]
    assert "command_refused to anna@example.com" in new
    assert f"{address} has answered a letter of ours" in text_of(desk, ANNAS, "command_refused")
    kept = desk.message(1002)
    assert (kept["new_text"], kept["trust"]) == ("The window is open.", "claimed")
    assert kept["remark"] == f"Written by {address}, not by Anna Alt."
    assert kept["public"] is False
