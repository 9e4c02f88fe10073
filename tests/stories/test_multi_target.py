"""One mail to several of our addresses: one ticket, or one for each address, linked."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ERIKA, SUPPORT, World

IT = "it@example.com"


@pytest.fixture
def each(desk_with: DeskWith) -> World:
    return desk_with({"intake": {"multi_target": "each"}})


def to_both(subject: str = "Printer on fire") -> Mail:
    return Mail(ERIKA, SUPPORT, subject, "Please help", also_to=(IT,))


def of_mails(desk: World) -> list[tuple[str, int | None, list[str]]]:
    return sorted((one["sort"], one["ticket"], one["recipients"]) for one in desk.mails())


def test_usually_it_is_one_ticket(desk: World) -> None:
    desk.mail(to_both())
    assert [ticket["number"] for ticket in desk.tickets()] == [1001]


def test_each_address_gets_a_ticket_of_its_own_linked_with_the_other(each: World) -> None:
    number = each.mail(to_both())
    first, second = each.ticket(1001), each.ticket(1002)
    assert (first["source_address"], first["category"]) == (SUPPORT, "general")
    assert (second["source_address"], second["category"]) == (IT, "network")
    assert first["links"] == [{"kind": "related", "number": 1002}]
    assert second["links"] == [{"kind": "related", "number": 1001}]
    assert of_mails(each) == [("new_ticket", 1001, [SUPPORT]), ("new_ticket", 1002, [IT])]
    assert each.mail_state(number)["ticket"] == 1001


def test_the_rows_share_their_bytes_and_a_retry_is_counted_on_both(each: World) -> None:
    mail = to_both()
    assert each.mail(mail) == each.mail(mail) == 1
    rows = each.mails()
    assert [row["seen"] for row in rows] == [2, 2]
    assert len({row["sha256"] for row in rows}) == 1
    assert len(each.tickets()) == 2


def test_aliases_and_tags_of_one_address_are_one(each: World) -> None:
    each.mail(Mail(ERIKA, SUPPORT, "Once", also_to=("help@example.com", "support+x@example.com")))
    assert len(each.tickets()) == 1
    each.mail(Mail(ERIKA, "help@example.com", "Once more"))
    assert len(each.mails()) == 2


def test_the_same_mail_by_another_way_to_an_address_that_has_it_is_a_duplicate(each: World) -> None:
    mail = to_both()
    each.mail(mail)
    mail.to, mail.also_to = "help@example.com", ()
    raw_to = Mail(ERIKA, SUPPORT, mail.subject, mail.text, message_id=mail.message_id)
    number = each.hand_in_bytes(vouched(raw_to), "erika@customer.example", ("help@example.com",))
    each.work()
    assert each.mail_state(number)["sort"] == "duplicate"


def vouched(mail: Mail) -> bytes:
    return b"Authentication-Results: mx.example.com; dmarc=pass header.from=customer.example\r\n" + mail.bytes


def test_a_mail_that_another_server_delivers_once_for_each_address_is_the_same_to_us(each: World) -> None:
    raw = vouched(Mail(ERIKA, f"{SUPPORT}, {IT}", "Printer on fire"))
    for recipient in (SUPPORT, IT):
        each.hand_in_bytes(raw, "erika@customer.example", (recipient,))
    each.work()
    assert each.ticket(1002)["links"] == [{"kind": "related", "number": 1001}]


def test_both_are_acknowledged_and_each_group_is_told_of_its_own(each: World) -> None:
    each.mail(to_both())
    assert len(each.letters("erika@customer.example", "acknowledged")) == 2
    subjects = {letter.header("Subject")[:11] for letter in each.letters("erika@customer.example")}
    assert subjects == {"Re: [#1001]", "Re: [#1002]"}


def test_an_answer_to_both_joins_both_and_stands_on_each_once(each: World) -> None:
    first = to_both()
    each.mail(first)
    again = Mail(ERIKA, SUPPORT, "Re: Printer on fire", "It is out.", also_to=(IT,))
    again.headers = {"In-Reply-To": str(first.message_id)}
    each.mail(again)
    assert [len(each.ticket(number)["messages"]) for number in (1001, 1002)] == [2, 2]


def test_an_answer_with_a_token_that_goes_to_another_address_too_stands_on_its_ticket_once(each: World) -> None:
    each.write(ERIKA, "Printer on fire", "Please help")
    each.answer(each.letter("erika@customer.example"), "It is out.", sender=ERIKA, also_to=(IT,))
    assert len(each.tickets()) == 1
    assert len(each.ticket(1001)["messages"]) == 2
    assert [sort for sort, _, _ in of_mails(each)] == ["duplicate", "new_ticket", "reply"]


def test_a_mail_that_is_deferred_behind_its_sibling_is_handled_after_it(each: World) -> None:
    each.hand_in(to_both())
    each.work()
    assert [one["state"] for one in each.mails()] == ["handled", "handled"]
