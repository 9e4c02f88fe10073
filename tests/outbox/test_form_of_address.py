"""Every letter to somebody outside says `Sie` or `du` in German, as it is asked for, and never mixes them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailgate.outbox.letters import LETTERS
from mailgate.outbox.sample import BARE, SAMPLE
from mailgate.outbox.view import LetterView
from tests.outbox.desk import OURS

OUTSIDE = sorted(name for name in LETTERS if LETTERS[name].to != "agent")
FORMAL = re.compile(
    r"\b(?:Ihnen|Ihr(?:e[mnrs]?)?|(?:Haben|Möchten|Antworten|antworten|brauchen) Sie|Sie (?:haben|schrieben))\b"
)
INFORMAL = re.compile(r"\b(?:du|dir|dich|dein(?:e[mnrs]?)?|Hast|Möchtest|antworte|beginne)\b", re.IGNORECASE)
VIEWS = {
    "with everything": replace(SAMPLE, words="", solution="", earlier=""),
    "to somebody it owes a number": replace(BARE, number=1042, owes_number=True, earlier="Seit wann?"),
    "asking for an answer": replace(SAMPLE, asks_answer=True, words="", solution="", earlier=""),
    "with little": replace(BARE, number=1042, reader="Erika"),
}


def rendered(name: str, view: LetterView, *, formal: bool) -> str:
    letter = OURS.render(name, "de", replace(view, formal=formal))
    visible = re.sub(r"<[^>]*>", " ", letter.html.partition("<body")[2])
    return " ".join(f"{letter.subject or ''} {letter.text} {visible}".split())


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("name", OUTSIDE)
def test_a_letter_keeps_to_one_form_of_address(name: str, view: LetterView) -> None:
    assert INFORMAL.findall(rendered(name, view, formal=True)) == []
    assert FORMAL.findall(rendered(name, view, formal=False)) == []


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_letter_that_speaks_to_somebody_has_both_forms(name: str) -> None:
    view = VIEWS["to somebody it owes a number"]
    assert FORMAL.search(rendered(name, view, formal=True))
    assert INFORMAL.search(rendered(name, view, formal=False))


@pytest.mark.parametrize("name", ["acknowledged", "announcement", "closed", "reopened"])
def test_the_greeting_names_the_reader_where_we_know_him(name: str) -> None:
    greetings = [("en", "Hello Erika,"), ("de", "Guten Tag Erika,")]
    for language, greeting in greetings:
        assert greeting in OURS.render(name, language, replace(VIEWS["with little"], formal=True)).text
    assert "Hallo Erika," in OURS.render(name, "de", VIEWS["with little"]).text
    assert "Hello,\n" in OURS.render(name, "en", BARE).text


def test_an_announcement_is_the_admins_words_in_a_frame() -> None:
    view = LetterView(site="Example Support", reader="Erika", words="Down on Saturday:\n  8 to 12\n\nThe team")
    assert OURS.render("announcement", "en", view).text == (
        "Hello Erika,\n\nDown on Saturday:\n  8 to 12\n\nThe team\n\n"
        "Do you have a question about it? Just answer this mail.\n\n-- \nExample Support\n"
    )
