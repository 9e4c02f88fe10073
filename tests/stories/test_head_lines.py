"""The head line of a letter to an agent: what a colleague did with his words, and whether anything changed."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
MIA = "Mia Mai <mia@else.example>"


@pytest.fixture
def watched(desk: World) -> World:
    """Anna works on it, Ben watches, who reads German."""
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.answer(desk.letter(BENS, "new_ticket"), "#beobachten", sender=BEN)
    return desk


def head(letter: Received) -> str:
    return letter.text.splitlines()[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is the switch.", "Anna Alt hat dem Melder geantwortet"),
        ("#note It is the switch.", "Anna Alt hat eine interne Notiz geschrieben"),
        ("#question Which room?", "Anna Alt hat den Melder etwas gefragt"),
        ("#resolve The switch is new.", "Anna Alt hat den Melder informiert: gelöst"),
        ("#ask eva@elsewhere.example\nWhy?", "Anna Alt hat um eine Stellungnahme gebeten"),
        ("#forward eva@elsewhere.example\nFor you.", "Anna Alt hat es weitergeleitet"),
    ],
)
def test_a_colleague_reads_where_the_words_went(watched: World, text: str, said: str) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), text, sender=ANNA)
    assert head(watched.letter(BENS, "new_message")) == f"1001 · {said} · No network"


def test_a_colleague_reads_in_english_that_it_went_out_or_stayed(watched: World) -> None:
    watched.answer(watched.letter(BENS, "new_ticket"), "Es ist der Switch.", sender=BEN)
    assert head(watched.letter(ANNAS, "new_message")) == "1001 · Ben Beck answered the reporter · No network"
    watched.answer(watched.letter(BENS, "new_ticket"), "#notiz Es ist der Switch.", sender=BEN)
    assert head(watched.letter(ANNAS, "new_message")) == "1001 · Ben Beck wrote an internal note · No network"


def test_what_still_waits_to_leave_is_not_said_to_have_left(desk_with: DeskWith) -> None:
    desk = desk_with({"delivery": {"hold": "10m"}})
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.answer(desk.letter(BENS), "#beobachten", sender=BEN)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "It is the switch.", sender=ANNA)
    assert (
        head(desk.letter(BENS, "new_message")) == "1001 · Anna Alt schreibt dem Melder, geht noch hinaus · No network"
    )
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#note It is the switch.", sender=ANNA)
    assert head(desk.letter(BENS, "new_message")).startswith("1001 · Anna Alt hat eine interne Notiz geschrieben")


def test_who_coordinates_a_part_and_who_has_it_read_to_whom_it_was_said(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    desk.answer(desk.letter(BENS, "assigned"), "Die Länge reicht.", sender=BEN)
    assert head(desk.letter(ANNAS, "new_message")) == "1002 · Ben Beck answered the coordinator · The office moves"
    desk.answer(desk.letter(ANNAS, "new_message"), "How long is it?", sender=ANNA)
    to_ben = desk.letter(BENS, "new_message")
    assert head(to_ben) == "1002 · Anna Alt hat der Bearbeitung geschrieben · The office moves"


def test_what_a_reporter_writes_is_said_as_before(watched: World) -> None:
    watched.answer(watched.letter("erika@customer.example"), "And now?", sender=ERIKA)
    assert head(watched.letter(ANNAS, "new_message")) == "1001 · Erika Krause wrote · No network"


def test_a_letter_of_the_same_cause_does_not_speak_of_a_new_status(watched: World) -> None:
    watched.write(MIA, "Network?", "It is gone.")
    watched.answer(watched.letter(BENS, "new_ticket"), "#1002 gleich 1001", sender=BEN)
    told = watched.letter(ANNAS, "status_changed")
    assert head(told) == "1001 · Still in progress · No network"
    assert "Ben Beck has noted that #1002 has the same cause as #1001" in " ".join(told.text.split())


def test_a_letter_of_a_new_status_says_it(watched: World) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    assert head(watched.letter(BENS, "status_changed")) == "1001 · Jetzt geschlossen · No network"
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#category vpn", sender=ANNA)
    assert head(watched.letter(BENS, "status_changed")) == "1001 · Weiterhin geschlossen · No network"
