"""The table of letters says what CONTRACT 9 says, and every letter of this version has its templates."""

from __future__ import annotations

import pytest

from mailgate.outbox.letters import AGENTS_SUPPRESS, LANGUAGES, LETTERS
from mailgate.outbox.sources import BUILT_IN


@pytest.mark.parametrize("name", ["reply", "question", "resolved", "forwarded", "statement_request", "announcement"])
def test_a_persons_words_carry_no_mark_of_automatic_mail(name: str) -> None:
    letter = LETTERS[name]
    assert (letter.auto_submitted, letter.suppress, letter.gated) == (None, None, False)
    assert letter.sender == "bounce"
    assert letter.to != "agent"


@pytest.mark.parametrize("name", ["acknowledged", "acknowledged_minimal"])
def test_an_acknowledgement_is_an_automatic_answer_behind_the_gate(name: str) -> None:
    letter = LETTERS[name]
    assert (letter.auto_submitted, letter.suppress) == ("auto-replied", "All")
    assert letter.gated
    assert letter.sender == "automatic"


def test_only_automatic_letters_to_people_outside_pass_the_gate() -> None:
    for name, letter in LETTERS.items():
        assert letter.gated == (letter.to != "agent" and letter.auto_submitted is not None), name
        assert letter.gated == (letter.sender == "automatic"), name


def test_letters_to_agents_are_automatic_and_ask_for_no_automatic_answer() -> None:
    ours = {name: letter for name, letter in LETTERS.items() if letter.to == "agent"}
    assert {letter.suppress for letter in ours.values()} == {AGENTS_SUPPRESS}
    answers = {name for name, letter in ours.items() if letter.auto_submitted == "auto-replied"}
    assert answers == {"command_done", "command_refused", "confirm", "list", "report", "help"}


def test_every_letter_has_text_and_html_in_every_language() -> None:
    for name in LETTERS:
        for language in LANGUAGES:
            for kind in ("txt", "html"):
                assert (BUILT_IN / f"{name}.{language}.{kind}").is_file(), (name, language, kind)
