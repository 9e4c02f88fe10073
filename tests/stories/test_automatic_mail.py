"""The table of automatic mail (reliability.md 5), a story a row; where the contract says otherwise, the contract holds.

Rows 4, 5 and 8 are told at length in `test_bounces.py`, loops in `test_loops.py`, thanks in `test_thanks.py`.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail, answer
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ERIKAS, ANNAS, BENS = "erika@customer.example", "anna@example.com", "ben@example.com"
TOLD = ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
ACKNOWLEDGED = [f"acknowledged to {ERIKAS}", *TOLD]


@pytest.fixture
def resolved(desk: World) -> World:
    """Anna has resolved Erika's ticket."""
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve\nThe printer was replaced.", sender=ANNA)
    desk.new_letters()
    return desk


@pytest.fixture
def waiting(desk: World) -> World:
    """Anna has asked Erika something."""
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#question\nOn which floor?", sender=ANNA)
    desk.new_letters()
    return desk


def comes(desk: World, *, sender: str = ERIKA, subject: str = "Printer", text: str = "It burns.", **more: Any) -> str:
    """A new mail; returns its sort."""
    number = desk.mail(Mail(sender, SUPPORT, subject, text, **more))
    found: str = desk.mail_state(number)["sort"]
    return found


def answers(desk: World, headers: dict[str, str], *, text: str = "It burns again.", **more: Any) -> str:
    """Something answers our newest letter to Erika with these header fields; returns its sort."""
    number = desk.answer(desk.letter(ERIKAS), text, sender=ERIKA, headers=headers, **more)
    found: str = desk.mail_state(number)["sort"]
    return found


def why_silent(desk: World, number: int = 1001) -> str:
    """The reason in the history why nobody was acknowledged."""
    [event] = [each for each in desk.ticket(number)["events"] if each["action"] == "suppressed"]
    found: str = event["detail"]["why"]
    return found


def test_row_1_a_mail_with_too_many_hops_is_dropped(desk: World) -> None:
    raw = b"Received: from a by b\r\n" * 101 + Mail(ERIKA, SUPPORT).bytes
    number = desk.hand_in_bytes(raw, ERIKAS, (SUPPORT,))
    desk.work()
    assert (desk.mail_state(number)["sort"], desk.mail_state(number)["state"]) == ("loop", "dropped")


def test_row_2_a_mail_in_our_own_name_is_held(desk: World) -> None:
    assert comes(desk, sender=f"Somebody <{SUPPORT}>") == "held"
    assert (desk.tickets(), desk.new_letters()) == ([], [])


