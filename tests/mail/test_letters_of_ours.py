"""A reporter answers a letter whose text we know: whatever his program made of it, exactly that is folded."""

from __future__ import annotations

import textwrap

import pytest

from mailgate.mail.body import ANSWERS_INSIDE, OURS, NewWords, new_words
from mailgate.mail.message import Address, Headers, Message
from mailgate.settings.site import Limits
from tests.growth import assert_doubles
from tests.mail.framing import Framed, each_frame

LIMITS = Limits()
PIECES = (
    "Hello Erika,\n\nthank you for your message. Please switch the printer off and on again.",
    "Does the lamp under the lid turn green after a minute?",
    "What is the serial number of the device? It stands on the back of it.",
)
END = "Kind regards\nAnna Alt\n\n-- \nExample Support · 1042"
LETTER = "\n\n".join((*PIECES, END))
ANSWERS = ("Done, twice.", "No.", "4711-B")
UNKNOWN = "Þann mán., 23. nóv. 2026 kl. 10:00 skrifaði Anna Alt <support@example.com>:"


def read(text: str, *ours: str, html: str | None = None, subject: str = "Re: [#1042] Printer") -> NewWords:
    message = Message(
        headers=Headers(()),
        sender=Address("Erika", "erika@customer.example"),
        to=(Address("", "support+abcdefghijklmnopqrstuvwx@example.com"),),
        subject=subject,
        text=text,
        html=html,
    )
    return new_words(message, LIMITS, ours=ours or (LETTER,))


def kinds(found: NewWords) -> list[tuple[str, str]]:
    return [(fold.kind, fold.confidence) for fold in found.folds]


@pytest.mark.parametrize("frame", each_frame())
def test_an_answer_above_the_letter_comes_out_of_every_frame(frame: Framed) -> None:
    for wrapped in (False, True):
        found = read(frame.plain("It prints again.\n\nErika", LETTER, wrapped=wrapped))
        assert (found.text, found.certain, found.open) == ("It prints again.\n\nErika", True, False)
        assert ("ours", "certain") in kinds(found)


@pytest.mark.parametrize("frame", [each for each in each_frame() if not each.values[0].marks])
def test_answers_between_lines_that_nothing_marks_are_his(frame: Framed) -> None:
    between = "\n\n".join(f"{piece}\n{answer}" for piece, answer in zip(PIECES, ANSWERS, strict=True))
    found = read(f"See my answers.\n\n{frame.head}\n\n{between}\n\n{END}\n")
    assert found.text.split("\n\n") == ["See my answers.", *ANSWERS]


@pytest.mark.parametrize("frame", [each for each in each_frame() if not each.values[0].marks])
def test_an_answer_below_a_letter_that_nothing_marks_is_his(frame: Framed) -> None:
    found = read(f"{frame.head}\n\n{LETTER}\n\nIt prints again.\n\nErika")
    assert (found.text, found.certain) == ("It prints again.\n\nErika", True)


@pytest.mark.parametrize(
    "quoted",
    [
        LETTER,
        "\n".join(textwrap.wrap(" ".join(LETTER.split()), 50)),
        " ".join(LETTER.split()),
        textwrap.indent(LETTER, "    "),
        textwrap.indent(LETTER, "| "),
        "\n".join(f"*{line}*" if line else "" for line in LETTER.split("\n")),
        LETTER.replace(" ", "\u00a0"),
        LETTER.replace("\n", "\n\n"),
        "\n\n".join(PIECES[1:]),
    ],
)
@pytest.mark.parametrize("head", ["", f"{UNKNOWN}\n", f"{UNKNOWN}\n\n"])
def test_without_any_mark_and_below_an_unknown_frame(quoted: str, head: str) -> None:
    found = read(f"It prints again.\n\n{head}{quoted}\n")
    assert (found.text, found.why) == ("It prints again.", OURS)
    assert kinds(found)[-1] == ("ours", "certain")


def test_the_frame_is_folded_with_less_certainty_than_the_letter() -> None:
    found = read(f"It prints again.\n\n{UNKNOWN}\n{LETTER}")
    assert kinds(found) == [("quote", "high"), ("ours", "certain")]
    assert "unknown frame" in found.folds[0].method


def test_two_letters_one_below_the_other() -> None:
    earlier = "Hello Erika,\n\nwe have your message, and somebody looks at it until tomorrow noon.\n\nExample Support"
    found = read(f"Fine.\n\n{UNKNOWN}\n{LETTER}\n\n{UNKNOWN}\n{earlier}", LETTER, earlier)
    assert found.text == "Fine."


def test_what_the_letter_quotes_of_his_own_words_is_of_the_letter() -> None:
    letter = f"{PIECES[0]}\n\nYou wrote:\n> The printer on the second floor is dead.\n> It was so yesterday, too."
    unmarked = letter.replace("> ", "")
    found = read(f"Any news?\n\n{UNKNOWN}\n{unmarked}", letter)
    assert found.text == "Any news?"


