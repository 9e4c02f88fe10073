"""`#verlauf`: all of the history in the language of whoever reads it, reasons too."""

from __future__ import annotations

import pytest

from tests.german import english_in
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED, request, shared_out
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"


def history(desk: World, number: int = 1001) -> str:
    """What Ben is told, who reads German."""
    desk.mail(Mail(BEN, SUPPORT, "x", f"#verlauf {number}"))
    return " ".join(desk.letter(BENS, "list").text.partition("────")[0].split())


@pytest.fixture
def eventful(desk: World) -> World:
    """Refused, uncertain, asked back, not acknowledged, thanked for, reopened, unproven."""
    desk.write(ERIKA, "No network", "Nothing works.")
    letter = desk.letter(ANNAS, "new_ticket")
    desk.answer(letter, "#reopen", sender=ANNA)
    desk.answer(letter, "#prority high", sender=ANNA)
    desk.answer(letter, "#assign xyzzy", sender=ANNA)
    desk.answer(letter, "#close", sender=ANNA, stranger=True)
    desk.answer(letter, "#resolve Done.", sender=ANNA)
    desk.answer(desk.letter("erika@customer.example"), "Thank you!", sender=ERIKA)
    desk.answer(letter, "#release", sender=ANNA)
    return desk


def test_a_german_agent_reads_every_reason_in_german(eventful: World) -> None:
    said = history(eventful)
    assert english_in(said.replace("No network", "").replace("Thank you", "")) == set()
    assert "ist weder gelöst noch geschlossen, also gibt es nichts wieder zu öffnen" in said
    assert "hier heißt niemand „xyzzy“" in said
    assert "nichts beweist, dass sie auch von dort kommt" in said
    assert "nur ein Dank: Thank you!" in said


def test_an_english_agent_reads_the_same_in_english(eventful: World) -> None:
    eventful.mail(Mail(ANNA, SUPPORT, "x", "#history 1001"))
    said = " ".join(eventful.letter(ANNAS, "list").text.split())
    assert "is neither resolved nor closed, so there is nothing to reopen" in said
    assert "only thanks: Thank you!" in said
    assert "nur ein Dank" not in said


def test_the_history_of_a_part_and_of_its_whole_is_german_too(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(COORDINATED)))
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#release", sender=ANNA)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    for number in (1001, 1002):
        assert english_in(history(desk, number).replace("The office moves", "")) == set(), history(desk, number)
    assert "#1001 ist geschlossen" in history(desk, 1002)
