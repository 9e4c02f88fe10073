"""Rules at work on a whole desk: data of people, dates, who is told, who is turned away, old numbers."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest

from mailgate.desk import change, tickets
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, MALLORY, SUPPORT, World

Json = dict[str, Any]
FORM = "form@web.example"


def with_rule(desk_with: DeskWith, then: Json, when: Json | None = None, **more: Any) -> World:
    return desk_with({"rules": [{"name": "R", "when": when or {}, "then": then}], **more})


# -- the ticket ------------------------------------------------------------------------------------------------------


def test_a_rule_sets_level_visibility_dates_and_coordinator(desk_with: DeskWith) -> None:
    then = {"level": 2, "visible": False, "wanted_by": "+3d", "due": "24.12.", "coordinator": "cleo"}
    desk = with_rule(desk_with, then, second_level={"group": "office"})
    ticket = desk.write(ERIKA, "Printer on fire", "Please help")
    assert (ticket["level"], ticket["group"], ticket["visible"], ticket["coordinator"]) == (2, "office", False, "cleo")
    assert (ticket["wanted_by"], ticket["due_at"]) == ("2026-11-26T16:00:00.000000Z", "2026-12-24T16:00:00.000000Z")
    assert ticket["deadline"] == ticket["due_at"]


def test_a_rule_may_close_at_once_and_nobody_has_to_act(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"close": True, "acknowledge": False, "notify": "boss@example.com"})
    ticket = desk.write(ERIKA, "Backup done", "All is well")
    assert (ticket["status"], bool(ticket["closed_at"])) == ("closed", True)
    assert ("rule:R", "close") in {(each["actor"], each["action"]) for each in ticket["events"]}
    assert desk.new_letters() == ["new_ticket to boss@example.com"]


def test_who_a_rule_names_is_told_besides_and_only_once(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"notify": ["boss@example.com", "ben@example.com"]})
    desk.write(ERIKA, "Printer on fire", "Please help")
    assert [each for each in desk.new_letters() if each.startswith("new_ticket")] == [
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
        "new_ticket to boss@example.com",
    ]


def test_who_a_rule_puts_in_copy_reads_along(desk_with: DeskWith) -> None:
    addresses = [SUPPORT, "erika@customer.example", *(f"p{number}@customer.example" for number in range(12))]
    desk = with_rule(desk_with, {"cc": addresses})
    ticket = desk.write(ERIKA, "Printer on fire", "Please help")
    assert sorted(each["email"] for each in ticket["cc"]) == sorted(
        f"p{number}@customer.example" for number in range(10)
    )
    refused = [each for each in ticket["events"] if each["action"] == "refused"]
    assert [each["detail"]["why"] for each in refused] == ["10 read along already"]


# -- the reporter ----------------------------------------------------------------------------------------------------


def test_a_web_form_reports_for_whom_reply_to_names_who_is_unproven(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"reporter": "reply_to", "channel": "email"}, {"from": FORM})
    number = desk.mail(Mail(FORM, SUPPORT, "Form", "Help", headers={"Reply-To": ERIKA}))
    ticket = desk.ticket()
    assert (ticket["reporter"]["email"], ticket["reporter"]["name"]) == ("erika@customer.example", "Erika Krause")
    message = ticket["messages"][0]
    assert (message["from"], message["trust"]) == (FORM, "claimed")
    assert message["remark"] == (
        "The rule R names erika@customer.example as reporter; the mail came from form@web.example."
    )
    assert desk.decision(number)["route"]["reporter"] == "erika@customer.example"


def test_a_reporter_that_a_rule_names_gets_no_automatic_letter_but_the_agents_answer(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"reporter": "reply_to"}, {"from": FORM})
    desk.mail(Mail(FORM, SUPPORT, "Form", "Help", headers={"Reply-To": ERIKA}))
    assert desk.letters("erika@customer.example") == []
    assert desk.letters(FORM) == []
    desk.answer(desk.letter("anna@example.com"), "Hello Erika", sender="Anna Alt <anna@example.com>")
    assert desk.letters("erika@customer.example", "reply")


def test_company_department_and_phone_come_from_captures(desk_with: DeskWith) -> None:
    when = {"text": {"regex": r"(?P<firm>.*)\n(?P<unit>.*)\n(?P<tel>.*)"}}
    desk = with_rule(desk_with, {"company": "{firm}", "department": "{unit}", "phone": "{tel}"}, when)
    reporter = desk.write(ERIKA, "Printer on fire", "Krause KG\nIT\n089 1")["reporter"]
    assert (reporter["company"], reporter["department"], reporter["phone"]) == ("Krause KG", "IT", "089 1")


def test_what_nobody_vouches_for_changes_nothing_that_is_known_of_a_person(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"phone": "{1}"}, {"subject": {"regex": r"tel (\S+)"}})
    desk.write(ERIKA, "tel 111", "mine")
    assert desk.write(ERIKA, "tel 666", "forged", stranger=True)["reporter"]["phone"] == "111"
    assert desk.write(ERIKA, "tel 222", "mine again")["reporter"]["phone"] == "222"


# -- customer groups -------------------------------------------------------------------------------------------------

PARTNERS = {
    "partners": {
        "name": "Partners",
        "match": ["*@partner.example"],
        "end_customer": "ask",
        "language": "de",
        "form_of_address": "informal",
    }
}
PARTNER = "Paula Partner <paula@partner.example>"
LINES = "Endkunde: Max Muster <max@kunde.example>\nTelefon: 089 1\nIhre Nummer: INC-1\n\nDie Leitung ist tot."


def test_the_first_lines_of_a_partners_mail_name_the_end_customer(desk_with: DeskWith) -> None:
    ticket = desk_with({"customer_groups": PARTNERS}).write(PARTNER, "Leitung", LINES)
    customer = ticket["end_customer"]
    assert (customer["email"], customer["name"], customer["phone"]) == ("max@kunde.example", "Max Muster", "089 1")
    assert ticket["foreign_number"] == "INC-1"
    assert ticket["reporter"]["email"] == "paula@partner.example"
    assert "Endkunde: Max Muster" in ticket["messages"][0]["new_text"]


def test_an_end_customer_needs_no_address_and_what_is_missing_may_follow(desk_with: DeskWith) -> None:
    desk = desk_with({"customer_groups": PARTNERS})
    ticket = desk.write(PARTNER, "Leitung", "End customer: Max Muster\n\nThe line is dead.")
    assert (ticket["end_customer"]["email"], ticket["end_customer"]["name"]) == (None, "Max Muster")
    letter = desk.letter("paula@partner.example")
    desk.answer(letter, "Phone: 089 1\nYour number: INC-1\n\nHere you are.", sender=PARTNER)
    ticket = desk.ticket()
    assert (ticket["end_customer"]["name"], ticket["end_customer"]["phone"]) == ("Max Muster", "089 1")
    assert ticket["foreign_number"] == "INC-1"


def test_the_end_customer_is_never_written_to(desk_with: DeskWith) -> None:
    desk = desk_with({"customer_groups": PARTNERS})
    desk.write(PARTNER, "Leitung", LINES)
    assert desk.letters("max@kunde.example") == []


def test_only_a_group_that_is_asked_has_end_customers(desk_with: DeskWith) -> None:
    ticket = desk_with({"customer_groups": PARTNERS}).write(ERIKA, "Leitung", LINES)
    assert (ticket["end_customer"], ticket["foreign_number"]) == (None, None)


def test_a_customer_group_has_its_language_and_form_of_address(desk_with: DeskWith) -> None:
    desk = desk_with({"customer_groups": PARTNERS})
    desk.write(PARTNER, "The line", "The line is dead, could you please have a look at it for us today?")
    letter = desk.letter("paula@partner.example", "acknowledged")
    assert "Deine Nachricht ist angekommen" in letter.text


# -- who is turned away, what is spam --------------------------------------------------------------------------------

REFUSED = {"intake": {"refuse": {"from": ["*@spam.example"], "to": ["plain@example.com", "*example.com.evil"]}}}


def said(desk: World, sender: str, recipient: str) -> tuple[int, int | None]:
    """The replies to MAIL and RCPT."""
    with smtplib.SMTP(*desk.address()) as client:
        client.ehlo("client.example")
        first = client.mail(sender)[0]
        return first, client.rcpt(recipient)[0] if first == 250 else None


@pytest.mark.parametrize(
    ("sender", "recipient", "replies"),
    [
        ("a@Spam.example", SUPPORT, (550, None)),
        ("a@customer.example", SUPPORT, (250, 250)),
        ("", SUPPORT, (250, 250)),
        ("a@customer.example", "plain@example.com", (250, 550)),
        ("a@customer.example", "plain+x@example.com", (250, 550)),
        ("a@customer.example", "postmaster@example.com", (250, 250)),
    ],
)
def test_refused_addresses_hear_550_in_the_session(
    desk_with: DeskWith, sender: str, recipient: str, replies: tuple[int, int | None]
) -> None:
    assert said(desk_with(REFUSED), sender, recipient) == replies


def test_spam_is_held_with_its_mark_and_may_be_released(desk: World) -> None:
    number = desk.mail(Mail(MALLORY, SUPPORT, "Buy", "now", headers={"X-Spam-Flag": "YES"}))
    state = desk.mail_state(number)
    assert (state["state"], state["sort"]) == ("held", "held")
    assert state["reason"] == "it is marked as spam (X-Spam-Flag: YES)"
    desk.release(number)
    assert desk.mail_state(number)["ticket"] == 1001


def test_a_mark_of_a_stranger_means_nothing(desk: World) -> None:
    assert desk.mail_state(
        desk.mail(Mail(MALLORY, SUPPORT, "Buy", "now", headers={"X-Spam-Flag": "YES"}), stranger=True)
    )["ticket"]


def test_outside_office_hours_another_rule_answers(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"tags": ["night"]}, {"hours": "closed office"})
    assert desk.write(ERIKA, "By day", "x")["tags"] == []
    desk.later(hours=12)
    assert desk.write(ERIKA, "By night", "x")["tags"] == ["night"]


# -- numbers of an earlier system ------------------------------------------------------------------------------------

OLD = {"tickets": {"old_tags": [r"\[Ticket#(\d+)\]"]}}


@pytest.fixture
def moved(desk_with: DeskWith) -> World:
    """A desk on which ticket 1001 of Erika was number 77 before."""
    desk = desk_with(OLD)
    desk.write(ERIKA, "Printer on fire", "Please help")
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        change.apply(tx, tickets.loaded(tx, 1001), "admin", "imported", old_number="77")
    return desk


def test_the_reporters_mail_with_the_old_number_joins_its_ticket(moved: World) -> None:
    number = moved.mail(Mail(ERIKA, SUPPORT, "AW: [Ticket#77] Printer on fire", "more"))
    assert moved.decision(number)["ticket"] == {"number": 1001, "matched_by": "an old tag in the subject"}


@pytest.mark.parametrize(("sender", "stranger"), [(MALLORY, False), (ERIKA, True)])
def test_who_is_no_participant_or_not_proven_opens_a_linked_ticket(moved: World, sender: str, stranger: bool) -> None:
    number = moved.mail(Mail(sender, SUPPORT, "Re: [Ticket#77] Printer", "me too"), stranger=stranger)
    assert moved.mail_state(number)["ticket"] == 1002
    assert moved.ticket(1002)["links"] == [{"kind": "mentions", "number": 1001}]


def test_an_old_number_that_nobody_knows_is_only_part_of_a_subject(moved: World) -> None:
    number = moved.mail(Mail(ERIKA, SUPPORT, "Re: [Ticket#78] Printer", "more"))
    assert moved.mail_state(number)["ticket"] == 1002
    assert moved.ticket(1002)["links"] == []
