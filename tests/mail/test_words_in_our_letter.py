"""What a reporter writes into, above and below our letter is his, whatever it looks like: in words of ours, behind
quote marks, with addresses and dates; and what he quotes himself stays."""

from __future__ import annotations

import pytest

from mailgate.mail.body import new_words
from mailgate.mail.folds import NewWords
from mailgate.mail.html import to_text
from mailgate.mail.message import Address, Headers, Message
from mailgate.settings.site import Limits

FRAME = "On Mon, 23 Nov 2026 at 10:00, Anna Alt <support@example.com> wrote:"
BLOCK = (
    "From: Anna Alt (Example Support) <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\n"
    "To: Erika <erika@customer.example>\nSubject: Printer"
)
LETTER = (
    "Dear Erika,\n\nplease look at the lamp under the lid of the printer.\nDoes the lamp turn green?\n\n"
    "Green means ready, everything else means broken.\nDo you have the printer switched on at the wall?\n\n"
    "Yes or no is enough\n\nWhich one is it, 4711 or 4712?\n\n4711 is the fuser.\n\nKind regards\nAnna Alt\n"
)


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def read(text: str, *ours: str, html: str | None = None) -> NewWords:
    message = Message(
        headers=Headers(()),
        sender=Address("Erika", "erika@customer.example"),
        to=(Address("Example Support", "support+abc@example.com"),),
        subject="Re: [#1042] Printer",
        in_reply_to=("1042.abc@example.com",),
        text=text or to_text(html or ""),
        html=html,
    )
    return new_words(message, Limits(), ours=ours or (LETTER,))


def inline(quoted: str, *answers: tuple[str, str]) -> str:
    """`quoted`, with each answer below the line that ends so."""
    lines = []
    for line in quoted.split("\n"):
        lines += [line, *(answer for end, answer in answers if line.endswith(end))]
    return "\n".join(lines)


SHORT = (("turn green?", "Green"), ("at the wall?", "Yes"), ("or 4712?", "4711"))


@pytest.mark.parametrize("head", [f"{FRAME}\n", f"{BLOCK}\n\n"])
@pytest.mark.parametrize("quote", [marked, str])
def test_an_answer_in_the_next_words_of_the_letter_is_his(head: str, quote: type[str]) -> None:
    found = read(f"Hi Anna,\n\n{head}{inline(quote(LETTER), *SHORT)}")
    assert found.text.split("\n\n") == ["Hi Anna,", "Green", "Yes", "4711"]


def test_the_same_where_the_html_marks_what_it_quotes() -> None:
    pieces = inline(LETTER, *((end, f"\0{answer}") for end, answer in SHORT)).split("\n")
    quoted = "".join(
        f"</blockquote><div>{each[1:]}</div><blockquote class=gmail_quote>" if each[:1] == "\0" else f"{each}<br>"
        for each in pieces
    )
    head = f"<div class=gmail_attr>{FRAME.replace('<', '&lt;')}<br></div>"
    html = f"<div>Hi Anna,</div><div class=gmail_quote>{head}<blockquote class=gmail_quote>{quoted}</blockquote></div>"
    text = f"Hi Anna,\n\n{FRAME}\n{inline(marked(LETTER), *SHORT)}"
    assert read(text, html=html).text.split("\n\n") == ["Hi Anna,", "Green", "Yes", "4711"]
    assert read("", html=html).text.split() == ["Hi", "Anna,", "Green", "Yes", "4711"]


def test_an_answer_at_the_end_in_the_words_that_he_cut_away_is_his() -> None:
    asked = LETTER.partition("\n\nYes or no")[0]
    assert read(f"{FRAME}\n{marked(asked)}\n\nYes\n").text.endswith("Yes")


def test_a_line_of_the_letter_that_he_repeats_as_his_answer_is_his() -> None:
    asked = "Hello Erika,\n\nwhich printer is it, the one in room 12 or 14?"
    letter = f"{asked}\nroom 12 is Canon\nroom 14 is the Hewlett\n\nRegards\n"
    for quote in (marked, str):
        quoted = quote(letter).replace("or 14?", "or 14?\nroom 14 is the Hewlett")
        assert read(f"Moin\n\n{FRAME}\n{quoted}", letter).text == "Moin\n\nroom 14 is the Hewlett"


def test_what_a_program_breaks_and_does_not_mark_is_of_the_letter() -> None:
    broken = marked(LETTER).replace("lid of the printer", "lid of\nthe printer")
    assert read(f"It is off.\n\n{FRAME}\n{broken}").text == "It is off."


@pytest.mark.parametrize("head", [f"{FRAME}\n", ""])
def test_words_that_he_types_behind_the_marks_of_his_program_are_his(head: str) -> None:
    quoted = marked(LETTER).replace("at the wall?", "at the wall?\n> It is not, there is no socket.")
    assert read(f"See below.\n\n{head}{quoted}").text == "See below.\n\n> It is not, there is no socket."


