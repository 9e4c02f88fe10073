"""Mail that a rule stops, and mail that nobody can read: nothing is lost, nothing blocks."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

REPORTER = "erika@customer.example"


def too_many_parts(count: int) -> bytes:
    """More parts than any person makes."""
    parts = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\npart {number}\r\n" for number in range(count))
    head = f"From: {ERIKA}\r\nTo: {SUPPORT}\r\nSubject: Printer\r\nMessage-ID: <one@customer.example>\r\n"
    return f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n{parts}--b--\r\n'.encode()


def hand_in_unreadable(desk: World) -> bytes:
    raw = too_many_parts(600)
    desk.hand_in_bytes(raw, REPORTER, (SUPPORT,))
    desk.work()
    return raw


def test_a_mail_over_a_limit_becomes_a_ticket_with_the_original_attached(desk: World) -> None:
    raw = hand_in_unreadable(desk)
    ticket = desk.ticket()
    assert ticket["subject"] == "A mail that could not be read"
    assert (ticket["category"], ticket["group"], ticket["reporter"]["email"]) == ("general", "network", REPORTER)
    assert [(each["name"], each["size"]) for each in desk.message()["attachments"]] == [("original.eml", len(raw))]
    assert "This mail could not be read" in desk.message()["remark"]


def test_the_group_gets_the_original_and_the_reporter_no_answer(desk: World) -> None:
    raw = hand_in_unreadable(desk)
    assert desk.new_letters() == ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
    letter = desk.letter("anna@example.com")
    assert letter.files["original.eml"] == raw
    assert "could not be read" in letter.text


def test_an_agent_can_answer_the_sender_of_a_mail_nobody_could_read(desk: World) -> None:
    hand_in_unreadable(desk)
    desk.answer(desk.letter("anna@example.com"), "Dear Erika, we could not read it.", sender=ANNA)
    assert "we could not read it" in desk.letter(REPORTER, "reply").text


def test_a_mail_that_a_rule_drops_is_gone_and_visible(desk: World) -> None:
    number = desk.mail(Mail("News <news@newsletter.example>", SUPPORT, "Buy now", "Cheap."))
    state = desk.mail_state(number)
    assert (state["state"], state["sort"], state["reason"]) == ("dropped", "held", "a newsletter")
    assert (desk.tickets(), desk.new_letters()) == ([], [])


def test_a_mail_that_a_rule_holds_waits_for_a_person(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Hold me", "Please."))
    state = desk.mail_state(number)
    assert (state["state"], state["reason"], state["ticket"]) == ("held", "to be looked at", None)
    assert (desk.tickets(), desk.new_letters()) == ([], [])


def test_a_held_mail_that_is_released_becomes_the_ticket_it_would_have_been(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, SUPPORT, "Hold me", "Please."))
    desk.later(hours=3)
    desk.release(number)
    state = desk.mail_state(number)
    assert (state["state"], state["sort"], state["ticket"]) == ("handled", "new_ticket", 1001)
    assert desk.ticket()["created_at"] == "2026-11-23T09:00:00.000000Z"
    assert len(desk.letters(REPORTER, "acknowledged")) == 1


def test_a_reply_is_not_held_by_a_rule_for_new_mail(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.mail(Mail(ERIKA, desk.letter(REPORTER).header("Reply-To"), "Hold me", "It still burns."))
    assert desk.message()["new_text"] == "It still burns."


@pytest.mark.parametrize("where", [0, 1])
def test_one_mail_that_can_not_be_read_does_not_stop_the_others(desk: World, where: int) -> None:
    for position in range(2):
        if position == where:
            desk.hand_in_bytes(too_many_parts(600), REPORTER, (SUPPORT,))
        else:
            desk.hand_in(Mail(ERIKA, SUPPORT, "Window", "Cold."))
    desk.work()
    assert len(desk.tickets()) == 2


def test_a_mail_without_a_sender_is_a_ticket_that_nobody_is_answered_for(desk: World) -> None:
    raw = b"To: support@example.com\r\nSubject: Hello\r\n\r\nWho am I?\r\n"
    desk.hand_in_bytes(raw, REPORTER, (SUPPORT,))
    desk.work()
    assert desk.ticket()["messages"][0]["new_text"] == "Who am I?"
    assert not any("acknowledged" in each for each in desk.new_letters())


@pytest.mark.parametrize(("template", "said"), [("none", 0), ("full", 1), ("minimal", 1)])
def test_what_an_unproven_reporter_hears_is_the_desks_choice(desk_with: DeskWith, template: str, said: int) -> None:
    desk = desk_with({"acknowledge": {"unproven": template}})
    desk.write(ERIKA, "Printer", "It burns.", stranger=True)
    assert len(desk.letters(REPORTER)) == said


def test_the_minimal_acknowledgement_repeats_nothing_of_the_mail(desk: World) -> None:
    desk.write("Buy Pills <erika@customer.example>", "Buy pills at http://x.example", "Cheap pills.", stranger=True)
    letter = desk.letter(REPORTER, "acknowledged_minimal")
    assert letter.header("Subject") == "[#1001] We have your message"
    assert b"ills" not in letter.raw
    assert "1001" in letter.text
