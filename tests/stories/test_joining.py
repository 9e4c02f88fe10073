"""Which ticket a mail joins, and by what (CONTRACT 5): token, our id, the id of a mail received, the subject's tag."""

from __future__ import annotations

import pytest

from tests.stories.mailer import Mail, answer, conversation, token_of
from tests.stories.world import ANNA, CLEO, ERIKA, MALLORY, SUPPORT, World

REPORTER = "erika@customer.example"


@pytest.fixture
def opened(desk: World) -> World:
    desk.mail(Mail(ERIKA, SUPPORT, "Printer on fire", "It burns.", message_id="<first@customer.example>"))
    desk.new_letters()
    return desk


def ticket_of(desk: World, mail: Mail, **how: bool) -> tuple[int, str]:
    number = desk.mail(mail, **how)
    return desk.mail_state(number)["ticket"], (desk.decision(number)["ticket"] or {})["matched_by"]


def test_the_token_in_the_address_is_enough(opened: World) -> None:
    mail = Mail(ERIKA, opened.letter(REPORTER).header("Reply-To"), "Something else", "It still burns.")
    assert ticket_of(opened, mail) == (1001, "the token in the address")


def test_our_message_id_is_enough(opened: World) -> None:
    mail = Mail(
        ERIKA, SUPPORT, "x", "It still burns.", headers={"In-Reply-To": opened.letter(REPORTER).header("Message-ID")}
    )
    assert ticket_of(opened, mail) == (1001, "our Message-ID in In-Reply-To or References")


def test_where_a_relay_rewrites_message_ids_the_one_in_the_references_is_left(opened: World) -> None:
    carrier = opened.letter(REPORTER).header("References").split()[-1]
    mail = Mail(
        ERIKA,
        SUPPORT,
        "x",
        "It still burns.",
        headers={"In-Reply-To": "<rewritten@relay.example>", "References": f"<x@y> {carrier}"},
    )
    assert ticket_of(opened, mail)[0] == 1001


@pytest.mark.parametrize("mangle", [str.upper, str.title, lambda token: token])
def test_a_token_survives_changes_of_case_and_folding(opened: World, mangle: object) -> None:
    token = token_of(opened.letter(REPORTER))
    spelt = mangle(token)  # type: ignore[operator]
    mail = Mail(ERIKA, f"Support+{spelt}@Example.COM", "x", "It still burns.")
    assert ticket_of(opened, mail)[0] == 1001
    raw = Mail(ERIKA, SUPPORT, "y", "And burns.").bytes.replace(
        b"Subject:", f"References: <a@b>\r\n <1001.{spelt[:10]}\r\n {spelt[10:]}@EXAMPLE.com>\r\nSubject:".encode(), 1
    )
    number = opened.hand_in_bytes(raw, REPORTER, (SUPPORT,))
    opened.work()
    assert opened.mail_state(number)["ticket"] == 1001


def test_the_id_of_a_mail_received_for_the_ticket_is_enough(opened: World) -> None:
    mail = Mail(ERIKA, SUPPORT, "I forgot", "Third floor.", headers={"References": "<first@customer.example>"})
    assert ticket_of(opened, mail) == (1001, "the Message-ID of a mail received for it")


def test_the_id_of_an_agents_mail_counts_too(opened: World) -> None:
    mail = answer(opened.letter("anna@example.com"), "Dear Erika, water.", sender=ANNA)
    mail.message_id = "<annas@example.com>"
    opened.mail(mail)
    later = Mail(ERIKA, SUPPORT, "x", "Thanks.", headers={"In-Reply-To": "<annas@example.com>"})
    assert ticket_of(opened, later)[0] == 1001


def test_a_stranger_who_names_a_mail_of_the_ticket_is_kept_apart_from_the_reporter(opened: World) -> None:
    mail = Mail(MALLORY, SUPPORT, "Re: Printer on fire", "Me too!", headers={"In-Reply-To": "<first@customer.example>"})
    assert ticket_of(opened, mail)[0] == 1001
    assert opened.message()["public"] is False
    assert opened.message()["remark"] == "Written by mallory@elsewhere.example, who is no participant of this ticket."


def test_a_reply_that_is_faster_than_what_it_answers_waits_for_it(desk: World) -> None:
    first = Mail(ERIKA, SUPPORT, "Printer", "It burns.", message_id="<first@customer.example>")
    second = Mail(ERIKA, SUPPORT, "Re: Printer", "Really!", headers={"In-Reply-To": "<first@customer.example>"})
    desk.mail(second)
    desk.mail(first)
    assert [each["new_text"] for each in desk.ticket()["messages"]] == ["Really!", "It burns."]
    assert len(desk.tickets()) == 1
    assert desk.ticket()["subject"] == "Printer"


def test_two_mails_of_one_conversation_in_one_batch_are_one_ticket(desk: World) -> None:
    desk.hand_in(Mail(ERIKA, SUPPORT, "Printer", "It burns.", message_id="<first@customer.example>"))
    desk.hand_in(Mail(ERIKA, SUPPORT, "Re: Printer", "Really!", headers={"In-Reply-To": "<first@customer.example>"}))
    desk.work()
    assert [each["new_text"] for each in desk.ticket()["messages"]] == ["It burns.", "Really!"]


def test_our_tag_joins_for_a_participant_whose_mail_is_aligned(opened: World) -> None:
    mail = Mail(ERIKA, SUPPORT, "AW: Re: [#1001] Printer on fire", "It still burns.")
    assert ticket_of(opened, mail) == (1001, "our tag in the subject")
    assert opened.message()["trust"] == "aligned"


@pytest.mark.parametrize(("sender", "stranger"), [(ERIKA, True), (MALLORY, False), (CLEO, False)])
def test_for_others_the_tag_only_links_a_new_ticket(opened: World, sender: str, stranger: bool) -> None:
    mail = Mail(sender, SUPPORT, "Re: [#1001] Printer on fire", "It still burns.")
    assert ticket_of(opened, mail, stranger=stranger)[0] == 1002
    ticket = opened.ticket(1002)
    assert ticket["links"] == [{"kind": "mentions", "number": 1001}]
    assert ticket["subject"] == "Printer on fire"


def test_a_tag_of_no_ticket_is_nothing(opened: World) -> None:
    assert ticket_of(opened, Mail(ERIKA, SUPPORT, "[#4711] Printer", "x"))[0] == 1002
    assert opened.ticket(1002)["links"] == []


def test_an_agents_tag_is_not_enough_to_speak_for_us(opened: World) -> None:
    opened.mail(Mail(ANNA, SUPPORT, "Re: [#1001] Printer on fire", "Dear Erika, water."))
    assert "confirm to anna@example.com" in opened.new_letters()
    assert opened.letters(REPORTER, "reply") == []


def test_an_answer_from_a_phone_without_quoting_joins_by_its_address(opened: World) -> None:
    opened.answer(opened.letter("anna@example.com"), "Dear Erika, water.", sender=ANNA, quoted=False)
    assert opened.letter(REPORTER, "reply").text.startswith("Dear Erika, water.")


def test_two_tickets_of_one_person_are_never_confused(opened: World) -> None:
    opened.write(ERIKA, "Window", "Cold.")
    old, new = opened.letters(REPORTER, "acknowledged")
    mail = Mail(ERIKA, old.header("Reply-To"), "Re: x", "Both!", headers=conversation(new))
    assert ticket_of(opened, mail) == (1001, "the token in the address")
