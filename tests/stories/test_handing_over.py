"""`#handover WHO`: all open tickets of an agent go to another one, some at a time, and one letter lists them."""

from __future__ import annotations

import pytest

from mailgate.desk import handing_over
from tests.stories.answering import answers
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"


@pytest.fixture
def busy(desk: World) -> World:
    """Anna has four tickets, each in another state; a fifth is closed, and a sixth is Ben's."""
    for subject in ("Printer", "Network", "Window", "Door", "Lamp", "Chair"):
        desk.write(ERIKA, subject, f"The {subject} is broken.")
    desk.answer(desk.letter(BENS), "#1006 take", sender=BEN)
    lines = ("#1001 take", "#1002 take; wait for ben", "#1003 assign anna", "#1004 resolve", "#1005 take; close")
    desk.answer(desk.letter(ANNAS), "\n".join(lines), sender=ANNA)
    desk.new_letters()
    return desk


def says(desk: World, text: str) -> str:
    return answers(desk, desk.letter(ANNAS), text)


def go_on(desk: World) -> int:
    """The clock's next step."""
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        return handing_over.go_on(tx)


@pytest.mark.parametrize("command", ["#handover ben", "#übergeben Ben Beck", "#UEBERGEBEN ben@example.com"])
def test_every_open_ticket_goes_over_and_one_letter_lists_them(busy: World, command: str) -> None:
    said = says(busy, command)
    states = [busy.state(number) for number in range(1001, 1007)]
    assert states == [
        ("assigned", "ben"),
        ("waiting", "ben"),
        ("assigned", "ben"),
        ("resolved", "ben"),
        ("closed", "anna"),
        ("in_progress", "ben"),
    ]
    assert busy.ticket(1002)["waiting_for"] == "other"
    assert busy.new_letters() == ["command_done to anna@example.com", "entrusted to ben@example.com"]
    assert "4 of your tickets go to Ben Beck." in said
    assert "1001 · Printer To undo: #1001 take" in said
    letter = busy.letter(BENS)
    assert "Anna Alt hat 4 Tickets übergeben." in letter.text
    assert [subject in letter.text for subject in ("Printer", "Network", "Window", "Door", "Lamp", "Chair")] == [
        *[True] * 4,
        *[False] * 2,
    ]
    assert "mailto:" in str(letter.html)


def test_each_ticket_has_its_event(busy: World) -> None:
    says(busy, "#handover ben")
    for number in (1001, 1002, 1003, 1004):
        event = busy.ticket(number)["events"][-1]
        assert (event["actor"], event["detail"]["assignee"]) == ("agent:anna", "ben")
        assert event["detail"]["assignee_before"] == "anna"


def test_what_is_coordinated_goes_over_too_and_has_to_be_accepted(desk_with: DeskWith) -> None:
    network = {"name": "Network team", "members": ["ben", "cleo"], "coordinator": "anna"}
    coordinated: Json = {
        "groups": {"network": network},
        "categories": {"network": {"name": "Network", "group": "network", "coordinated": True}},
    }
    desk = desk_with(coordinated)
    desk.write(ERIKA, "No network", "Nothing works.", to="it@example.com")
    says(desk, "#accept")
    says(desk, "#handover cleo")
    assert (desk.state(), desk.ticket()["coordinator"]) == (("new", None), "cleo")
    assert "entrusted to cleo@example.com" in desk.new_letters()


def test_a_group_gets_them_as_open_tickets(busy: World) -> None:
    says(busy, "#handover office")
    assert [busy.state(number) for number in (1001, 1002, 1003)] == [("new", None), ("waiting", None), ("new", None)]
    assert busy.ticket()["group"] == "office"
    assert busy.new_letters() == ["command_done to anna@example.com", "entrusted to cleo@example.com"]
    busy.answer(busy.letter(CLEOS), "#1001 take", sender=CLEO)
    assert busy.state() == ("in_progress", "cleo")


def test_the_undo_of_each_works(busy: World) -> None:
    says(busy, "#handover ben")
    says(busy, "#1001 take\n#1003 take")
    assert (busy.state(1001), busy.state(1003)) == (("in_progress", "anna"), ("in_progress", "anna"))


def test_many_go_in_steps_and_the_letter_follows_the_last(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "AT_ONCE", 2)
    said = says(busy, "#handover ben")
    assert "4 of your tickets go to Ben Beck, 2 of them already; the others follow within minutes." in said
    assert [busy.state(number)[1] for number in (1001, 1002, 1003, 1004)] == ["ben", "ben", "anna", "anna"]
    assert "are on their way to Ben Beck already" in says(busy, "#handover cleo")
    assert "entrusted to ben@example.com" not in busy.new_letters()
    assert (go_on(busy), go_on(busy)) == (2, 0)
    busy.work()
    assert [busy.state(number)[1] for number in (1001, 1002, 1003, 1004)] == ["ben"] * 4
    assert busy.new_letters() == ["entrusted to ben@example.com"]
    assert "Anna Alt hat 4 Tickets übergeben." in busy.letter(BENS).text


def test_words_are_for_whoever_is_next_and_never_leave_the_house(busy: World) -> None:
    letter = busy.letters(ANNAS, "new_ticket")[0]
    busy.answer(letter, "#handover ben\nErika is a friend of the director.", sender=ANNA)
    assert not any("reply to" in each for each in busy.new_letters())
    assert (busy.message()["purpose"], busy.message()["public"]) == ("note", False)


def test_in_a_mail_of_its_own_the_words_go_along(busy: World) -> None:
    busy.mail(Mail(ANNA, SUPPORT, "Leaving", "#handover ben\n\nThe keys are in the drawer."))
    assert busy.new_letters() == ["confirm to anna@example.com"]
    assert busy.state() == ("in_progress", "anna")
    says(busy, "#yes")
    assert busy.state() == ("assigned", "ben")
    assert "The keys are in the drawer." in busy.letter(BENS, "entrusted").text


def test_somebody_who_is_away_is_replaced_by_his_deputy(busy: World) -> None:
    busy.answer(busy.letter(BENS), "#away today..fri cleo", sender=BEN)
    says(busy, "#handover ben")
    assert busy.state() == ("assigned", "cleo")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#handover anna", "These tickets are yours already"),
        ("#handover bne", "%23handover%20ben"),
        ("#handover x@else.example", "to an agent or a group, not to an address"),
        ("#handover", "#handover needs somebody"),
        ("#1001 handover ben", "write it without a number"),
    ],
)
def test_what_can_not_be_is_said_and_changes_nothing(busy: World, command: str, why: str) -> None:
    assert why in says(busy, command)
    assert busy.new_letters() == ["command_refused to anna@example.com"]
    assert busy.state() == ("in_progress", "anna")


def test_whoever_has_nothing_can_hand_nothing_over(desk: World) -> None:
    desk.write(ERIKA, "Printer", "Burns.")
    assert "You have no open tickets to hand over" in says(desk, "#handover ben")
