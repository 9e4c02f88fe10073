"""Somebody answers a letter of ours from a program that nobody knows: the text of the letter is enough to fold it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

REPORTER = "erika@customer.example"
FRAME = "Ar Llun, 23 Tach 2026 am 13:30, ysgrifennodd Anna Alt (Example Support) <support@example.com>:"
QUESTIONS = "Dear Erika,\n\nplease switch the printer off and on again.\n\nDoes the lamp under the lid turn green?"


def asked(desk: World) -> Received:
    """Anna has asked Erika two things."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("anna@example.com"), QUESTIONS, sender=ANNA)
    return desk.letter(REPORTER, "reply")


def answered(desk: World, letter: Received, text: str, *, to: str | None = None, threaded: bool = True) -> int:
    """As she wrote it, with nothing around that anybody marks."""
    named = {"In-Reply-To": letter.header("Message-ID")} if threaded else {}
    return desk.mail(
        Mail(ERIKA, to or letter.header("Reply-To"), f"Re: {letter.header('Subject')}", text, headers=named)
    )


def reads_of_letters(desk: World, text: str, letter: Received) -> int:
    """How often the desk asks for the text of a letter while it handles this answer."""
    seen: list[str] = []

    def trace(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(seen.append)

    sa.event.listen(desk.store.desk, "begin", trace)
    answered(desk, letter, text)
    sa.event.remove(desk.store.desk, "begin", trace)
    return sum("letter.html" in each and each.startswith("SELECT letter.text") for each in seen)


def test_the_words_alone_reach_the_agent(desk: World) -> None:
    letter = asked(desk)
    answered(desk, letter, f"It does.\n\nErika\n\n{FRAME}\n\n{letter.text}")
    assert desk.message()["new_text"] == "It does.\n\nErika"
    assert "switch the printer" not in desk.letter("anna@example.com", "new_message").text


def test_answers_between_the_lines_stay_in_order(desk: World) -> None:
    letter = asked(desk)
    inside = letter.text.replace("on again.\n", "on again.\nDone.\n").replace(
        "turn green?\n", "turn green?\nNo, red.\n"
    )
    answered(desk, letter, f"{FRAME}\n\n{inside}")
    assert desk.message()["new_text"] == "Done.\n\nNo, red."


def test_the_letter_is_known_by_its_address_alone(desk: World) -> None:
    letter = asked(desk)
    answered(desk, letter, f"It does.\n\n{letter.text}", threaded=False)
    assert desk.message()["new_text"] == "It does."


def test_without_a_token_the_latest_letters_to_her_are_looked_at(desk: World) -> None:
    letter = asked(desk)
    answered(desk, letter, f"It does.\n\n{letter.text}", to=SUPPORT, threaded=False)
    assert desk.message()["new_text"] == "It does."


def test_a_later_letter_may_be_quoted_below_an_earlier_ones_address(desk: World) -> None:
    first = asked(desk)
    desk.answer(desk.letter("anna@example.com"), "And what does the display say just now?", sender=ANNA)
    second = desk.letter(REPORTER, "reply")
    answered(desk, first, f"E-13.\n\n{FRAME}\n\n{second.text}")
    assert desk.message()["new_text"] == "E-13."


def test_a_program_that_says_what_a_letter_said_quotes_nothing(desk: World) -> None:
    form = "The temperature of the cellar is as follows at sensor seven.\n\nThe fan of rack two turns as it should."
    desk.write(ERIKA, "Cellar", "It is hot.")
    desk.answer(desk.letter("anna@example.com"), f"Please report every hour:\n\n{form}", sender=ANNA)
    assert form in desk.letter(REPORTER, "reply").text
    number = desk.ticket()["number"]
    desk.mail(Mail(ERIKA, SUPPORT, f"[#{number}] Cellar", f"{form}\n\nNo."))
    assert desk.message()["new_text"] == f"{form}\n\nNo."


def test_every_fold_is_told_with_how_it_was_recognised(desk: World) -> None:
    letter = asked(desk)
    number = answered(desk, letter, f"It does.\n\n{FRAME}\n\n{letter.text}")
    folded = desk.decision(number)["folded"]
    assert folded["why"] == "our letter was recognised and folded"
    assert [(each["kind"], each["confidence"]) for each in folded["parts"]] == [("quote", "high"), ("ours", "certain")]
    assert all(each["method"] and each["lines"][0] <= each["lines"][1] for each in folded["parts"])


@pytest.mark.sqlite
def test_a_short_answer_that_quotes_nothing_asks_for_no_letter(desk: World) -> None:
    letter = asked(desk)
    assert reads_of_letters(desk, "It does.", letter) == 0
    assert reads_of_letters(desk, f"It does.\n\n{FRAME}\n\n{letter.text}", letter) == 1
