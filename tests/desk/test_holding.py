"""Why a mail is held, as its readers are told: every reason of the line is known in both languages."""

from __future__ import annotations

import pytest

from mailgate.desk.holding import _in_words
from mailgate.rules.sort import Findings, sort_of


@pytest.mark.parametrize(
    ("reason", "german"),
    [
        (sort_of(Findings(bounce="a delivery report")).why, "ein Zustellbericht (a delivery report), aber nichts"),
        (sort_of(Findings(agent="anna", commands=True)).why, "Befehle im Namen von anna, ohne Ticket und ohne Beweis"),
        ("it is marked as spam (X-Spam-Flag: YES)", "sie ist als Spam gekennzeichnet (X-Spam-Flag: YES)"),
        ("From is our own address support@example.com", "als Absender steht unsere eigene Adresse support@"),
        ("reading it ended the worker 3 times: signal SIGSEGV", "sie zu lesen hat 3-mal zum Absturz geführt"),
    ],
)
def test_a_reason_of_ours_is_said_in_both_languages(reason: str, german: str) -> None:
    said = _in_words(reason)
    assert said.in_language("de").startswith(german)
    assert said.english != said.german


def test_a_rules_own_words_are_its_own_and_no_link() -> None:
    said = _in_words("looks like http://evil.example")
    assert (said.english, said.german) == ("looks like hxxp://evil[.]example",) * 2
