"""`commands:` of people.yaml: how well proven a mail must be for a command, where that differs from the contract."""

from __future__ import annotations

import pytest

from mailgate.rules import access
from mailgate.rules.vocabulary import NAMES
from mailgate.settings.scalars import ENOUGH_TRUST
from tests.rules.example import settings
from tests.stories.asking import not_sent
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, CLEO, ERIKA, SUPPORT, World

ANNAS, REPORTER = "anna@example.com", "erika@customer.example"
LEVELS = ("claimed", "aligned", "token", "proven", "signed")


def desk_where(desk_with: DeskWith, commands: dict[str, str]) -> World:
    desk = desk_with({"commands": commands})
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.new_letters()
    return desk


def write(desk: World, level: str, text: str, *, sender: str = ANNA) -> None:
    """A mail of Anna's on the ticket, as well proven as `level`."""
    if level in ("token", "proven"):
        desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=sender, stranger=level == "token")
        return
    mail = Mail(sender, SUPPORT, "Re: Printer", text, headers={"In-Reply-To": "<first@customer.example>"})
    desk.mail(mail, stranger=level == "claimed")


ENOUGH = {
    "claimed": ("claimed", "aligned", "token", "proven"),
    "aligned": ("aligned", "proven"),
    "token": ("token", "proven"),
    "proven": ("proven",),
    "signed": (),
}


@pytest.mark.parametrize("level", ["claimed", "aligned", "token", "proven"])
@pytest.mark.parametrize("minimum", LEVELS)
def test_a_command_is_done_from_its_minimum_on(desk_with: DeskWith, minimum: str, level: str) -> None:
    desk = desk_where(desk_with, {"take": minimum})
    write(desk, level, "#take")
    assert (desk.state() == ("in_progress", "anna")) is (level in ENOUGH[minimum])
    assert (desk.letters(ANNAS, "confirm") == []) is (level in ENOUGH[minimum])


@pytest.mark.parametrize("command", sorted(NAMES))
@pytest.mark.parametrize("minimum", LEVELS)
def test_every_command_can_be_raised_and_lowered_and_no_other_changes(command: str, minimum: str) -> None:
    desk, usual = settings(commands={command: minimum}), settings()
    assert access.needed(desk, command) == ENOUGH_TRUST[minimum]
    assert access.needed(desk, command, opening=True) == ENOUGH_TRUST[minimum]
    assert all(access.needed(desk, each) == access.needed(usual, each) for each in NAMES - {command})


def test_plain_words_need_what_answer_needs(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"answer": "token"})
    write(desk, "token", "Dear Erika, water.")
    assert desk.letters(REPORTER, "reply")


def test_a_mail_is_as_good_as_the_most_that_it_asks_for(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"take": "claimed"})
    write(desk, "token", "#take\n#priority high")
    assert desk.state() == ("new", None)
    assert desk.new_letters() == ["confirm to anna@example.com"]


def test_a_raised_note_is_asked_back(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"note": "proven"})
    write(desk, "aligned", "#note\nShe called.")
    assert "Nothing proves that Anna Alt wrote this." in desk.message()["remark"]
    write(desk, "proven", "#note\nShe called.")
    assert desk.message()["remark"] is None


# -- signed ------------------------------------------------------------------------------------------------------------


def test_what_is_raised_to_signed_is_asked_back_and_a_yes_has_to_be_signed_too(desk_with: DeskWith) -> None:
    """A `#yes` stands for proof, and never for a signature."""
    desk = desk_where(desk_with, {"close": "signed"})
    write(desk, "proven", "#close\nDear Erika, we are closed.")
    assert desk.new_letters() == ["confirm to anna@example.com"]
    assert "The answer has to be signed" in " ".join(desk.letter(ANNAS, "confirm").text.split())
    for _ in range(2):
        desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
        assert "has to be signed too" in " ".join(desk.letter(ANNAS, "command_refused").text.split())
    assert desk.state() == ("new", None)
    assert not_sent(desk) == ["answer not sent: Dear Erika, we are closed."]


def test_it_can_still_be_thrown_away(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"close": "signed"})
    write(desk, "proven", "#close\nDear Erika, we are closed.")
    desk.answer(desk.letter(ANNAS, "confirm"), "#drop", sender=ANNA)
    assert not_sent(desk) == []


def test_the_german_letter_says_so_too(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"close": "signed"})
    desk.answer(desk.letter("ben@example.com", "new_ticket"), "#schließen", sender="Ben <ben@example.com>")
    assert "Die Antwort muss signiert sein" in " ".join(desk.letter("ben@example.com", "confirm").text.split())


# -- yes and drop ------------------------------------------------------------------------------------------------------


def test_a_yes_can_be_raised_to_full_proof(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"yes": "proven"})
    write(desk, "token", "#take")
    desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA, stranger=True)
    assert desk.state() == ("new", None)
    assert "needs more proof" in " ".join(desk.letter(ANNAS, "command_refused").text.split())
    desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA)
    assert desk.state() == ("in_progress", "anna")


# -- without a ticket, and in the mail that opens one ------------------------------------------------------------------


@pytest.mark.parametrize(("minimum", "done"), [("claimed", True), ("aligned", False)])
def test_a_lowered_command_needs_no_more_where_the_ticket_is_named(
    desk_with: DeskWith, minimum: str, done: bool
) -> None:
    desk = desk_where(desk_with, {"take": minimum})
    mail = desk.mail(Mail(ANNA, SUPPORT, "x", "#1001 take"), stranger=True)
    assert (desk.state() == ("in_progress", "anna")) is done
    assert desk.mail_state(mail)["state"] == ("handled" if done else "held")


def test_lowering_gives_no_right(desk_with: DeskWith) -> None:
    desk = desk_where(desk_with, {"take": "claimed"})
    desk.mail(Mail(CLEO, SUPPORT, "x", "#1001 take"), stranger=True)
    assert desk.state() == ("new", None)


def test_a_raised_command_that_describes_the_ticket_it_opens_is_asked_back(desk_with: DeskWith) -> None:
    desk = desk_with({"commands": {"priority": "proven"}})
    desk.mail(Mail(ANNA, SUPPORT, "A lamp", "#priority high\nIt is dark."))
    assert (desk.ticket()["priority"], desk.message()["new_text"].strip()) == ("normal", "It is dark.")
    assert "confirm to anna@example.com" in desk.new_letters()
    desk.answer(desk.letter(ANNAS, "confirm"), "#yes", sender=ANNA, stranger=True)
    assert desk.ticket()["priority"] == "high"


def test_a_lowered_one_describes_it_at_once(desk_with: DeskWith) -> None:
    desk = desk_with({"commands": {"priority": "claimed"}})
    desk.mail(Mail(ANNA, SUPPORT, "A lamp", "#priority high\nIt is dark."), stranger=True)
    assert desk.ticket()["priority"] == "high"
