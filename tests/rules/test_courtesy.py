"""Beside commands, greeting and closing alone are no words for anybody; one word more than these is."""

from __future__ import annotations

import pytest

from mailgate.rules.commands import read_commands

NAMES = ("Erika Krause", "Anna Alt", "Ben Beck", "Network team")


def words(text: str) -> str:
    return read_commands(f"#take\n\n{text}", NAMES).text


@pytest.mark.parametrize(
    "text",
    [
        "Hi Erika, Done.",
        "Dear Erika, Friday.",
        "Hallo Erika, Freitag!",
        "Hallo Erika, morgen.",
        "Moin Erika, 14 Uhr",
        "Hello Erika. OK.",
        "Hallo Frau Krause, Ja",
        "Hi, Done",
        "Hallo 14",
        "Hi Erika, Yes.\n\nBest regards\nAnna",
    ],
)
def test_a_short_answer_behind_the_greeting_is_not_lost(text: str) -> None:
    assert words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Dear Erika,",
        "Hi, Erika",
        "Hello Erika, Ben,",
        "Hi Bob",
        "Hallo, liebes Team,",
        "Dear Mr. Miller,",
        "Sehr geehrte Frau Dr. Muster,",
        "Sehr geehrte Damen und Herren,",
        "Guten Tag, Frau Krause!",
        "Hi all, dear team,",
        "Hello Erika,\n\nBest regards\nAnna",
        "Best regards\nAnna",
        "Anna M. Alt\nTel. 089 1\nHauptstraße 5",
    ],
)
def test_greeting_and_closing_alone_are_no_words(text: str) -> None:
    assert words(text) == ""
