"""A part that its handler declines: what the coordinator reads, and what whoever gets it next reads."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.sharing import COORDINATED, request, said, shared_out
from tests.stories.world import ANNA, BEN, CLEO, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"


@pytest.fixture
def shared(desk_with: DeskWith) -> World:
    """1002 is Ben's, 1003 is Cleo's and hidden."""
    return shared_out(request(desk_with(COORDINATED)))


def above_the_line(letter: Received) -> list[str]:
    return letter.text.partition("────")[0].splitlines()[2:]


@pytest.mark.parametrize("text", ["#ablehnen Keine Zeit", "#ablehnen\nKeine Zeit"])
def test_the_coordinator_reads_whose_it_was_why_and_what_was_asked(shared: World, text: str) -> None:
    shared.answer(shared.letter(BENS, "assigned"), text, sender=BEN)
    letter = shared.letter(ANNAS, "assigned")
    lines = above_the_line(letter)
    assert lines[0] == "1002 · Ben Beck declined this part · The office moves"
    assert lines[2:5] == ["Keine Zeit", "", "In answer to:"]
    assert {"> Is the cable long enough?", "> Please answer by noon."}.issubset(lines)
    assert "Ben Beck has declined #1002" in letter.text
    assert letter.header("From").startswith("Ben Beck via Example Support")


@pytest.mark.parametrize("sender", [BEN, CLEO])
def test_an_answer_to_it_is_a_note_and_the_letter_says_so(shared: World, sender: str) -> None:
    shared.answer(shared.letter(sender.partition("<")[2].rstrip(">"), "assigned"), "#decline No time.", sender=sender)
    letter = shared.letter(ANNAS, "assigned")
    assert letter.header("Reply-To").startswith("Internal note <")
    assert "Your answer becomes an internal note; nobody outside sees it." in letter.text
    shared.answer(letter, "Whom else?", sender=ANNA)
    number = int(letter.header("X-Mailgate-Ticket"))
    assert said(shared, number)[-1] == ("note", "Whom else?", False)


def test_whoever_gets_the_part_next_reads_its_question_and_the_reporter(shared: World) -> None:
    shared.answer(shared.letter(CLEOS, "assigned"), "#decline Not my house.", sender=CLEO)
    shared.answer(shared.letter(ANNAS, "assigned"), "#assign ben", sender=ANNA)
    letter = shared.letter(BENS, "assigned")
    assert above_the_line(letter)[:5] == [
        *("1003 · Für Sie, von Anna Alt · The office moves", ""),
        *("Are the rooms free?", "", "Please answer by noon."),
    ]
    assert "> We move on Friday. Cable and rooms?" in letter.text


def test_words_beside_the_command_stand_above_the_question(shared: World) -> None:
    shared.answer(shared.letter(CLEOS, "assigned"), "#decline Not my house.", sender=CLEO)
    shared.answer(shared.letter(ANNAS, "assigned"), "#assign ben\nCan you look?", sender=ANNA)
    lines = above_the_line(shared.letter(BENS, "assigned"))
    assert lines[2] == "Can you look?"
    assert "> Are the rooms free?" in lines


def test_a_declined_ticket_comes_back_with_who_declined_it(desk_with: DeskWith) -> None:
    desk = request(desk_with(COORDINATED))
    desk.answer(desk.letter(ANNAS), "#assign ben", sender=ANNA)
    desk.answer(desk.letter(BENS, "assigned"), "#ablehnen Keine Zeit.", sender=BEN)
    lines = above_the_line(desk.letter(ANNAS, "new_ticket"))
    assert lines[0] == "1001 · Ben Beck declined it · The office moves"
    assert "> We move on Friday. Cable and rooms?" in lines


@pytest.mark.parametrize(
    ("declined", "would_be_done"),
    [(True, "Keep your words as an internal note on #1002."), (False, "Send your words to Ben Beck.")],
)
def test_what_the_coordinator_is_asked_about_names_where_his_words_would_go(
    shared: World, declined: bool, would_be_done: str
) -> None:
    shared.answer(shared.letter(BENS, "assigned"), "#decline No time" if declined else "Reicht.", sender=BEN)
    shared.answer(shared.letter(ANNAS, "assigned" if declined else "new_message"), "Hm?", sender=ANNA, stranger=True)
    assert would_be_done in shared.letter(ANNAS, "confirm").text
