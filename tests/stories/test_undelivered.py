"""Letters that do not arrive: a report with our proof, or the relay itself, tells whoever wrote them."""

from __future__ import annotations

import pytest

from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ANNAS = "anna@example.com"
REPORTER = "erika@customer.example"

REPORT = """\
From: Mail Delivery System <mailer-daemon@mx.customer.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.customer.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry. Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user here

--b
Content-Type: text/rfc822-headers

Message-ID: {about}
Subject: Re: [#1001] Printer on fire

--b--
"""


@pytest.fixture
def answered(desk: World) -> World:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA)
    desk.new_letters()
    return desk


def report(
    desk: World, letter: Received, *, to: str | None = None, about: str | None = None, action: str = "failed"
) -> int:
    """The delivery report about a letter; by default to its return path, naming its Message-ID."""
    target = letter.envelope_from if to is None else to
    text = REPORT.format(
        to=target,
        recipient=letter.to,
        action=action,
        status="5.1.1" if action == "failed" else "4.4.1",
        about=about or letter.header("Message-ID"),
    )
    number = desk.hand_in_bytes(text.replace("\n", "\r\n").encode(), "", (target,), stranger=True)
    desk.work()
    return number


def state_of(desk: World, template: str) -> str:
    found: str = next(each["state"] for each in desk.ticket()["letters"] if each["template"] == template)
    return found


@pytest.mark.parametrize(
    ("to", "about"), [(None, "<unknown@x.example>"), (SUPPORT, None)], ids=["return path", "Message-ID"]
)
def test_a_proven_report_marks_the_letter_and_tells_its_writer(
    answered: World, to: str | None, about: str | None
) -> None:
    number = report(answered, answered.letter(REPORTER, "reply"), to=to, about=about)
    assert answered.mail_state(number)["sort"] == "bounce"
    assert answered.mail_state(number)["ticket"] == 1001
    assert state_of(answered, "reply") == "failed"
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    told = answered.letter(ANNAS)
    assert REPORTER in told.text
    assert "Dear Erika, water." in told.text
    assert "bounced" in answered.actions()


def test_a_second_report_about_the_same_letter_tells_nobody_again(answered: World) -> None:
    letter = answered.letter(REPORTER, "reply")
    report(answered, letter)
    answered.new_letters()
    report(answered, letter, to=SUPPORT)
    assert answered.new_letters() == []


def test_a_delay_is_only_an_event(answered: World) -> None:
    report(answered, answered.letter(REPORTER, "reply"), action="delayed")
    assert (state_of(answered, "reply"), answered.new_letters()) == ("sent", [])
    assert "delayed" in answered.actions()


def test_a_report_without_proof_is_held_and_changes_nothing(answered: World) -> None:
    letter = answered.letter(REPORTER, "reply")
    number = report(answered, letter, to=SUPPORT, about="<1001.aaaaaaaaaaaaaaaaaaaaaaaa@example.com>")
    assert answered.mail_state(number)["state"] == "held"
    assert (state_of(answered, "reply"), answered.new_letters()) == ("sent", [])
    assert len(answered.tickets()) == 1


def test_a_bounced_acknowledgement_tells_whoever_handles_the_ticket(answered: World) -> None:
    report(answered, answered.letter(REPORTER, "acknowledged"))
    assert state_of(answered, "acknowledged") == "failed"
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]


def test_a_letter_to_an_agent_that_bounces_makes_no_letter(answered: World) -> None:
    report(answered, answered.letter("ben@example.com"))
    assert answered.new_letters() == []


def test_what_the_relay_refuses_for_good_tells_the_writer_at_once(answered: World) -> None:
    answered.relay.refuse(REPORTER, "550 5.1.1 <erika@customer.example> unknown")
    answered.answer(answered.letter(ANNAS), "Dear Erika, more water.", sender=ANNA)
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    letters = [each for each in answered.ticket()["letters"] if each["template"] == "reply"]
    assert [each["state"] for each in letters] == ["sent", "failed"]
    assert "5.1.1" in letters[-1]["answer"]
    assert "5.1.1" in answered.letter(ANNAS).text


def test_the_writer_is_told_even_when_somebody_else_has_the_ticket(answered: World) -> None:
    answered.relay.refuse(REPORTER)
    answered.answer(answered.letter("ben@example.com"), "Dear Erika, sand.", sender=BEN)
    assert "delivery_failed to ben@example.com" in answered.new_letters()


def test_what_the_relay_defers_goes_later_and_is_the_same_letter(answered: World) -> None:
    answered.relay.defer(REPORTER, 1)
    answered.answer(answered.letter(ANNAS), "Dear Erika, more water.", sender=ANNA)
    assert answered.new_letters() == []
    answered.later(hours=1)
    assert answered.new_letters() == ["reply to erika@customer.example"]


def test_an_answer_to_delivery_failed_takes_commands_only(answered: World) -> None:
    answered.relay.refuse(REPORTER)
    answered.answer(answered.letter(ANNAS), "Dear Erika, more water.", sender=ANNA)
    answered.new_letters()
    answered.answer(answered.letter(ANNAS, "delivery_failed"), "I will call her then.", sender=ANNA)
    assert answered.new_letters() == ["command_refused to anna@example.com"]


def test_a_reporter_who_never_got_a_letter_can_still_write(answered: World) -> None:
    answered.relay.refuse(REPORTER)
    ticket = answered.write(ERIKA, "Window", "Cold.")
    assert ticket["number"] == 1002
    assert answered.mail(Mail(ERIKA, SUPPORT, "Door", "Stuck.")) > 0
