"""What is done for an agent, by how well his mail is proven (CONTRACT 7)."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer, conversation
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"


@pytest.fixture
def new(desk: World) -> World:
    """Erika's mail has a Message-ID that others can name."""
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.new_letters()
    return desk


def on_ticket(sender: str, text: str) -> Mail:
    """It names the reporter's mail, and so belongs to the ticket, but carries no token."""
    return Mail(sender, SUPPORT, "Re: Printer on fire", text, headers={"In-Reply-To": "<first@customer.example>"})


def nothing_left(desk: World) -> None:
    assert not [each for each in desk.new_letters() if "customer.example" in each]


def test_words_that_only_claim_to_be_an_agents_become_a_note_and_he_is_asked(new: World) -> None:
    mail = new.mail(on_ticket(ANNA, "Dear Erika, send me your password."), stranger=True)
    message = new.message()
    assert (message["purpose"], message["public"], message["trust"]) == ("note", False, "claimed")
    assert "Nothing proves that Anna Alt wrote this." in message["remark"]
    assert new.new_letters() == ["confirm to anna@example.com"]
    confirm = new.letter(ANNAS)
    assert "Dear Erika, send me your password." in confirm.text
    assert "Send your words to Erika Krause." in confirm.text
    assert new.state() == ("new", None)
    assert new.mail_state(mail)["sort"] == "agent_reply"


@pytest.mark.parametrize("how", ["aligned", "token"])
def test_one_proof_of_two_is_not_enough_for_words_to_the_reporter(new: World, how: str) -> None:
    if how == "aligned":
        new.mail(on_ticket(ANNA, "#take\nDear Erika, water."))
    else:
        new.answer(new.letter(ANNAS), "#take\nDear Erika, water.", sender=ANNA, stranger=True)
    assert new.new_letters() == ["confirm to anna@example.com"]
    assert new.message()["trust"] == how
    assert new.state() == ("new", None)


@pytest.mark.parametrize("how", ["aligned", "token"])
def test_one_proof_of_two_is_enough_for_a_note_and_for_help(new: World, how: str) -> None:
    for text in ("#note\nShe called.", "#help"):
        if how == "aligned":
            new.mail(on_ticket(ANNA, text))
        else:
            new.answer(new.letter(ANNAS, "new_ticket"), text, sender=ANNA, stranger=True)
    assert new.new_letters() == [
        "command_done to anna@example.com",
        "help to anna@example.com",
        "new_message to ben@example.com",
    ]
    assert (new.message()["purpose"], new.message()["remark"]) == ("note", None)


def test_an_agents_alias_counts_as_his_address(new: World) -> None:
    new.answer(new.letter(ANNAS), "#take", sender="Anna <a.alt@home.example>")
    assert new.state() == ("in_progress", "anna")


@pytest.mark.parametrize("text", ["#take", "#close\nDear Erika, we are closed.", "#assign ben", "#resolve"])
def test_a_forged_agent_can_do_nothing(new: World, text: str) -> None:
    new.mail(on_ticket(ANNA, text), stranger=True)
    assert new.state() == ("new", None)
    nothing_left(new)


def test_a_forged_agent_gets_no_help(new: World) -> None:
    new.mail(on_ticket(ANNA, "#help"), stranger=True)
    assert new.new_letters() == []


@pytest.mark.parametrize("text", ["#1001 take", "#take", "#priority high\nHello", "#tkae"])
def test_commands_without_ticket_and_proof_are_held_and_open_nothing(new: World, text: str) -> None:
    mail = new.mail(Mail(ANNA, SUPPORT, "Hello", text), stranger=True)
    state = new.mail_state(mail)
    assert (state["state"], state["sort"], state["ticket"]) == ("held", "held", None)
    assert (new.new_letters(), len(new.tickets())) == ([], 1)
    assert new.state() == ("new", None)


def test_without_ticket_and_commands_an_unproven_agent_is_a_reporter_like_anybody(desk: World) -> None:
    ticket = desk.write(ANNA, "VPN is slow", "It takes an hour.", stranger=True)
    assert ticket["reporter"]["email"] == ANNAS
    assert desk.new_letters() == ["acknowledged_minimal to anna@example.com", "new_ticket to ben@example.com"]


def test_words_with_a_token_are_a_reporters_only_where_the_token_is(new: World) -> None:
    new.answer(new.letter(REPORTER), "It still burns.", sender=ERIKA, stranger=True)
    assert (new.message()["purpose"], new.message()["trust"], new.message()["public"]) == ("reply", "token", True)


def test_an_answer_handed_in_at_the_submission_listener_is_proven(desk_with: DeskWith) -> None:
    desk = desk_with({"intake": {"submission": {"listen": "127.0.0.1:0", "trusted_peers": ["127.0.0.1"]}}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    mail = desk.mail(answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA), vouched=False, door="submission")
    assert desk.state() == ("in_progress", "anna")
    assert desk.decision(mail)["trust"]["level"] == "proven"


def test_results_that_a_stranger_wrote_himself_prove_nothing(new: World) -> None:
    forged = {"Authentication-Results": "mx.example.com; dmarc=pass header.from=example.com"}
    mail = answer(new.letter(ANNAS), "#take", sender=ANNA, headers=forged)
    number = new.mail(mail, stranger=True)
    assert new.state() == ("new", None)
    assert new.decision(number)["trust"]["level"] == "token"


def test_two_proofs_of_two_people_are_none(new: World) -> None:
    """Ben's own mail with Anna's token: neither hers, nor his answer."""
    new.mail(Mail(BEN, new.letter(ANNAS).header("Reply-To"), "Re: x", "#take", headers=conversation(new.letter(ANNAS))))
    assert new.state() == ("new", None)
    assert new.message()["remark"] == "Written by ben@example.com, not by Anna Alt."


def test_a_mail_whose_domain_disowns_it_becomes_a_marked_ticket_without_acknowledgement(desk: World) -> None:
    mail = Mail(
        ERIKA,
        SUPPORT,
        "Printer",
        "It burns.",
        headers={"Authentication-Results": "mx.example.com; dmarc=fail header.from=customer.example"},
    )
    desk.mail(mail, vouched=False)
    assert desk.new_letters() == ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
    assert "DMARC" in desk.message()["remark"]
    assert "DMARC" in desk.letter(ANNAS).text
