"""A command in a statement does nothing, and the agent who wrote it is told."""

from __future__ import annotations

import pytest

from tests.stories.answering import says, text_of
from tests.stories.asking import tap
from tests.stories.world import ANNA, BEN, World

BENS = "ben@example.com"


@pytest.fixture
def asked(mine: World) -> World:
    """Anna has asked Ben."""
    says(mine, "#ask ben\nIs it dangerous?")
    mine.new_letters()
    return mine


def test_he_is_told_that_it_did_nothing(asked: World) -> None:
    asked.answer(asked.letter(BENS, "statement_request"), "No, it is not.\n\n#close", sender=BEN)
    assert asked.new_letters() == ["command_refused to ben@example.com", "new_message to anna@example.com"]
    assert asked.state() == ("in_progress", "anna")
    told = text_of(asked, BENS, "command_refused")
    assert "» #close In einer Stellungnahme wird nichts ausgeführt." in told
    assert "der Rest der Mail ist davon nicht berührt" in told
    assert asked.ticket()["statements"][0]["state"] == "answered"


def test_one_tap_does_it_where_he_may(asked: World) -> None:
    asked.answer(asked.letter(BENS, "statement_request"), "No, it is not.\n\n#close", sender=BEN)
    tap(asked, asked.letter(BENS, "command_refused"), "#close", 0, sender=BEN)
    assert asked.state()[0] == "closed"
    assert not asked.letters("erika@customer.example", "reply")


def test_an_ordinary_statement_is_not_answered(asked: World) -> None:
    asked.answer(asked.letter(BENS, "statement_request"), "No, it is not.\n\nRegards\nBen", sender=BEN)
    assert asked.new_letters() == ["new_message to anna@example.com"]


def test_nor_is_a_program_or_somebody_who_has_taken_his_letter(asked: World) -> None:
    letter = asked.letter(BENS, "statement_request")
    asked.answer(letter, "#close", sender=BEN, headers={"Auto-Submitted": "auto-replied"})
    asked.answer(letter, "#close", sender=ANNA)
    assert not [each for each in asked.new_letters() if each.startswith("command_refused to")]
