"""Mail that no person wrote: noted where it belongs, never answered, and nothing changes by it."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"
AWAY = {"Auto-Submitted": "auto-replied"}


@pytest.fixture
def waiting(desk: World) -> World:
    """Erika was asked a question."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#question\nWhich floor?", sender=ANNA)
    desk.new_letters()
    return desk


def out_of_office(letter: Received) -> Mail:
    """As vacation programs answer: to the return path, without quoting, with an empty one of their own."""
    mail = answer(letter, "I am away until Monday.", sender=ERIKA, quoted=False, headers=AWAY)
    mail.to, mail.subject, mail.envelope_from = letter.envelope_from, "Automatic reply", ""
    return mail


@pytest.mark.parametrize("template", ["acknowledged", "question"])
def test_an_out_of_office_is_a_note_on_its_ticket_and_changes_nothing(waiting: World, template: str) -> None:
    number = waiting.mail(out_of_office(waiting.letter(REPORTER, template)))
    assert (waiting.mail_state(number)["sort"], waiting.mail_state(number)["ticket"]) == ("auto_reply", 1001)
    message = waiting.message()
    assert (message["purpose"], message["public"]) == ("auto_reply", False)
    assert "I am away until Monday." in message["text"]
    assert (waiting.state(), waiting.ticket()["waiting_for"]) == (("waiting", "anna"), "reporter")
    assert waiting.new_letters() == []


def test_an_out_of_office_that_names_nothing_is_found_by_the_bounce_address(waiting: World) -> None:
    mail = out_of_office(waiting.letter(REPORTER, "question"))
    mail.headers = AWAY
    assert waiting.mail_state(waiting.mail(mail))["ticket"] == 1001
    assert waiting.message()["purpose"] == "auto_reply"


def test_whatever_comes_to_a_bounce_address_is_never_a_ticket_and_never_answered(waiting: World) -> None:
    mail = Mail(ERIKA, waiting.letter(REPORTER).envelope_from, "Hello", "Can you help me?")
    assert waiting.mail_state(waiting.mail(mail))["sort"] == "auto_reply"
    assert (len(waiting.tickets()), waiting.new_letters()) == (1, [])


def test_a_closed_ticket_is_not_opened_by_an_out_of_office(waiting: World) -> None:
    waiting.answer(waiting.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    waiting.mail(out_of_office(waiting.letter(REPORTER, "question")))
    assert waiting.state() == ("closed", "anna")


def test_an_automatic_answer_without_a_ticket_opens_none(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Out of office", "I am away.", headers=AWAY))
    assert (desk.mail_state(number)["state"], desk.mail_state(number)["ticket"]) == ("handled", None)
    assert (desk.tickets(), desk.new_letters()) == ([], [])


@pytest.mark.parametrize("mark", ["auto-replied", "auto-generated"])
def test_what_an_agents_program_sends_carries_no_command_and_reaches_nobody(waiting: World, mark: str) -> None:
    headers = {"Auto-Submitted": mark}
    waiting.mail(answer(waiting.letter(ANNAS, "new_ticket"), "#resolve\nBackup done.", sender=ANNA, headers=headers))
    assert waiting.state() == ("waiting", "anna")
    assert (waiting.message()["public"], waiting.new_letters()) == (False, [])


@pytest.mark.parametrize(
    ("headers", "envelope_from"),
    [
        ({"Auto-Submitted": "auto-generated"}, None),
        ({"List-Id": "<users.customer.example>"}, None),
        ({"Precedence": "bulk"}, None),
        ({"X-Auto-Response-Suppress": "All"}, None),
        ({}, ""),
    ],
    ids=["auto-generated", "list", "bulk", "suppress", "null sender"],
)
def test_a_request_that_must_not_be_answered_becomes_a_ticket_without_acknowledgement(
    desk: World, headers: dict[str, str], envelope_from: str | None
) -> None:
    mail = Mail(ERIKA, SUPPORT, "Disk full", "On server 7.", headers=headers, envelope_from=envelope_from)
    assert desk.mail_state(desk.mail(mail))["sort"] == "new_ticket"
    assert desk.new_letters() == ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
    assert "suppressed" in desk.actions()


def test_who_does_not_want_an_answer_by_rule_gets_none(desk_with: DeskWith) -> None:
    rule = {"name": "Nagios", "when": {"from": "nagios@*"}, "then": {"acknowledge": False}}
    desk = desk_with({"rules": [rule]})
    desk.write("nagios@customer.example", "Disk full", "On server 7.")
    assert not any("acknowledged" in each for each in desk.new_letters())


def test_a_monitoring_mail_on_a_resolved_ticket_does_not_reopen_it(waiting: World) -> None:
    waiting.answer(waiting.letter(ANNAS, "new_ticket"), "#resolve", sender=ANNA)
    headers = {"Auto-Submitted": "auto-generated"}
    waiting.mail(answer(waiting.letter(REPORTER, "question"), "Still on fire.", sender=ERIKA, headers=headers))
    assert waiting.state() == ("resolved", "anna")


def test_our_own_letter_coming_back_is_dropped_and_visible(waiting: World) -> None:
    letter = waiting.letter(ANNAS, "new_ticket")
    number = waiting.hand_in_bytes(letter.raw, letter.envelope_from, (SUPPORT,))
    waiting.work()
    state = waiting.mail_state(number)
    assert (state["state"], state["sort"]) == ("dropped", "loop")
    assert "our own letter new_ticket came back" in state["reason"]
    assert (waiting.new_letters(), len(waiting.tickets())) == ([], 1)


def test_a_relay_that_gives_our_letter_another_id_does_not_hide_that_it_is_ours(waiting: World) -> None:
    letter = waiting.letter(ANNAS, "new_ticket")
    raw = letter.raw.replace(letter.header("Message-ID").encode(), b"<other@relay.example>", 1)
    number = waiting.hand_in_bytes(raw, letter.envelope_from, (SUPPORT,))
    waiting.work()
    assert waiting.mail_state(number)["sort"] == "loop"
    assert waiting.new_letters() == []


def test_mail_in_our_own_name_without_a_token_is_held(desk: World) -> None:
    number = desk.mail(Mail("Example Support <support@example.com>", SUPPORT, "Hello", "It is me."))
    state = desk.mail_state(number)
    assert (state["state"], state["ticket"]) == ("held", None)
    assert "our own address" in state["reason"]
    assert desk.new_letters() == []


def test_a_mail_that_has_gone_round_too_often_is_dropped(desk: World) -> None:
    raw = b"".join(b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0100\r\n" for _ in range(120))
    number = desk.hand_in_bytes(raw + Mail(ERIKA, SUPPORT).bytes, REPORTER, (SUPPORT,))
    desk.work()
    assert desk.mail_state(number)["sort"] == "loop"


def test_the_same_person_is_acknowledged_only_so_often(desk_with: DeskWith) -> None:
    budget = {"per_mailbox_minute": 2, "per_mailbox_day_unproven": 1}
    desk = desk_with({"limits": {"acknowledgements": budget}})
    for number in range(4):
        desk.write(ERIKA, f"Request {number}", "Please.")
    assert len(desk.letters(REPORTER)) == 2
    assert len(desk.tickets()) == 4
    desk.write("Mallory <m@elsewhere.example>", "One", "x", stranger=True)
    desk.write("Mallory <m+two@elsewhere.example>", "Two", "x", stranger=True)
    assert len([each for each in desk.relay.letters if "elsewhere" in each.to]) == 1
