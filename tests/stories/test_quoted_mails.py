"""Mails of others that somebody quotes below his words: agents read them there, nobody outside gets them back, and
nothing in them is a command."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.sharing import COORDINATED
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
KARLS = ("1. Wir liefern am 12. Dezember.", "2. Die Montage kostet 480 Euro extra.", "#close", "Gruss, Karl")
ASKS = "Könnt ihr bei Punkt 2 helfen?"
FRAMES = {
    "thunderbird": ["Am 20.11.26 um 09:12 schrieb Karl Kunze:"],
    "gmail": ["Am Fr., 20. Nov. 2026 um 09:12 Uhr schrieb Karl Kunze <karl@supplier.example>:"],
    "outlook": [
        "Von: Karl Kunze <karl@supplier.example>",
        "Gesendet: Freitag, 20. November 2026 09:12",
        "An: Erika Krause <erika@customer.example>",
        "Betreff: Angebot",
        "",
    ],
}


def with_karls(client: str, words: str = ASKS) -> str:
    mark = "" if client == "outlook" else "> "
    return "\n".join([words, "", *FRAMES[client], *(f"{mark}{line}" for line in KARLS)])


def reads(letter: Received) -> str:
    return letter.text.partition("────")[0]


@pytest.mark.parametrize("client", FRAMES)
def test_what_a_new_mail_quotes_stands_below_its_words(desk: World, client: str) -> None:
    headers = {"In-Reply-To": "<offer@supplier.example>"}
    desk.mail(Mail(ERIKA, SUPPORT, "AW: Angebot", with_karls(client), headers=headers))
    letter = desk.letter(ANNAS, "new_ticket")
    words, heading, quoted = reads(letter).partition("Quoted below:")
    assert (heading, ASKS in words, "480 Euro" in words) == ("Quoted below:", True, False)
    assert "Karl Kunze" in quoted
    assert "> 2. Die Montage kostet 480 Euro extra." in quoted
    assert "480 Euro" in letter.html
    assert desk.message()["new_text"] == ASKS
    assert "480 Euro" in desk.message()["quoted"]


def test_the_reporter_does_not_get_it_back_and_its_commands_do_nothing(desk: World) -> None:
    headers = {"In-Reply-To": "<offer@supplier.example>"}
    desk.mail(Mail(ERIKA, SUPPORT, "AW: Angebot", with_karls("gmail"), headers=headers))
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Yes, we can.", sender=ANNA)
    assert desk.letters(REPORTER)
    assert not any("480 Euro" in each.text + each.html for each in desk.letters(REPORTER))
    assert desk.state() == ("in_progress", "anna")


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("client", FRAMES)
def test_somebody_elses_mail_in_an_answer_to_us_reaches_the_agent(desk: World, client: str, ours: bool) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, what does your supplier say?", sender=ANNA)
    desk.answer(desk.letter(REPORTER, "reply"), with_karls(client, "My supplier says this:"), sender=ERIKA, quoted=ours)
    assert reads(desk.letter(ANNAS, "new_message")).count("480 Euro") == 1
    said = desk.letter(ANNAS, "new_message")
    desk.answer(said, "Dear Erika, we see.", sender=ANNA)
    assert desk.letters(REPORTER, "reply")[-1].text.startswith("Dear Erika, we see.")


def test_what_the_ticket_has_already_is_not_said_again(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns since this morning, and nobody knows why.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, please switch it off and on again.", sender=ANNA)
    letter = desk.letter(REPORTER, "reply")
    desk.answer(letter, "It still burns.", sender=ERIKA)
    assert "Quoted below:" not in desk.letter(ANNAS, "new_message").text
    own = "Am 20.11.26 um 09:12 schrieb Erika Krause:\n> It burns since this morning,\n> and nobody knows why."
    desk.answer(letter, f"As I said.\n\n{own}", sender=ERIKA, quoted=False)
    assert "Quoted below:" not in desk.letter(ANNAS, "new_message").text
    assert desk.message()["quoted"] == ""


def test_a_long_one_ends_with_where_the_rest_is(desk: World) -> None:
    long = "\n".join(f"> line {number} of the long story" for number in range(400))
    text = f"{ASKS}\n\n{FRAMES['gmail'][0]}\n{long}"
    desk.mail(Mail(ERIKA, SUPPORT, "AW: Angebot", text, headers={"In-Reply-To": "<offer@supplier.example>"}))
    said = reads(desk.letter(ANNAS, "new_ticket"))
    assert "line 250 of" in said
    assert "line 350 of" not in said
    assert "the rest is in the original mail" in said


def test_whoever_gets_the_ticket_later_reads_it_too(desk_with: DeskWith) -> None:
    desk = desk_with(COORDINATED)
    headers = {"In-Reply-To": "<offer@supplier.example>"}
    desk.mail(Mail(ERIKA, SUPPORT, "AW: Angebot", with_karls("outlook"), headers=headers))
    desk.answer(desk.letter(ANNAS), "#assign ben", sender=ANNA)
    assert "480 Euro" in desk.letter("ben@example.com", "assigned").text