def test_row_2_our_letter_with_its_marks_taken_off_on_the_way_is_held(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    letter = desk.letter(ANNAS, "new_ticket")
    number = desk.mail(answer(letter, letter.text, sender=f"Erika via Support <{SUPPORT}>"))
    assert desk.mail_state(number)["state"] == "held"


def test_row_3_marks_of_ours_on_somebody_elses_mail_mean_nothing(desk: World) -> None:
    forged = {"X-Mailgate-Letter": "acknowledged", "X-Mailgate-Ticket": "7", "X-Mailgate-Loop": "1"}
    assert comes(desk, headers=forged) == "new_ticket"
    assert desk.new_letters() == ACKNOWLEDGED


def test_row_6_the_null_sender_gets_a_ticket_and_no_answer(desk: World) -> None:
    assert comes(desk, envelope_from="") == "new_ticket"
    assert desk.new_letters() == TOLD
    assert "MAIL FROM: <>" in why_silent(desk)


def test_row_6_the_null_sender_reopens_nothing(resolved: World) -> None:
    assert answers(resolved, {}, envelope_from="") == "reply"
    assert resolved.state() == ("resolved", "anna")
    assert resolved.new_letters() == ["new_message to anna@example.com"]
    assert "is unchanged" in resolved.letter(ANNAS, "new_message").text


def test_row_7_a_read_receipt_is_a_note(resolved: World) -> None:
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    letter = resolved.letter(ERIKAS)
    raw = (
        f"From: {ERIKA}\r\nTo: {letter.header('Reply-To')}\r\nIn-Reply-To: {letter.header('Message-ID')}\r\n"
        f"Content-Type: {kind}\r\n\r\n--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Disposition: automatic-action/MDN-sent-automatically; displayed\r\n\r\n--b--\r\n"
    )
    number = resolved.hand_in_bytes(raw.encode(), "", (SUPPORT,))
    resolved.work()
    assert (resolved.mail_state(number)["sort"], resolved.mail_state(number)["ticket"]) == ("auto_reply", 1001)
    assert (resolved.state(), resolved.new_letters()) == (("resolved", "anna"), [])


@pytest.mark.parametrize(
    "headers", [{"TLS-Report-Domain": "example.com"}, {"X-XARF": "PLAIN"}], ids=["row_9_tls", "row_8_xarf"]
)
def test_reports_of_providers_open_nothing(desk: World, headers: dict[str, str]) -> None:
    assert comes(desk, headers=headers) == "auto_reply"
    assert (desk.tickets(), desk.new_letters()) == ([], [])


AWAY = {"Auto-Submitted": "auto-replied"}


def test_row_10_an_out_of_office_never_reopens(resolved: World) -> None:
    assert answers(resolved, AWAY, envelope_from="") == "auto_reply"
    assert (resolved.state(), resolved.new_letters()) == (("resolved", "anna"), [])
    message = resolved.message()
    assert (message["purpose"], message["direction"], message["public"]) == ("auto_reply", "note", False)


def test_row_10_an_out_of_office_never_stops_waiting(waiting: World) -> None:
    answers(waiting, AWAY, envelope_from="")
    assert waiting.state() == ("waiting", "anna")
    assert waiting.ticket()["waiting_for"] == "reporter"


def test_row_10_an_out_of_office_without_a_ticket_opens_none(desk: World) -> None:
    assert comes(desk, subject="Automatic reply: hello", headers=AWAY) == "auto_reply"
    assert (desk.tickets(), desk.new_letters()) == ([], [])


def test_row_10_t9_an_agents_vacation_mail_that_quotes_a_command_does_nothing(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    letter = desk.letter(ANNAS, "new_ticket")
    desk.answer(letter, "#close\nI am away.", sender=ANNA, headers=AWAY, envelope_from="")
    assert (desk.state(), desk.new_letters()) == (("new", None), [])


@pytest.mark.parametrize(
    "changed", [{"subject": "Abwesend: Re: Printer"}, {"envelope_from": ""}, {"headers": {"Precedence": "bulk"}}]
)
def test_row_10_t9_nor_does_one_without_the_mark(desk: World, changed: dict[str, Any]) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#close\nI am away.", sender=ANNA, **changed)
    assert desk.state() == ("new", None)
    assert desk.new_letters() == ["new_message to ben@example.com"]
    assert not desk.message()["public"]


def test_row_11_what_a_machine_sends_is_a_ticket_that_nobody_acknowledges(desk: World) -> None:
    assert comes(desk, headers={"Auto-Submitted": "auto-generated"}) == "new_ticket"
    assert desk.new_letters() == TOLD
    assert "Auto-Submitted: auto-generated" in why_silent(desk)


def test_row_11_what_a_machine_adds_is_shown_and_changes_nothing(resolved: World) -> None:
    assert answers(resolved, {"Auto-Submitted": "auto-generated"}) == "reply"
    assert resolved.state() == ("resolved", "anna")
    assert resolved.new_letters() == ["new_message to anna@example.com"]


@pytest.mark.parametrize(
    "headers", [{"X-Autoreply": "yes"}, {"Precedence": "auto_reply"}, {"X-POST-MessageClass": "9; Autoresponder"}]
)
def test_row_12_old_marks_count_like_the_new_one(resolved: World, headers: dict[str, str]) -> None:
    assert answers(resolved, headers) == "auto_reply"
    assert (resolved.state(), resolved.new_letters()) == (("resolved", "anna"), [])


SILENCE = {"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}


def test_row_13_who_asks_for_silence_gets_it_and_a_ticket(desk: World) -> None:
    assert comes(desk, headers=SILENCE) == "new_ticket"
    assert desk.new_letters() == TOLD


def test_row_13_who_asks_for_silence_is_a_person_who_reopens_and_commands(resolved: World) -> None:
    assert answers(resolved, SILENCE) == "reply"
    assert resolved.state() == ("in_progress", "anna")
    resolved.answer(resolved.letter(ANNAS), "#close", sender=ANNA, headers=SILENCE)
    assert resolved.state() == ("closed", "anna")


LIST = {"List-Id": "<users.customer.example>"}


def test_row_14_a_list_gets_a_ticket_and_no_letter(desk: World) -> None:
    assert comes(desk, headers=LIST) == "new_ticket"
    assert desk.new_letters() == TOLD


def test_row_14_a_list_reopens_nothing(resolved: World) -> None:
    answers(resolved, LIST)
    assert resolved.state() == ("resolved", "anna")


@pytest.mark.parametrize("headers", [{"Precedence": "bulk"}, {"Feedback-ID": "1:x:AmazonSES"}])
def test_row_15_bulk_is_not_answered(desk: World, headers: dict[str, str]) -> None:
    assert comes(desk, headers=headers) == "new_ticket"
    assert desk.new_letters() == TOLD


@pytest.mark.parametrize("local", ["no-reply", "owner-users", "postmaster", "mailer-daemon"])
def test_row_16_nobody_answers_addresses_that_nobody_reads(desk: World, local: str) -> None:
    assert comes(desk, sender=f"X <{local}@customer.example>") == "new_ticket"
    assert desk.new_letters() == TOLD


def calendar(method: str) -> dict[str, bytes]:
    return {"invite.ics": f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n".encode()}


@pytest.mark.parametrize(
    ("method", "sort"), [("REQUEST", "new_ticket"), ("REPLY", "auto_reply"), ("CANCEL", "auto_reply")]
)
def test_rows_17_and_18_an_invitation_is_a_persons_mail_its_answer_is_none(desk: World, method: str, sort: str) -> None:
    raw = (
        f"From: {ERIKA}\r\nTo: {SUPPORT}\r\nSubject: Talk\r\nAuthentication-Results: mx.example.com; dmarc=pass "
        f'header.from=customer.example\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nTalk?\r\n'
        f"--b\r\nContent-Type: text/calendar; method={method}\r\n\r\n{calendar(method)['invite.ics'].decode()}--b--\r\n"
    )
    number = desk.hand_in_bytes(raw.encode(), ERIKAS, (SUPPORT,))
    desk.work()
    assert desk.mail_state(number)["sort"] == sort
    assert desk.new_letters() == (ACKNOWLEDGED if sort == "new_ticket" else [])


def test_row_19_who_wants_a_receipt_gets_none_and_is_acknowledged(desk: World) -> None:
    comes(desk, headers={"Disposition-Notification-To": ERIKAS, "Return-Receipt-To": ERIKAS})
    assert desk.new_letters() == ACKNOWLEDGED


def test_row_20_a_subject_of_absence_alone_is_acknowledged_once_in_a_week(desk: World) -> None:
    comes(desk, subject="Out of office: questions about the form")
    assert desk.new_letters() == ACKNOWLEDGED
    comes(desk, subject="Out of office: another question")
    assert desk.new_letters() == TOLD
    assert "looks like an automatic reply" in why_silent(desk, 1002)
    desk.later(days=8)
    comes(desk, subject="Out of office: and one more")
    assert desk.new_letters() == ACKNOWLEDGED


def test_row_20_an_answer_with_such_a_subject_changes_nothing(waiting: World) -> None:
    assert answers(waiting, {}, subject="Abwesend: Re: Printer") == "reply"
    assert waiting.state() == ("waiting", "anna")


FORGED = {"Authentication-Results": "mx.example.com; dmarc=fail header.from=customer.example"}


def test_row_21_a_mail_its_domain_disowns_is_a_marked_ticket_without_acknowledgement(desk: World) -> None:
    desk.mail(Mail(ERIKA, SUPPORT, headers=FORGED), vouched=False)
    assert desk.new_letters() == TOLD
    assert why_silent(desk).endswith("DMARC of the sender's domain failed")


def test_row_23_an_unproven_sender_gets_one_short_letter_in_a_day(desk: World) -> None:
    for _ in range(2):
        desk.write(ERIKA, "VIAGRA cheap", "Buy it at https://spam.example", stranger=True)
    [letter] = desk.letters(ERIKAS)
    assert letter.header("X-Mailgate-Letter") == "acknowledged_minimal"
    assert not any(word in letter.raw.decode() for word in ("VIAGRA", "spam.example", "Erika"))


def test_row_23_where_the_desk_wants_proof_first_the_full_letter_follows_an_answer(desk_with: DeskWith) -> None:
    desk = desk_with({"acknowledge": {"unproven": "verify"}})
    desk.write(ERIKA, "Printer", "It burns.", stranger=True)
    short = desk.letter(ERIKAS, "acknowledged_minimal")
    assert "please answer this mail once" in short.text
    desk.new_letters()
    for _ in range(2):
        desk.answer(short, "Yes, it was me.", sender=ERIKA, stranger=True)
    assert desk.new_letters().count(f"acknowledged to {ERIKAS}") == 1
    assert "Printer" in desk.letter(ERIKAS, "acknowledged").text


def test_row_23_nobody_else_can_prove_the_address(desk_with: DeskWith) -> None:
    desk = desk_with({"acknowledge": {"unproven": "verify"}})
    desk.write(ERIKA, "Printer", "It burns.", stranger=True)
    desk.answer(desk.letter(ERIKAS), "Yes, it was me.", sender="Mallory <mallory@elsewhere.example>")
    assert desk.letters(ERIKAS, "acknowledged") == []


def test_row_25_a_reply_is_never_acknowledged(waiting: World) -> None:
    answers(waiting, {})
    assert waiting.new_letters() == ["new_message to anna@example.com"]


def test_row_28_what_a_budget_stopped_is_counted_and_made_good_in_the_next_letter(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"acknowledgements": {"per_mailbox_minute": 1}}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.write(ERIKA, "Window", "It is open.")
    assert why_silent(desk, 1002) == "budget used up: 1 to this mailbox in a minute"
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, we shut it.", sender=ANNA)
    owed = desk.letter(ERIKAS, "reply").text
    assert "Your message has the number 1002. To add something, just answer this mail." in " ".join(owed.split())
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, once more.", sender=ANNA)
    assert "has the number" not in desk.letter(ERIKAS, "reply").text


def test_row_29_an_unreadable_mail_is_a_ticket_without_acknowledgement(desk: World) -> None:
    number = desk.hand_in_bytes(
        b"From: " + ERIKA.encode() + b"\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx", ERIKAS, (SUPPORT,)
    )
    desk.work()
    assert desk.mail_state(number)["sort"] == "new_ticket"
    assert desk.new_letters() == TOLD


def test_row_30_auto_submitted_no_is_an_ordinary_mail(desk: World) -> None:
    comes(desk, headers={"Auto-Submitted": "no"})
    assert desk.new_letters() == ACKNOWLEDGED


def test_explain_says_why_nothing_was_answered(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"acknowledgements": {"per_mailbox_minute": 1}}})
    numbers = [desk.mail(Mail(ERIKA, SUPPORT, f"Trouble {each}")) for each in range(2)]
    first, second = (desk.decision(number)["auto"] for number in numbers)
    assert first == {"reply": False, "respond": True, "why": None}
    assert second == {"reply": False, "respond": True, "why": "budget used up: 1 to this mailbox in a minute"}
