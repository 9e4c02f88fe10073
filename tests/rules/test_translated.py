"""A line of commands in the reader's language: the words change, what stands behind them does not."""

from __future__ import annotations

import pytest

from mailgate.rules.translated import translated
from mailgate.sentence import Sentence


@pytest.mark.parametrize(
    ("line", "english", "german"),
    [
        ("#zuweisen ben", "#assign ben", "#zuweisen ben"),
        ("#assign ben", "#assign ben", "#zuweisen ben"),
        ("#Uebernehmen", "#take", "#Uebernehmen"),
        ("#erledigt", "#resolve", "#erledigt"),
        ("#1042 take; due fri", "#1042 take; due fri", "#1042 übernehmen; termin fri"),
        ("#1042 übernehmen; priorität hoch", "#1042 take; priority hoch", "#1042 übernehmen; priorität hoch"),
        ("#notiz Notiz an alle", "#note Notiz an alle", "#notiz Notiz an alle"),
        ("#spam", "#spam", "#spam"),
        ("-- ben by fri", "-- ben by fri", "-- ben by fri"),
        ("#M-17 keep", "#M-17 keep", "#M-17 keep"),
        ("no command", "no command", "no command"),
    ],
)
def test_the_words_of_a_line_in_both_languages(line: str, english: str, german: str) -> None:
    assert translated(line) == Sentence(english, german)