def test_a_form_that_he_fills_in_behind_quote_marks_is_his() -> None:
    form = "Please answer with these lines, so that we find your contract:\n\n"
    form += "Name:\nCustomer number:\nPhone:\n\n[ ] printer\n[ ] scanner"
    filled = "> Name: Erika\n> Customer number: 17\n> Phone: 089"
    quoted = (
        marked(form)
        .replace("> Name:\n> Customer number:\n> Phone:", filled)
        .replace("[ ] printer", "[x] printer on the third floor")
    )
    found = read(f"Here you are.\n\n{FRAME}\n{quoted}", form).text
    assert found.startswith(f"Here you are.\n\n{filled}\n\n> [x] printer on the third floor")
    assert "Please answer" not in found


@pytest.mark.parametrize(
    "words",
    [
        "Please also add my colleague Max <max@customer.example> from 1.12.2026 with these rights:\n\n"
        "read and write on the scanner",
        "The vendor says:\n\nFrom: Bank <bank@vendor.example>\nDate: Fri, 20 Nov 2026 15:05\nTo: me@customer.example\n"
        "Subject: Your account\n\nOur part number is 4711.\n\nIs that enough for you?",
    ],
)
def test_words_below_our_letter_are_no_older_mail(words: str) -> None:
    assert (
        read(f"Hi\n\n{BLOCK}\n\n{LETTER}\nNo, it stays dark.\n\n{words}\n").text
        == f"Hi\n\nNo, it stays dark.\n\n{words}"
    )


@pytest.mark.parametrize(
    "words",
    [
        "It is off.\n\nMy boss Max <max@customer.example> asks since 20.11.2026 for a new one.",
        "It is off.\nSince 20.11.2026 I wait for Max <max@customer.example>",
        "My boss <max@customer.example> asks since 20.11.2026, see your mail:",
        "I wrote to support@example.com on 20.11.2026 at 10:00 already, and this came back",
    ],
)
def test_words_above_our_letter_are_no_frame(words: str) -> None:
    for quoted in (marked(LETTER), LETTER):
        assert read(f"Hi\n\n{words}\n\n{quoted}").text == f"Hi\n\n{words}"


def test_above_an_unknown_frame_his_words_begin_on_their_own_line() -> None:
    unknown = "Ar Llun, 23 Tach 2026 am 13:30, ysgrifennodd Anna Alt\n(Example Support) <support@example.com>:"
    assert read(f"Hi\n\nIt is off.\n{unknown}\n\n{LETTER}").text == "Hi\n\nIt is off."


def test_an_answer_between_the_frame_and_our_letter_is_no_part_of_the_frame() -> None:
    head = FRAME.replace("<", "&lt;")
    quoted = "<blockquote>Some greeting.</blockquote><div>It is on.</div>"
    quoted += f"<blockquote>{LETTER.replace(chr(10), '<br>')}</blockquote>"
    html = f"<div><br></div><div class=gmail_quote><div class=gmail_attr>{head}</div>{quoted}<div>Today.</div></div>"
    found = read("", html=html).text
    assert ("It is on." in found, found.endswith("Today."), "lamp" in found) == (True, True, False)


LOG = "The log says:\n\n> ERROR 17 paper jam\n> ERROR 18 fuser"
PHISH = (
    "I send you what the phisher wrote:\n\nFrom: Bank <bank@evil.example>\nDate: Fri, 20 Nov 2026 15:05\n"
    "To: me@customer.example\nSubject: Your account\n\nPlease click here.\n\nShould I click? Please answer today!"
    "\nErika"
)
BOSS = "On Fri, 20 Nov 2026 at 08:00, Max Boss <max@customer.example> wrote:\n"
BOSS += "> Get the printer fixed by friday\n\nSo please hurry."
SERVER = "Am 24.12.2026 um 10:00 schrieb der Server:\n> disk full\n\nWas nun?"


@pytest.mark.parametrize(
    "words", [LOG, f"{LOG}\n\nWhat now?", PHISH, BOSS, f"Hi,\n\n{BOSS}", SERVER, f"The vendor wrote:\n\n{BOSS}"]
)
def test_what_he_quotes_himself_stays_with_and_without_our_letter_below(words: str) -> None:
    assert read(words).text == words
    if words is not PHISH:  # below which nothing shows where it ends
        assert read(f"{words}\n\n{FRAME}\n{marked(LETTER)}").text == words


@pytest.mark.parametrize("head", ["", FRAME, BLOCK])
def test_a_mail_that_he_pastes_above_our_letter_stays_with_its_head(head: str) -> None:
    assert read(f"{PHISH}\n\n{head}\n{marked(LETTER)}").text == PHISH


def test_a_quotation_of_another_mail_below_his_words_is_folded() -> None:
    assert read(f"It works now.\n\n{marked('Some other mail.')}").text == "It works now."
    assert read(f"It works now.\n\n{FRAME}\n\nSome other letter of theirs.").text == "It works now."
