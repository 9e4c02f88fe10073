"""What stands around somebody's words without being any, in every language, and what only looks alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mailgate.mail.body import agent_words, new_words
from mailgate.mail.disclaimers import is_banner
from mailgate.mail.folds import NewWords
from mailgate.mail.footers import is_footer
from mailgate.mail.message import Headers, Message
from mailgate.settings.site import Limits

DATA: dict[str, Any] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "endings.yaml").read_text(encoding="utf-8")
)
LANGUAGES = "en de fr es it nl pl pt cs da sv no fi hu ro tr ru uk ja zh ko".split()  # noqa: SIM905


def rows(key: str) -> list[Any]:
    return [
        pytest.param(line, id=f"{language} {at}")
        for language, lines in DATA[key].items()
        for at, line in enumerate(lines if isinstance(lines, list) else [lines])
    ]


def read(text: str, html: str | None = None) -> NewWords:
    return new_words(Message(headers=Headers(()), sender=None, subject="Re: Printer", text=text, html=html), Limits())


@pytest.mark.parametrize("key", ["footers", "no_footers", "disclaimers", "banners"])
def test_every_language_has_rows(key: str) -> None:
    assert list(DATA[key]) == LANGUAGES


@pytest.mark.parametrize("line", rows("footers"))
def test_a_footer_of_a_program_is_a_fold_of_its_own(line: str) -> None:
    found = read(f"It works now.\n\n{line}")
    assert (found.text, [fold.kind for fold in found.folds]) == ("It works now.", ["signature"])
    quoted = f"On Mon, 23 Nov 2026 at 10:00, Desk <desk@example.com> wrote:\n> {line}\n> old"
    assert [fold.kind for fold in read(f"It works now.\n\n{line}\n\n{quoted}").folds] == ["signature", "quote"]


@pytest.mark.parametrize("line", rows("no_footers"))
def test_words_that_begin_or_end_like_one_stay(line: str) -> None:
    assert not is_footer(line)
    assert read(f"The invoice?\n\n{line}").text == f"The invoice?\n\n{line}"


@pytest.mark.parametrize("line", rows("disclaimers"))
def test_a_disclaimer_is_a_fold_of_its_own(line: str) -> None:
    found = read(f"It works now.\n\nErika\n\n{line}")
    assert (found.text, [fold.kind for fold in found.folds]) == ("It works now.\n\nErika", ["disclaimer"])


@pytest.mark.parametrize("line", rows("disclaimers"))
def test_who_asks_about_a_disclaimer_keeps_his_words(line: str) -> None:
    asked = f"Hello,\n\nour mails end with this: {line} Can you change it?"
    assert read(asked).text == asked


@pytest.mark.parametrize("line", rows("banners"))
def test_a_warning_above_the_words_is_folded(line: str) -> None:
    assert is_banner(line)
    assert read(f"{line}\n\nIt is broken.").text == "It is broken."


@pytest.mark.parametrize("line", DATA["no_banners"])
def test_words_about_such_warnings_stay(line: str) -> None:
    assert read(f"{line}\n\nPlease help.").text == f"{line}\n\nPlease help."


def test_words_right_above_a_disclaimer_are_no_part_of_it() -> None:
    found = read(f"It is broken again.\n{DATA['disclaimers']['en']}")
    assert (found.text, [fold.kind for fold in found.folds]) == ("It is broken again.", ["disclaimer"])


def test_a_wrapped_disclaimer_is_folded_from_the_beginning_of_its_sentence() -> None:
    sentence = "This message and all that comes with it is only meant\nfor the addressee; it may contain confidential"
    found = read(f"It is broken again.\n{sentence}\nthings.")
    assert found.text == "It is broken again."


def test_registers_of_a_company_count_only_below_a_name() -> None:
    data = "Musterbau GmbH, Amtsgericht Köln, HRB 1234, USt-ID DE123"
    assert read(f"Es geht wieder.\n\nMit freundlichen Grüßen\nErika Krause\n\n{data}").text.endswith("Erika Krause")
    asked = f"Guten Tag,\n\nbitte berichtigen Sie unsere Daten: {data}"
    assert read(asked).text == asked


@pytest.mark.parametrize(
    "block",
    [
        "Erika Krause\nCould you call me?",
        "Erika Krause\nPlease call me",
        "Erika Krause\nBitte um Rückruf",
        "Erika Krause\nMerci de me rappeler",
        "Erika Krause\nPS: the scanner, too",
        "Erika\nP.S. It smells of smoke.",
        "Erika\nそれから電話をください",
    ],
)
def test_a_block_that_wants_something_is_no_signature(block: str) -> None:
    text = f"It is broken.\n\n-- \n{block}"
    assert read(text).text.split() == text.split()


@pytest.mark.parametrize(
    "words",
    [
        "My number is in my signature.",
        "Siehe Signatur.",
        "Voir ma signature.",
        "Zie mijn handtekening",
        "Номер в подписи",
    ],
)
def test_a_signature_that_the_words_point_to_is_shown(words: str) -> None:
    assert "1234" in read(f"{words}\n\n-- \nErika Krause\n+49 30 1234").text
    assert "1234" not in read("It works.\n\n-- \nErika Krause\n+49 30 1234").text


def test_below_nothing_but_a_greeting_everything_is_shown() -> None:
    for text in ("Hello Anna,\n\n-- \nErika\n4711-B", "Hallo,\n\nGesendet mit Outlook 2016"):
        assert read(text).text.split() == text.split()


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="gmail_signature">',
        '<div class="moz-signature">',
        '<div class="protonmail_signature_block">',
        '<div class="k9mail-signature">',
        '<div id="Signature">',
        '<div id="ms-outlook-mobile-signature">',
        '<div id="AppleMailSignature">',
        '<div data-marker="__SIG_PRE__">',
        '<div id="composer_signature">',
    ],
)
def test_a_signature_that_the_html_marks_is_a_fold_of_its_own(opening: str) -> None:
    text = "It works.\n\nErika Krause\nCustomer Ltd\n+49 30 1234"
    html = f"<div>It works.</div><br>{opening}Erika Krause<br>Customer Ltd<br>+49 30 1234</div>"
    found = read(text, html)
    assert (found.text, [fold.kind for fold in found.folds]) == ("It works.", ["signature"])


def test_closing_words_and_a_name_in_a_marked_signature_stay() -> None:
    text = "It works.\n\nKind regards\nErika Krause\nCustomer Ltd\n+49 30 1234"
    signed = text.partition(".")[2].strip().replace("\n", "<br>")
    html = f"<div>It works.</div><div class='gmail_signature'>{signed}</div>"
    assert read(text, html).text == "It works.\n\nKind regards\nErika Krause"


@pytest.mark.parametrize(
    "words",
    [
        f"Please change our disclaimer to:\n\n{DATA['disclaimers']['en']}",
        f"Please change our disclaimer to this text\n\n{DATA['disclaimers']['en']}",
        "grep says\nfoo.c: bad\n--\nbar.c: worse\n--\nbaz.c: worst",
        "Things not working:\n-- \nScanner\nFax",
        "You asked for my address, here it is.\n\n-- \nErika Krause\nHauptstr. 5\n80331 Muenchen",
        "Below each of my mails it says:\nSent from my iPhone",
    ],
)
def test_what_the_words_above_announce_is_no_ending(words: str) -> None:
    sent = Message(headers=Headers(()), sender=None, subject="Re: Printer", text=words)
    assert read(words).text == agent_words(sent, Limits()).text == words.replace("-- \n", "--\n")


def test_nor_is_it_where_the_html_calls_it_a_signature() -> None:
    html = '<div>My new data:</div><div class="gmail_signature">Erika Krause<br>Hauptstr. 5</div>'
    assert read("My new data:\n\nErika Krause\nHauptstr. 5", html).text == "My new data:\n\nErika Krause\nHauptstr. 5"


def test_an_agents_list_below_a_line_of_dashes_travels_whole() -> None:
    words = "Options:\n\n--\nA: reboot\nB: replace\n\nAnna"
    sent = Message(headers=Headers(()), sender=None, subject="Re: Printer", text=words)
    assert agent_words(sent, Limits()).text == words


def test_who_asks_to_leave_a_list_keeps_his_words() -> None:
    words = "Hello.\n\n____________________\nyou are subscribed to this mailing list, unsubscribe me from this please"
    assert read(words).text == words
    assert read(f"{words} at https://lists.example/leave").text == "Hello."


def test_a_title_and_closing_words_announce_nothing() -> None:
    disclaimer = DATA["disclaimers"]["en"]
    for title in ("Disclaimer:", "Confidentiality notice:"):
        assert read(f"It works now.\n\n{title}\n\n{disclaimer}").text == "It works now."
    assert read("It works now.\n\nKind regards:\n-- \nErika Krause").text == "It works now.\n\nKind regards:"
