"""A partner's own number of the case: his later mail that names it joins his ticket (CONTRACT 8, second level)."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.partnering import LINES, PARTNERS, PAULA, PAULAS, PETER, RIVAL
from tests.stories.world import ANNA, SUPPORT, World


@pytest.fixture
def partners(desk_with: DeskWith) -> World:
    """Paula has reported for Max; nobody has it yet."""
    desk = desk_with(PARTNERS)
    desk.write(PAULA, "Line", LINES)
    return desk


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("INC-1: still dead", "Please hurry."),
        ("Your case [INC-1]", "Please hurry."),
        ("About inc-1", "Please hurry."),
        ("Line", "Your number: INC-1\n\nPlease hurry."),
        ("Leitung", "Guten Tag,\n\nIhre Nummer: INC-1\n\nBitte schnell."),
    ],
)
def test_a_later_mail_with_his_number_joins_his_ticket(partners: World, subject: str, text: str) -> None:
    partners.new_letters()
    assert partners.write(PAULA, subject, text)["number"] == 1001
    assert partners.message()["public"]
    assert [each for each in partners.new_letters() if "new_message" not in each] == []


def test_mail_says_why_it_joined(partners: World) -> None:
    mail = partners.mail(Mail(PAULA, SUPPORT, "INC-1", "Please hurry."))
    assert partners.decision(mail)["ticket"] == {"number": 1001, "matched_by": "the partner's own number INC-1"}


@pytest.mark.parametrize("subject", ["INC-12", "XINC-1", "Line", "INC 1", "We have 1 INC"])
def test_another_number_is_another_case(partners: World, subject: str) -> None:
    assert partners.write(PAULA, subject, "The other line is dead.")["number"] == 1002


@pytest.mark.parametrize(("subject", "joins"), [("Plan for 2026", False), ("Case 2026", True), ("[2026] dead", True)])
def test_a_short_number_has_to_be_called_one(desk_with: DeskWith, subject: str, joins: bool) -> None:
    desk = desk_with(PARTNERS)
    desk.write(PAULA, "Line", "Your number: 2026\n\nThe line is dead.")
    assert (desk.write(PAULA, subject, "Dead.")["number"] == 1001) is joins


def test_nothing_joins_that_only_claims_to_be_his(partners: World) -> None:
    assert partners.write(PAULA, "INC-1", "Close it.", stranger=True)["number"] == 1002


def test_another_partner_with_the_same_number_has_his_own_case(partners: World) -> None:
    ticket = partners.write(RIVAL, "INC-1", "Your number: INC-1\n\nOur line is dead.")
    assert (ticket["number"], ticket["links"]) == (1002, [])
    assert partners.write(RIVAL, "INC-1", "Still.")["number"] == 1002
    assert partners.write(PAULA, "INC-1", "Still.")["number"] == 1001


def test_a_letter_of_ours_that_he_answers_counts_more(partners: World) -> None:
    partners.write(PAULA, "Another line", "Dead too.")
    partners.answer(partners.letter(PAULAS), "Your number: INC-1\n\nThe same truck.", sender=PAULA)
    assert [partners.ticket(number)["foreign_number"] for number in (1001, 1002)] == ["INC-1", "INC-1"]
    assert partners.message(1002)["new_text"].endswith("The same truck.")
    assert partners.write(PAULA, "Re: [#1001] INC-1", "So does our tag.")["number"] == 1001


def test_an_open_case_with_his_number_is_meant_before_a_closed_one(partners: World) -> None:
    partners.write(PAULA, "Another line", "Dead too.")
    partners.answer(partners.letter(PAULAS), "Your number: INC-1", sender=PAULA)
    partners.answer(partners.letter("anna@example.com", "new_ticket"), "#1002 close", sender=ANNA)
    assert partners.write(PAULA, "INC-1", "Please hurry.")["number"] == 1001


def test_a_colleague_of_his_house_adds_to_it_internally(partners: World) -> None:
    assert partners.write(PETER, "INC-1", "I am at the site.")["number"] == 1001
    message = partners.message()
    assert (message["from"], message["public"]) == ("peter@partner.example", False)


def test_of_a_case_closed_long_ago_a_new_one_comes(partners: World) -> None:
    partners.answer(partners.letter("anna@example.com"), "#close", sender=ANNA)
    partners.clock.advance(partners.settings.reopen.within.plain * 2)
    again = partners.write(PAULA, "INC-1", "Dead again.\n")
    assert (again["number"], again["links"]) == (1002, [{"kind": "reopened", "number": 1001}])


def test_the_answer_of_his_ticket_system_joins_and_opens_nothing(partners: World) -> None:
    robot = Mail(PAULA, SUPPORT, "[INC-1] received", "Noted.", headers={"Auto-Submitted": "auto-replied"})
    assert partners.mail_state(partners.mail(robot))["ticket"] == 1001
