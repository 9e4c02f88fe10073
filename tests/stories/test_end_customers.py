"""Partners who are asked for their end customer, and who may change what we know of people."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, MALLORY, SUPPORT, World

PARTNER = "Paula Partner <paula@partner.example>"
PAULA, ERIKAS = "paula@partner.example", "erika@customer.example"
ASKS = "To help your customer, we also need these lines."
LINES = "End customer: Max Muster <max@kunde.example>\nPhone: 089 1\nYour number: INC-1\n\nThe line is dead."


def asking(desk_with: DeskWith, **more: object) -> World:
    partners = {"name": "Partners", "match": ["*@partner.example"], "end_customer": "ask", **more}
    return desk_with({"customer_groups": {"partners": partners}})


def asked_for(desk: World, template: str = "acknowledged") -> list[str]:
    """The lines that the newest acknowledgement asks Paula for."""
    text = desk.letter(PAULA, template).text
    return [line.strip() for line in text.splitlines() if line.startswith("  ") and line.endswith(":")]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("The line is dead.", ["End customer:", "Phone:", "Your number:"]),
        ("Phone: 089 1\n\nThe line is dead.", ["End customer:", "Your number:"]),
        ("End customer: max@kunde.example\nIhre Nummer: 7\n\nThe line is dead.", ["Phone:"]),
        (LINES, []),
    ],
    ids=["all", "two", "one", "nothing"],
)
def test_the_acknowledgement_asks_a_partner_for_what_is_missing(
    desk_with: DeskWith, text: str, missing: list[str]
) -> None:
    desk = asking(desk_with)
    desk.write(PARTNER, "Line", text)
    assert asked_for(desk) == missing
    assert (ASKS in desk.letter(PAULA).text) is bool(missing)


def test_he_is_asked_in_his_language_and_form_of_address(desk_with: DeskWith) -> None:
    desk = asking(desk_with, language="de", form_of_address="informal")
    desk.write(PARTNER, "Leitung", "Die Leitung ist tot.")
    assert asked_for(desk) == ["Endkunde:", "Telefon:", "Deine Nummer:"]
    assert "Bitte antworte auf diese Mail" in " ".join(desk.letter(PAULA).text.split())


def test_his_answer_with_these_lines_fills_them(desk_with: DeskWith) -> None:
    desk = asking(desk_with)
    desk.write(PARTNER, "Line", "The line is dead.")
    desk.answer(desk.letter(PAULA), "End customer: Max Muster\nPhone: 089 1\nYour number: INC-1", sender=PARTNER)
    ticket = desk.ticket()
    assert (ticket["end_customer"]["name"], ticket["end_customer"]["phone"]) == ("Max Muster", "089 1")
    assert ticket["foreign_number"] == "INC-1"


def test_a_partner_whom_nothing_proves_is_asked_too_and_hears_nothing_of_the_mail(desk_with: DeskWith) -> None:
    desk = asking(desk_with)
    desk.write(PARTNER, "Line", "End customer: Max Muster\n\nThe line is dead.", stranger=True)
    assert asked_for(desk, "acknowledged_minimal") == ["Phone:", "Your number:"]
    assert "Max" not in desk.letter(PAULA).raw.decode()


def test_nobody_else_is_asked(desk_with: DeskWith) -> None:
    desk = asking(desk_with)
    desk.write(ERIKA, "Line", "The line is dead.")
    assert ASKS not in desk.letter(ERIKAS, "acknowledged").text


def test_lines_of_others_fill_nothing(desk_with: DeskWith) -> None:
    desk = asking(desk_with)
    desk.write(PARTNER, "Line", "The line is dead.")
    desk.answer(desk.letter(PAULA), LINES, sender=MALLORY)
    assert (desk.ticket()["end_customer"], desk.ticket()["foreign_number"]) == (None, None)


def test_what_is_known_of_an_end_customer_stays(desk_with: DeskWith) -> None:
    desk = asking(desk_with)
    desk.write(PARTNER, "Line", LINES)
    forged = "End customer: Fake <max@kunde.example>\nPhone: 666\nCompany: Muster KG\n\nThe line is dead."
    customer = desk.write(PARTNER, "Line", forged)["end_customer"]
    assert (customer["name"], customer["phone"], customer["company"]) == ("Max Muster", "089 1", "Muster KG")


# -- the reporter's own data -------------------------------------------------------------------------------------------

PHONE: Json = {"name": "Phone", "when": {"text": {"regex": r"tel (\S+)"}}, "then": {"phone": "{1}"}}


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    """Erika's phone is 111; a rule reads it from her mails, also from replies."""
    desk = desk_with({"rules": [PHONE], "follow_up_rules": [{**PHONE, "name": "Phone later"}]})
    desk.write(ERIKA, "Printer", "It burns, tel 111")
    return desk


def phone(desk: World) -> str:
    found: str = desk.ticket()["reporter"]["phone"]
    return found


def test_the_reporter_himself_changes_his_data(desk: World) -> None:
    desk.answer(desk.letter(ERIKAS), "It burns, tel 222", sender=ERIKA)
    assert phone(desk) == "222"
    changed = [each["detail"] for each in desk.ticket()["events"] if each["action"] == "reporter_data"]
    assert changed == [{"phone": "111"}, {"phone": "222"}]


def test_a_mail_that_only_claims_to_be_his_changes_nothing(desk: World) -> None:
    desk.write(ERIKA, "Lamp", "Dark, tel 666", stranger=True)
    assert phone(desk) == "111"


@pytest.mark.parametrize("sender", [MALLORY, "Kim <kim@customer.example>"])
def test_nor_does_somebody_elses_mail_on_his_ticket(desk: World, sender: str) -> None:
    desk.answer(desk.letter(ERIKAS), "Now tel 666", sender=sender)
    names = {"In-Reply-To": desk.ticket()["messages"][0]["message_id"]}
    number = desk.mail(Mail(sender, SUPPORT, "Re: Printer", "Now tel 666", headers=names))
    assert desk.mail_state(number)["ticket"] == 1001
    assert phone(desk) == "111"


def test_a_name_is_entered_once(desk: World) -> None:
    desk.write("Fake Name <erika@customer.example>", "Lamp", "Dark.", stranger=True)
    assert desk.ticket()["reporter"]["name"] == "Erika Krause"
