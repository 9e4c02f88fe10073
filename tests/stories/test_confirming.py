"""`confirm` and `#yes`: what could not be proven is asked at the registered address, and done once, within a day."""

from __future__ import annotations

import pytest

from mailgate.desk import proof
from mailgate.trust.verdict import Level
from tests.german import english_in
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, BEN, ERIKA, MALLORY, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def asked(desk: World) -> World:
    """Anna answered from her mail at home: her token is there, but nobody vouches for her address."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(
        desk.letter(ANNAS), "#take\nDear Erika, water.", sender=ANNA, stranger=True, files={"plan.pdf": b"%PDF"}
    )
    assert "confirm to anna@example.com" in desk.new_letters()
    return desk


def yes(desk: World, text: str = "#yes", **how: object) -> None:
    desk.answer(desk.letter(ANNAS, "confirm"), text, sender=str(how.pop("sender", ANNA)), **how)  # type: ignore[arg-type]


def sent(desk: World) -> int:
    return len(desk.letters(REPORTER, "reply"))


@pytest.mark.parametrize("text", ["#yes", "#ja", "#Yes.", "#yes\n\nKind regards\nAnna"])
def test_yes_does_it(asked: World, text: str) -> None:
    yes(asked, text)
    reply = asked.letter(REPORTER, "reply")
    assert reply.text.startswith("Dear Erika, water.")
    assert reply.files == {"plan.pdf": b"%PDF"}
    assert asked.state() == ("in_progress", "anna")
    assert asked.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]


def test_yes_to_words_alone_is_told_to_be_done_too(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA, stranger=True)
    desk.new_letters()
    yes(desk)
    assert desk.new_letters() == ["command_done to anna@example.com", "reply to erika@customer.example"]
    assert "Your answer was sent to Erika Krause." in desk.letter(ANNAS, "command_done").text


def test_the_letter_names_each_thing_that_would_be_done(asked: World) -> None:
    text = " ".join(asked.letter(ANNAS, "confirm").text.split())
    assert "Carry out on #1001: #take" in text
    assert "Send your words to Erika Krause." in text
    assert "Dear Erika, water." in text


def test_yes_needs_no_more_than_the_token_of_the_letter(asked: World) -> None:
    yes(asked, stranger=True)
    assert sent(asked) == 1


def test_yes_does_it_once(asked: World) -> None:
    yes(asked)
    yes(asked)
    assert sent(asked) == 1
    assert "There is nothing (more)" in asked.letter(ANNAS, "command_refused").text


@pytest.mark.parametrize(("hours", "letters"), [(23.9, 1), (24.1, 0)])
def test_yes_counts_for_a_day(asked: World, hours: float, letters: int) -> None:
    asked.later(hours=hours)
    yes(asked)
    assert sent(asked) == letters


@pytest.mark.parametrize("sender", [BEN, MALLORY, ERIKA])
def test_nobody_else_can_say_yes(asked: World, sender: str) -> None:
    yes(asked, sender=sender)
    assert (sent(asked), asked.state()) == (0, ("new", None))


def test_the_token_of_another_letter_is_no_yes(asked: World) -> None:
    asked.answer(asked.letter(ANNAS, "new_ticket"), "#yes", sender=ANNA)
    assert (sent(asked), asked.state()) == (0, ("new", None))


def test_without_a_token_yes_means_nothing(asked: World) -> None:
    asked.mail(Mail(ANNA, "support@example.com", "Re: [#1001] Printer on fire", "#yes"))
    assert (sent(asked), asked.state()) == (0, ("new", None))


def test_drop_ends_it(asked: World) -> None:
    yes(asked, "#drop")
    yes(asked)
    assert sent(asked) == 0


def test_words_are_no_yes_and_the_first_letter_still_works(asked: World) -> None:
    yes(asked, "Yes please, do that.")
    assert sent(asked) == 0
    assert "commands only" in asked.letter(ANNAS, "command_refused").text
    yes(asked)
    assert sent(asked) == 1


def test_yes_to_the_letter_about_a_wrong_answer_works_too_but_once(asked: World) -> None:
    yes(asked, "Yes please, do that.")
    asked.answer(asked.letter(ANNAS, "command_refused"), "#yes", sender=ANNA)
    yes(asked)
    assert sent(asked) == 1


def test_yes_brings_no_more_than_what_was_shown(asked: World) -> None:
    yes(asked, "#yes\nAnd a bucket of sand.")
    assert "sand" not in asked.letter(REPORTER, "reply").text


def test_what_has_become_impossible_meanwhile_is_refused(asked: World) -> None:
    asked.answer(asked.letter("ben@example.com"), "#close", sender=BEN)
    yes(asked)
    assert (sent(asked), asked.state()) == (0, ("closed", None))
    assert "reopen it first" in " ".join(asked.letter(ANNAS, "command_refused").text.split())


def test_an_automatic_yes_is_none(asked: World) -> None:
    mail = answer(asked.letter(ANNAS, "confirm"), "#yes", sender=ANNA, headers={"Auto-Submitted": "auto-replied"})
    asked.mail(mail)
    assert sent(asked) == 0


def test_a_confirmed_command_for_another_ticket(desk: World) -> None:
    desk.write(ERIKA, "A", "x")
    desk.write(ERIKA, "B", "x")
    desk.answer(desk.letters(ANNAS)[0], "#1002 note She called.\n#1002 take", sender=ANNA, stranger=True)
    assert desk.state(1002) == ("new", None)
    yes(desk)
    assert desk.state(1002) == ("in_progress", "anna")
    assert desk.message(1002)["new_text"] == "She called."


# -- what the letter says of the proof ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stranger", "answers", "said"),
    [
        (True, True, "It answers a letter that was written to you, but nothing proves that it was sent from your"),
        (False, False, "It was sent from your address, but it answers no letter that was written to you."),
    ],
)
def test_what_is_missing_and_what_to_do_stands_there_in_plain_words(
    desk: World, stranger: bool, answers: bool, said: str
) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    letter = desk.letter(ANNAS)
    mail = answer(letter, "#close", sender=ANNA) if answers else Mail(ANNA, "support@example.com", "x", "#1001 close")
    number = desk.mail(mail, stranger=stranger)
    text = " ".join(desk.letter(ANNAS, "confirm").text.split())
    assert said in text
    assert "it is done without a question." in text
    assert not any(each in text for each in ("dmarc", "Authentication-Results", "vouches", "token"))
    assert desk.decision(number)["trust"]["evidence"]


@pytest.mark.parametrize("level", [each for each in Level if each is not Level.signed])
def test_every_level_below_signed_has_its_sentence(level: Level) -> None:
    assert english_in(proof.lacking(level).german) == set()
    assert proof.lacking(level).english