def test_an_answer_at_the_end_of_a_quoted_line_is_shown_with_it() -> None:
    quoted = LETTER.replace("minute?", "minute? NO, RED").replace("\n", "\n> ")
    found = read(f"On Mon, 23 Nov 2026 at 10:00, Support <support@example.com> wrote:\n> {quoted}")
    assert found.text == "> Does the lamp under the lid turn green after a minute? NO, RED"


def test_what_a_form_of_ours_asks_stays_above_what_he_fills_in() -> None:
    form = "Please answer with these lines:\n\nSerial number of the device:\n\nRoom and floor of the device:"
    filled = "Serial number of the device:\n4711-B\n\nRoom and floor of the device:\n301, third floor"
    assert read(f"Please answer with these lines:\n\n{filled}", form).text == filled


def test_an_older_mail_below_the_letter_stays_folded() -> None:
    older = (
        "From: Erika <erika@customer.example>\nSent: Monday, November 23, 2026 9:00 AM\nSubject: Printer\n\nIt is dead."
    )
    head = "From: Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\nSubject: Re: Printer"
    found = read(f"It prints.\n\n{head}\n\n{LETTER}\n\n{older}")
    assert found.text == "It prints."


def test_a_disclaimer_that_a_server_puts_below_the_letter_is_a_fold_of_its_own() -> None:
    head = "From: Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\nSubject: Re: Printer"
    found = read(f"It prints.\n\n{head}\n\n{LETTER}\n\nThis message is intended solely for the use of the addressee.")
    assert (found.text, found.folds[-1].kind) == ("It prints.", "disclaimer")


@pytest.mark.parametrize(
    "words",
    [
        "Printer",
        "Hello Erika,",
        "Kind regards",
        "What is the serial number of the device?\n\nWhere do I find it?",
        "You ask: does the lamp under the lid turn green after a minute? It does not.",
        "Please switch the printer off and on again? I have done that ten times.",
        "Kind regards\n\nErika",
    ],
)
def test_words_of_ours_that_he_says_himself_stay_his(words: str) -> None:
    found = read(f"{words}\n\n{UNKNOWN}\n{LETTER}")
    assert found.text == words.strip()


def test_the_subject_is_anybodys() -> None:
    subject = "The printer on the second floor of the house in Berlin does not print any more"
    found = read(f"{subject}\n\nStill the same.", f"{subject}\n\nWe have your message.", subject=f"Re: {subject}")
    assert found.text == f"{subject}\n\nStill the same."


def test_where_nothing_would_be_left_all_is_shown() -> None:
    assert read(f"{UNKNOWN}\n{LETTER}").text.startswith("Þann")


def test_a_thumb_between_the_lines_is_an_answer() -> None:
    head = "From: Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\nSubject: Re: Printer"
    found = read(f"Hi,\n\n{head}\n\n" + "\n\n".join((PIECES[0], "👍", *PIECES[1:], END)))
    assert found.text == "Hi,\n\n👍"


def test_words_that_point_inside_show_all_only_where_no_answer_is_found() -> None:
    head = "From: Support <support@example.com>\nSent: Monday, November 23, 2026 10:00 AM\nSubject: Re: Printer"
    nothing = read(f"See my answers below in red.\n\n{head}\n\n{LETTER}")
    assert (nothing.why, LETTER.rstrip() in nothing.text) == (ANSWERS_INSIDE, True)
    found = read(f"See my answers below in red.\n\n{head}\n\n{LETTER.replace('minute?', 'minute? NO')}")
    assert "minute? NO" in found.text
    assert PIECES[2] not in found.text


def test_another_letter_explains_nothing() -> None:
    found = read(f"It prints.\n\n{UNKNOWN}\n{LETTER}", "We have received your order of toner and paper, thank you.")
    assert "serial number" in found.text
    assert found.open


LONG = "".join(f"line {at} of our letter says {at * 7919 % 1000}\n" for at in range(1000))
PATTERNS = {
    "the letter again and again": LONG,
    "its first line": "line 0 of our letter says 0\n",
    "its beginning, and something else": "> line 1 of our letter saysx\n",
    "marked and answered": "> line 5 of our letter says 595\nno\n",
    "framed": f"{UNKNOWN}\nline 5 of our letter says 595\n",
    "below header lines": "From: Support <s@example.com>\nSent: Monday, November 23, 2026 10:00 AM\n\nline 5 of our",
    "one letter": "a\n",
}


@pytest.mark.parametrize("pattern", list(PATTERNS))
def test_twice_the_mail_costs_twice_the_time(pattern: str) -> None:
    limits = Limits(reply_size=10**7, reply_lines=10**6)

    def task(size: int) -> None:
        text = PATTERNS[pattern] * (size // len(PATTERNS[pattern]))
        message = Message(headers=Headers(()), sender=None, subject="Re: Printer", text=text)
        new_words(message, limits, ours=(LONG, "a" * 10_000))

    assert_doubles(task, 400_000)
