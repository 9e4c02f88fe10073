"""One mail, however often and to however many addresses of ours it comes, is one ticket and one acknowledgement."""

from __future__ import annotations

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

REPORTER = "erika@customer.example"
VOUCHED = b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n"


def same(desk: World, to: str, trace: bytes = b"") -> int:
    """Hand in the very same mail for an address of ours."""
    mail = Mail(ERIKA, "undisclosed@customer.example", "Printer", "It burns.", message_id="<one@customer.example>")
    number = desk.hand_in_bytes(trace + VOUCHED + mail.bytes, REPORTER, (to,))
    desk.work()
    return number


def test_a_mail_to_two_addresses_of_ours_is_one_ticket(desk: World) -> None:
    number = desk.mail(Mail(ERIKA, "it@example.com", "Printer", "It burns.", also_to=(SUPPORT,)))
    assert desk.mail_state(number)["recipients"] == ["it@example.com", SUPPORT]
    assert [each["source_address"] for each in desk.tickets()] == ["it@example.com"]
    assert len(desk.letters(REPORTER)) == 1


def test_the_same_bytes_for_another_address_are_noted_on_the_first_ticket(desk: World) -> None:
    first = same(desk, "it@example.com")
    desk.new_letters()
    second = same(desk, SUPPORT, b"Received: from other by mx; Mon, 23 Nov 2026 10:00:01 +0100\r\n")
    state = desk.mail_state(second)
    assert (state["sort"], state["state"], state["ticket"]) == ("duplicate", "handled", 1001)
    assert state["reason"] == f"the same mail as M-{first}, for other recipients"
    assert (len(desk.tickets()), desk.new_letters()) == (1, [])
    assert desk.ticket()["mails"] == [f"M-{first}", f"M-{second}"]


def test_the_same_transmission_again_is_counted_and_not_a_second_mail(desk: World) -> None:
    first = same(desk, SUPPORT)
    again = same(desk, SUPPORT, b"Received: from other by mx; Mon, 23 Nov 2026 10:00:01 +0100\r\n")
    assert again == first
    assert desk.mail_state(first)["seen"] == 2
    assert (len(desk.tickets()), len(desk.letters(REPORTER)), len(desk.mails())) == (1, 1, 1)


def test_the_same_transmission_before_the_first_is_handled_is_counted_too(desk: World) -> None:
    mail = Mail(ERIKA, SUPPORT, "Printer", "It burns.")
    assert desk.hand_in(mail) == desk.hand_in(mail)
    desk.work()
    assert len(desk.tickets()) == 1


def test_a_week_later_the_same_bytes_are_a_new_mail(desk: World) -> None:
    first = same(desk, SUPPORT)
    desk.later(days=8)
    assert same(desk, SUPPORT) != first
    assert len(desk.mails()) == 2


def test_the_same_message_id_with_other_words_proves_nothing(desk: World) -> None:
    for text in ("It burns.", "It is out."):
        desk.mail(Mail(ERIKA, SUPPORT, "Printer", text, message_id="<one@customer.example>"))
    assert [each["sort"] for each in desk.mails()] == ["new_ticket", "new_ticket"]


def test_one_mail_to_two_addresses_keeps_who_it_was_sent_to(desk_with: DeskWith) -> None:
    desk = desk_with({})
    ticket = desk.write(ERIKA, "Printer", "It burns.", to="help@example.com")
    assert ticket["source_address"] == "help@example.com"
    assert desk.letter(REPORTER).header("From") == "Example Support <help@example.com>"
