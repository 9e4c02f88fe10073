"""Letters that come back: told to whom it concerns, the address spared, and nothing believed without proof."""

from __future__ import annotations

import pytest

from mailgate.desk import condition
from tests.doubles.relay import Received
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.reports import complaint, delivery_report
from tests.stories.world import ANNA, BEN, ERIKA, SUPPORT, World

ERIKAS, ANNAS, BENS = "erika@customer.example", "anna@example.com", "ben@example.com"


@pytest.fixture
def answered(desk: World) -> World:
    """Anna has answered Erika, and has the ticket."""
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "Dear Erika, please throw water on it.", sender=ANNA)
    desk.new_letters()
    return desk


def returned(desk: World, letter: Received, *, to: str | None = None, **said: str) -> int:
    """The letter's report comes in by its return path, or to another address of ours."""
    number = desk.hand_in_bytes(delivery_report(letter, **said), "", (to or letter.envelope_from,))
    desk.work()
    return number


def problems(desk: World) -> list[str]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found: Json = condition.status(desk.store, tx, {"problems": []}, running=True)
        return list(found["problems"])


def test_who_wrote_the_words_is_told_that_they_did_not_arrive(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"))
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    assert "the address does not exist" in answered.letter(ANNAS, "delivery_failed").text
    assert answered.ticket()["letters"][-2]["state"] == "failed"
    assert {"bounced", "spared"} <= set(answered.actions())
    assert answered.state() == ("in_progress", "anna")


def test_a_failing_address_gets_no_automatic_letter_until_it_answers(answered: World) -> None:
    reply = answered.letter(ERIKAS, "reply")
    returned(answered, reply)
    answered.new_letters()
    answered.write(ERIKA, "Window", "It is open.")
    assert "acknowledged to erika@customer.example" not in answered.new_letters()
    [stopped] = [each for each in answered.ticket(1002)["events"] if each["action"] == "suppressed"]
    assert stopped["detail"]["why"].startswith("letters to erika@customer.example come back since 2026-11-23")
    answered.answer(reply, "It did reach me in the end.", sender=ERIKA)
    assert "reached_again" in answered.actions()
    answered.write(ERIKA, "Door", "It is shut.")
    assert "acknowledged to erika@customer.example" in answered.new_letters()


def test_after_thirty_days_it_is_tried_again(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"))
    answered.later(days=29)
    answered.write(ERIKA, "Window", "It is open.")
    answered.later(days=2)
    answered.new_letters()
    answered.write(ERIKA, "Door", "It is shut.")
    assert "acknowledged to erika@customer.example" in answered.new_letters()


def test_words_of_a_person_still_go_to_a_failing_address(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"))
    answered.answer(answered.letter(ANNAS, "new_ticket"), "Dear Erika, once more.", sender=ANNA)
    assert "reply to erika@customer.example" in answered.new_letters()


def test_an_acknowledgement_that_comes_back_is_told_to_an_assignee_once(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "acknowledged"))
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    assert "A letter that we sent by ourselves" in answered.letter(ANNAS, "delivery_failed").text


def test_an_acknowledgement_that_comes_back_disturbs_no_group(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    returned(desk, desk.letter(ERIKAS, "acknowledged"))
    assert desk.new_letters() == []
    assert "spared" in desk.actions()


@pytest.mark.parametrize(
    ("status", "action", "event"),
    [("4.2.2", "failed", "bounced"), ("4.4.1", "delayed", "delayed"), ("4.2.2", "expired", "refused_for_now")],
)
def test_what_is_not_for_good_is_an_event(answered: World, status: str, action: str, event: str) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"), status=status, action=action)
    assert event in answered.actions()
    assert ("spared" in answered.actions()) is (event == "bounced")


def test_a_report_that_all_went_well_is_an_event(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"), status="2.0.0", action="relayed")
    assert answered.actions()[-1] == "arrived"
    assert answered.new_letters() == []


def test_a_refusal_for_policy_does_not_blame_the_address(answered: World) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"), status="5.7.26")
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    assert "spared" not in answered.actions()


def test_the_message_id_proves_a_report_to_the_plain_address(answered: World) -> None:
    number = returned(answered, answered.letter(ERIKAS, "reply"), to=SUPPORT)
    assert answered.mail_state(number)["sort"] == "bounce"
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]


@pytest.mark.parametrize("to", [SUPPORT, "support+b-aaaabbbbccccddddeeeeffff@example.com"])
def test_t8_a_forged_report_changes_nothing(answered: World, to: str) -> None:
    before = answered.ticket()
    number = returned(
        answered, answered.letter(ERIKAS, "reply"), to=to, message_id="<1001.aaaabbbbccccddddeeeeffff@example.com>"
    )
    assert answered.mail_state(number)["state"] == "held"
    assert answered.ticket() == before
    assert answered.new_letters() == []


def test_one_report_names_one_address_whatever_else_it_says(answered: World) -> None:
    letter = answered.letter(ERIKAS, "reply")
    raw = delivery_report(letter).replace(b"rfc822; erika@customer.example", b"rfc822; victim@elsewhere.example")
    answered.hand_in_bytes(raw, "", (letter.envelope_from,))
    answered.work()
    spared = [event["detail"]["to"] for event in answered.ticket()["events"] if event["action"] == "spared"]
    assert spared == ["erika@customer.example"]


def test_of_a_report_about_several_what_it_says_of_ours_counts(answered: World) -> None:
    others = "Final-Recipient: rfc822; otto@elsewhere.example\nAction: failed\nStatus: 5.1.1\n\n"
    letter = answered.letter(ERIKAS, "reply")
    returned(answered, letter, others=others, action="delayed", status="4.4.1")
    assert answered.actions()[-1] == "delayed"
    returned(answered, letter, others=others, action="delivered", status="2.0.0")
    assert answered.actions()[-1] == "arrived"
    assert answered.new_letters() == []


def test_a_report_to_one_letters_address_never_changes_another_letter(answered: World) -> None:
    reply, acknowledged = answered.letter(ERIKAS, "reply"), answered.letter(ERIKAS, "acknowledged")
    raw = delivery_report(reply, message_id=acknowledged.header("Message-ID"))
    answered.hand_in_bytes(raw, "", (reply.envelope_from,))
    answered.work()
    failed = [each["template"] for each in answered.ticket()["letters"] if each["state"] == "failed"]
    assert failed == ["reply"]


@pytest.mark.parametrize(
    ("said", "blamed"),
    [
        ("552 mailbox is full", True),
        ("550 User unknown", True),
        ("554 Message rejected as spam", False),
        ("554 IP listed at dnsbl.example", False),
        ("550 no SPF record", False),
        ("552 message too large", False),
    ],
)
def test_where_the_code_says_nothing_the_words_tell_whether_the_address_is_to_blame(
    answered: World, said: str, blamed: bool
) -> None:
    returned(answered, answered.letter(ERIKAS, "reply"), status="5.0.0", said=said)
    assert answered.new_letters() == ["delivery_failed to anna@example.com"]
    assert ("spared" in answered.actions()) is blamed


def test_a_success_told_to_our_plain_address_is_an_event_too(answered: World) -> None:
    number = returned(answered, answered.letter(ERIKAS, "reply"), to=SUPPORT, status="2.0.0", action="delivered")
    assert answered.mail_state(number)["sort"] == "bounce"
    assert answered.actions()[-1] == "arrived"


def test_a_letter_to_one_of_us_that_comes_back_is_no_letter_again(answered: World) -> None:
    returned(answered, answered.letter(BENS, "new_ticket"))
    assert answered.new_letters() == []
    assert "bounced" in answered.actions()
    [said] = problems(answered)
    assert said.startswith("Letters to ben@example.com, who is one of us, do not arrive (since 2026-11-23 09:00 UTC)")
    answered.write(ERIKA, "Window", "It is open.")
    assert "new_ticket to ben@example.com" in answered.new_letters()
    assert problems(answered) == []


def test_an_agent_who_reports_is_never_spared(desk: World) -> None:
    desk.write(BEN, "Window", "It is open.")
    returned(desk, desk.letter(BENS, "acknowledged"))
    desk.new_letters()
    desk.write(BEN, "Door", "It is shut.")
    assert "acknowledged to ben@example.com" in desk.new_letters()


def test_a_relay_that_does_not_know_the_address_is_believed(answered: World) -> None:
    answered.relay.refuse("mallory@elsewhere.example", "550 5.1.1 no such user")
    answered.write("Mallory <mallory@elsewhere.example>", "Hi", "Hello there.")
    assert "spared" in answered.actions(1002)


def test_row_8_a_complaint_with_our_letter_in_it_spares_the_address(answered: World) -> None:
    report = complaint(answered.letter(ERIKAS, "acknowledged"))
    number = answered.hand_in_bytes(report, "abuse@provider.example", (SUPPORT,))
    answered.work()
    assert (answered.mail_state(number)["sort"], answered.mail_state(number)["ticket"]) == ("auto_reply", 1001)
    assert {"complained", "spared"} <= set(answered.actions())
    answered.new_letters()
    answered.mail(Mail(ERIKA, SUPPORT, "Window", "It is open."))
    assert "acknowledged to erika@customer.example" not in answered.new_letters()


@pytest.mark.parametrize("kind", ["auth-failure", "not-spam"])
def test_row_8_what_is_no_complaint_spares_nobody(answered: World, kind: str) -> None:
    report = complaint(answered.letter(ERIKAS, "acknowledged"), kind)
    number = answered.hand_in_bytes(report, "abuse@provider.example", (SUPPORT,))
    answered.work()
    assert answered.mail_state(number)["sort"] == "auto_reply"
    assert not {"complained", "spared"} & set(answered.actions())
