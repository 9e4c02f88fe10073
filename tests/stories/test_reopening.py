"""What a reporter's words do to a ticket that was settled, lately or long ago."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, World

REPORTER = "erika@customer.example"
ANNAS = "anna@example.com"


@pytest.fixture
def closed(desk: World) -> World:
    """A VPN ticket that Anna has worked on and closed."""
    desk.write(ERIKA, "VPN is slow", "It takes an hour.")
    desk.answer(desk.letter(ANNAS), "#close\nDear Erika, it is fast now.", sender=ANNA)
    desk.new_letters()
    return desk


def replies(desk: World, text: str = "It is slow again.") -> int:
    number = desk.answer(desk.letter(REPORTER, "reply"), text, sender=ERIKA)
    found: int = desk.mail_state(number)["ticket"]
    return found


@pytest.mark.parametrize(("days", "ticket"), [(29.9, 1001), (30.1, 1002)])
def test_a_closed_ticket_can_be_reopened_for_a_while(closed: World, days: float, ticket: int) -> None:
    closed.later(days=days)
    assert replies(closed) == ticket


def test_later_it_is_a_new_ticket_of_the_same_category_and_group_and_nobodys(closed: World) -> None:
    closed.answer(closed.letter(ANNAS, "new_ticket"), "#category rooms", sender=ANNA)
    closed.later(days=31)
    closed.new_letters()
    assert replies(closed) == 1002
    new = closed.ticket(1002)
    assert (new["category"], new["group"], new["assignee"], new["status"]) == (
        "rooms",
        closed.ticket()["group"],
        None,
        "new",
    )
    assert new["links"] == [{"kind": "reopened", "number": 1001}]
    assert closed.ticket()["links"] == [{"kind": "reopened", "number": 1002}]
    assert closed.state() == ("closed", "anna")
    assert new["subject"] == "VPN is slow"
    assert "acknowledged to erika@customer.example" in closed.new_letters()


def test_an_agent_may_reopen_an_old_ticket_all_the_same(closed: World) -> None:
    closed.later(days=100)
    closed.answer(closed.letter(ANNAS, "new_ticket"), "#reopen", sender=ANNA)
    assert closed.state() == ("in_progress", "anna")


def test_how_long_it_can_be_reopened_is_the_desks_choice(desk_with: DeskWith) -> None:
    desk = desk_with({"reopen": {"within": "2h"}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#close\nDear Erika, it is out.", sender=ANNA)
    desk.later(hours=3)
    assert replies(desk) == 1002


def test_a_reopened_ticket_of_nobody_is_new_and_the_group_is_told(desk_with: DeskWith) -> None:
    desk = desk_with({"answers_take": False})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#close\nDear Erika, it is out.", sender=ANNA)
    desk.new_letters()
    replies(desk)
    assert desk.state() == ("new", None)
    assert desk.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]


def test_a_ticket_is_reopened_only_so_often_a_day(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"reopen_per_day": 2}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "Dear Erika, water.", sender=ANNA)
    states = []
    for number in range(3):
        desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve", sender=ANNA)
        replies(desk, f"It burns for the {number + 2}. time.")
        states.append(desk.state()[0])
    assert states == ["in_progress", "in_progress", "resolved"]
    assert "not_reopened" in desk.actions()
    desk.later(days=1.1)
    replies(desk, "It still burns today.")
    assert desk.state()[0] == "in_progress"


def test_the_words_of_a_reply_that_opens_nothing_are_told_all_the_same(desk_with: DeskWith) -> None:
    desk = desk_with({"limits": {"reopen_per_day": 1}})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#resolve\nDear Erika, water.", sender=ANNA)
    desk.answer(desk.letter(REPORTER, "resolved"), "It burns again.", sender=ERIKA)
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#resolve", sender=ANNA)
    desk.new_letters()
    desk.answer(desk.letter(REPORTER, "resolved"), "And again it burns.", sender=ERIKA)
    assert desk.state()[0] == "resolved"
    assert desk.new_letters() == ["new_message to anna@example.com"]


@pytest.mark.parametrize("command", ["#take", "#assign ben", "#note\nHm."])
def test_a_reply_on_a_ticket_at_work_changes_no_status(desk: World, command: str) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), command, sender=ANNA)
    before = desk.state()
    desk.answer(desk.letter(REPORTER), "It still burns.", sender=ERIKA)
    assert desk.state() == before


def test_an_old_address_out_of_the_address_book_opens_a_new_ticket_for_a_new_matter(closed: World) -> None:
    closed.answer(closed.letter(ANNAS, "new_ticket"), "#reopen", sender=ANNA)
    closed.later(days=15)
    number = closed.mail(Mail(ERIKA, closed.letter(REPORTER).header("Reply-To"), "New laptop", "I need one."))
    assert closed.mail_state(number)["ticket"] == 1002
    assert closed.ticket(1002)["links"] == [{"kind": "related", "number": 1001}]
    assert closed.ticket(1002)["subject"] == "New laptop"


@pytest.mark.parametrize(
    ("days", "subject", "headers"),
    [
        (13, "New laptop", {}),
        (15, "AW: [#1001] VPN is slow", {}),
        (15, "New laptop", {"In-Reply-To": "<something@customer.example>"}),
    ],
    ids=["not quiet for long", "the same subject", "it answers something"],
)
def test_else_the_address_belongs_to_its_ticket(
    closed: World, days: float, subject: str, headers: dict[str, str]
) -> None:
    closed.answer(closed.letter(ANNAS, "new_ticket"), "#reopen", sender=ANNA)
    closed.later(days=days)
    to = closed.letter(REPORTER).header("Reply-To")
    number = closed.mail(Mail(ERIKA, to, subject, "I need one.", headers=headers))
    assert closed.mail_state(number)["ticket"] == 1001


def test_the_reporters_reply_reopens_for_the_colleague_who_has_it_now(closed: World) -> None:
    closed.answer(closed.letter("ben@example.com"), "#reopen; take", sender=BEN)
    closed.answer(closed.letter("ben@example.com", "new_ticket"), "#gelöst", sender=BEN)
    closed.new_letters()
    replies(closed)
    assert closed.state() == ("in_progress", "ben")
    assert closed.new_letters() == ["new_message to ben@example.com"]
