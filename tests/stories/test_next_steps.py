"""The one-tap links of a letter about a ticket: only what can be done with it as it is now."""

from __future__ import annotations

import re

import pytest

from tests.doubles.relay import Received
from tests.stories.asking import tap
from tests.stories.sharing import REPORTER
from tests.stories.world import ANNA, BEN, ERIKA, World

ANNAS, BENS = "anna@example.com", "ben@example.com"
_TAP = re.compile(r"^ *(\S.*?) +<mailto:", re.MULTILINE)


@pytest.fixture
def watched(desk: World) -> World:
    """Anna works on it, and Ben watches."""
    desk.write(ERIKA, "No network", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.answer(desk.letter(BENS, "new_ticket"), "#beobachten", sender=BEN)
    return desk


def offered(letter: Received) -> list[str]:
    return _TAP.findall(letter.text)


def test_a_closed_ticket_can_only_be_opened_again(watched: World) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    told = watched.letter(BENS, "status_changed")
    assert offered(told) == ["Wieder öffnen", "Hilfe"]
    tap(watched, told, "Wieder öffnen", 0, sender=BEN)
    assert watched.state() == ("in_progress", "anna")


def test_a_resolved_ticket_can_be_closed_or_opened_again(watched: World) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#resolve The switch is new.", sender=ANNA)
    assert offered(watched.letter(BENS, "new_message")) == ["Schließen", "Wieder öffnen", "Hilfe"]


def test_what_is_said_on_a_closed_ticket_comes_with_the_way_to_open_it(watched: World) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    watched.answer(watched.letter(BENS, "new_ticket"), "#notiz Das war der Switch.", sender=BEN)
    assert offered(watched.letter(ANNAS, "new_message")) == ["Reopen it", "Help"]


def test_a_merged_ticket_offers_nothing_but_what_was_said_where_it_lives_on(watched: World) -> None:
    watched.write(ERIKA, "Still no network", "Since nine.")
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#1002 take\n#1001 merge 1002", sender=ANNA)
    told = watched.letter(BENS, "status_changed")
    assert offered(told) == ["Was gesagt wurde", "Hilfe"]
    tap(watched, told, "Was gesagt wurde", 0, sender=BEN)
    assert watched.letter(BENS, "list").header("X-Mailgate-Ticket") == "1002"


def test_what_was_said_on_a_closed_ticket_is_shown_with_the_way_to_open_it(watched: World) -> None:
    watched.answer(watched.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    watched.answer(watched.letter(BENS, "status_changed"), "#zeige", sender=BEN)
    assert offered(watched.letter(BENS, "list")) == ["Wieder öffnen", "Was gesagt wurde", "Verlauf", "Hilfe"]
    assert REPORTER in watched.letter(BENS, "list").text
