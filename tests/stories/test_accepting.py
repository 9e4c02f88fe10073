"""Who takes charge: a coordinator accepts, gives it to somebody, who accepts or declines; coordinated or not."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, BENS, CLEOS, REPORTER = "anna@example.com", "ben@example.com", "cleo@example.com", "erika@customer.example"
COORDINATED: Json = {
    "groups": {"network": {"name": "Network team", "members": ["anna", "ben"], "coordinator": "cleo"}},
    "categories": {"network": {"name": "Network", "group": "network", "coordinated": True}},
}
COORDINATOR_ONLY: Json = {"groups": COORDINATED["groups"]}


@pytest.fixture
def coordinated(desk_with: DeskWith) -> World:
    """Erika has written; Cleo, who coordinates, knows of it."""
    desk = desk_with(COORDINATED)
    desk.write(ERIKA, "No network", "Nothing works.", to="it@example.com")
    desk.new_letters()
    return desk


@pytest.fixture
def asked(desk: World) -> World:
    """Anna has given a ticket of the group to Ben."""
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(ANNAS), "#assign ben", sender=ANNA)
    desk.new_letters()
    return desk


def says(desk: World, who: str, text: str) -> None:
    """Somebody answers the newest letter about a ticket that he got."""
    desk.new_letters()
    address = who.partition("<")[2].rstrip(">")
    about = [each for each in desk.letters(address) if not each.header("X-Mailgate-Letter").startswith("command")]
    desk.answer(about[-1], text, sender=who)


def last(desk: World, action: str, number: int = 1001) -> Json:
    """Actor and detail of the newest event of that name."""
    event: Json = [each for each in desk.ticket(number)["events"] if each["action"] == action][-1]
    return event


@pytest.mark.parametrize("command", ["#accept", "#annehmen", "#Accept."])
def test_the_coordinator_accepts_and_then_the_group_has_it_and_is_told(coordinated: World, command: str) -> None:
    says(coordinated, CLEO, command)
    ticket = coordinated.ticket()
    assert (ticket["status"], ticket["group"], ticket["assignee"]) == ("accepted", "network", None)
    assert ticket["accepted_at"] == "2026-11-23T09:00:00.000000Z"
    assert coordinated.new_letters() == [
        "command_done to cleo@example.com",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]
    assert "you coordinate it" in coordinated.letter(CLEOS).text
    assert "Cleo Chen hat #1001 angenommen und koordiniert es." in coordinated.letter(BENS).text


def test_what_the_coordinator_asks_is_answered_to_him_while_nobody_handles_it(coordinated: World) -> None:
    says(coordinated, CLEO, "#accept; question\nDear Erika, since when?")
    assert (coordinated.state(), coordinated.ticket()["waiting_for"]) == (("waiting", None), "reporter")
    coordinated.new_letters()
    coordinated.answer(coordinated.letter(REPORTER, "question"), "Since noon.", sender=ERIKA)
    assert coordinated.new_letters() == [
        "new_message to anna@example.com",
        "new_message to ben@example.com",
        "new_message to cleo@example.com",
    ]


def test_the_whole_way_from_the_first_mail_to_the_closed_case(coordinated: World) -> None:
    says(coordinated, CLEO, "#accept")
    says(coordinated, CLEO, "#assign ben\nHe wants it today.")
    assert coordinated.state() == ("assigned", "ben")
    assert coordinated.new_letters() == ["assigned to ben@example.com", "command_done to cleo@example.com"]
    says(coordinated, BEN, "#annehmen")
    assert coordinated.state() == ("in_progress", "ben")
    assert coordinated.new_letters() == ["command_done to ben@example.com", "status_changed to cleo@example.com"]
    says(coordinated, BEN, "#gelöst\nLiebe Frau Krause, es geht wieder.")
    says(coordinated, CLEO, "#close")
    happened = [(each["action"], each["actor"]) for each in coordinated.ticket()["events"]]
    steps = ("created", "coordinator_accept", "assign", "accept", "resolve", "close")
    actors = ("reporter", "agent:cleo", "agent:cleo", "agent:ben", "agent:ben", "agent:cleo")
    assert [each for each in happened if each[0] in steps] == list(zip(steps, actors, strict=True))
    assert all(each["at"] for each in coordinated.ticket()["events"])


def test_assigning_without_accepting_gives_the_group_the_ticket_too(coordinated: World) -> None:
    says(coordinated, CLEO, "#assign ben")
    assert (coordinated.state(), coordinated.ticket()["group"]) == (("assigned", "ben"), "network")
    says(coordinated, BEN, "#decline I am no electrician")
    assert coordinated.state() == ("new", None)  # no coordinator has accepted it


def test_in_a_category_that_is_not_coordinated_the_coordinator_of_the_group_may_take_charge(
    desk_with: DeskWith,
) -> None:
    desk = desk_with(COORDINATOR_ONLY)
    desk.write(ERIKA, "Printer", "It burns.")
    assert desk.ticket()["coordinator"] is None
    desk.answer(desk.letter(ANNAS), "#note See #1001.", sender=ANNA)
    assert desk.ticket()["status"] == "new"
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#coordinator cleo", sender=ANNA)
    assert "assigned to cleo@example.com" in desk.new_letters()
    says(desk, CLEO, "#accept")
    assert (desk.state(), desk.ticket()["coordinator"]) == (("accepted", None), "cleo")


def test_without_a_coordinator_the_members_take_what_is_open(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    says(desk, ANNA, "#accept")
    refused = desk.letter(ANNAS, "command_refused").text
    assert "Nobody has asked you to handle #1001" in " ".join(refused.split())
    assert "body=%23take" in refused
    assert desk.state() == ("new", None)


@pytest.mark.parametrize("command", ["#accept", "#annehmen"])
def test_the_handler_accepts(asked: World, command: str) -> None:
    says(asked, BEN, command)
    assert asked.state() == ("in_progress", "ben")
    assert asked.ticket()["accepted_at"]
    assert asked.new_letters() == ["command_done to ben@example.com"]
    assert "#1001 ist angenommen" in asked.letter(BENS).text
    assert last(asked, "accept")["actor"] == "agent:ben"


def test_accepting_twice_is_refused(asked: World) -> None:
    says(asked, BEN, "#accept")
    says(asked, BEN, "#accept")
    assert "nichts mehr anzunehmen" in asked.letter(BENS, "command_refused").text


def test_what_is_anothers_can_not_be_accepted_or_declined(asked: World) -> None:
    for command in ("#accept", "#decline too hot"):
        asked.answer(asked.letter(ANNAS, "new_ticket"), command, sender=ANNA)
        refused = asked.letter(ANNAS, "command_refused").text
        assert "#1001 is assigned to Ben Beck" in " ".join(refused.split())
        assert "body=%23take" in refused
    assert asked.state() == ("assigned", "ben")


@pytest.mark.parametrize("text", ["#decline too hot for me", "#ablehnen too hot for me", "#decline\ntoo hot for me"])
def test_declining_gives_it_back_to_the_group_with_the_reason_which_the_reporter_never_sees(
    asked: World, text: str
) -> None:
    says(asked, BEN, text)
    assert asked.state() == ("new", None)
    assert asked.new_letters() == ["command_done to ben@example.com", "new_ticket to anna@example.com"]
    told = asked.letter(ANNAS).text
    assert "Ben Beck has declined #1001" in told
    assert "too hot for me" in told
    assert last(asked, "decline")["detail"]["why"] == "too hot for me"
    asked.answer(asked.letter(ANNAS), "Dear Erika, I will come.", sender=ANNA)
    assert not any(b"too hot" in letter.raw for letter in asked.letters(REPORTER))
    assert not any(message["public"] for message in asked.ticket()["messages"] if "too hot" in message["new_text"])


def test_declining_gives_it_back_to_the_coordinator_who_accepted(coordinated: World) -> None:
    says(coordinated, CLEO, "#accept; assign anna")
    assert coordinated.state() == ("assigned", "anna")
    assert coordinated.new_letters() == ["assigned to anna@example.com", "command_done to cleo@example.com"]
    says(coordinated, ANNA, "#decline I am on holiday from tomorrow")
    assert coordinated.state() == ("accepted", None)
    assert coordinated.new_letters() == [
        "assigned to cleo@example.com",
        "command_done to anna@example.com",
        "status_changed to ben@example.com",
    ]
    assert "I am on holiday from tomorrow" in coordinated.letter(CLEOS).text


def test_a_coordinator_who_declines_leaves_it_to_the_group(coordinated: World) -> None:
    says(coordinated, CLEO, "#decline not ours at all")
    ticket = coordinated.ticket()
    assert (ticket["status"], ticket["coordinator"], ticket["group"]) == ("new", None, "network")
    assert coordinated.new_letters() == [
        "command_done to cleo@example.com",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]


def test_declining_needs_a_reason(asked: World) -> None:
    says(asked, BEN, "#decline")
    assert asked.state() == ("assigned", "ben")
    assert "braucht eine Begründung" in asked.letter(BENS, "command_refused").text


@pytest.mark.parametrize("command", ["#unassign", "#abgeben"])
def test_what_is_mine_goes_back_to_the_group(asked: World, command: str) -> None:
    says(asked, BEN, "#accept")
    says(asked, BEN, command)
    assert (asked.state(), asked.ticket()["group"]) == (("new", None), "network")
    assert asked.new_letters() == ["command_done to ben@example.com", "new_ticket to anna@example.com"]
    assert "Rückgängig mit: #übernehmen" in asked.letter(BENS).text
    says(asked, BEN, "#übernehmen")
    assert asked.state() == ("in_progress", "ben")


def test_what_is_a_colleagues_goes_back_too_and_he_is_told(asked: World) -> None:
    asked.answer(asked.letter(ANNAS, "new_ticket"), "#unassign", sender=ANNA)
    assert asked.state() == ("new", None)
    assert asked.new_letters() == ["command_done to anna@example.com", "new_ticket to ben@example.com"]
    assert "Anna Alt hat #1001 von Ben Beck genommen und zurückgegeben." in asked.letter(BENS).text
    assert "To undo: #assign ben" in asked.letter(ANNAS, "command_done").text


def test_what_nobody_has_can_not_be_given_back(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    says(desk, ANNA, "#unassign")
    assert "nothing to give back" in " ".join(desk.letter(ANNAS, "command_refused").text.split())


def test_the_undo_of_taking_is_giving_it_back(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    says(desk, ANNA, "#take")
    assert "To undo: #unassign" in desk.letter(ANNAS, "command_done").text


def test_another_coordinator_is_told_and_has_to_accept_it_himself(coordinated: World) -> None:
    says(coordinated, CLEO, "#accept")
    says(coordinated, CLEO, "#koordinator anna\nShe knows the building.")
    assert (coordinated.state(), coordinated.ticket()["coordinator"]) == (("new", None), "anna")
    told = coordinated.new_letters()
    assert "assigned to anna@example.com" in told
    assert not any("customer.example" in each for each in told)
    assert "She knows the building." in coordinated.letter(ANNAS, "assigned").text
    assert "To undo: #coordinator cleo" in coordinated.letter(CLEOS, "command_done").text
    says(coordinated, ANNA, "#accept")
    assert coordinated.state() == ("accepted", None)


def test_nobody_may_coordinate_it_any_more(coordinated: World) -> None:
    says(coordinated, CLEO, "#coordinator none")
    ticket = coordinated.ticket()
    assert (ticket["coordinator"], ticket["group"]) == (None, "network")
    assert "new_ticket to anna@example.com" in coordinated.new_letters()


@pytest.mark.parametrize(("who", "near"), [("bne", "%23coordinator%20ben"), ("network", None), ("x@y.example", None)])
def test_only_one_of_us_can_coordinate(coordinated: World, who: str, near: str | None) -> None:
    says(coordinated, CLEO, f"#coordinator {who}")
    assert coordinated.ticket()["coordinator"] == "cleo"
    assert near is None or near in coordinated.letter(CLEOS, "command_refused").text


def test_one_tap_accepts_what_is_for_me(asked: World) -> None:
    assert "body=%23annehmen" in asked.letter(BENS, "assigned").text
    assert "body=%23accept" not in asked.letter(ANNAS, "new_ticket").text


@pytest.mark.parametrize("command", ["#accept", "#decline too hot"])
def test_both_are_undone_as_the_letter_says(asked: World, command: str) -> None:
    says(asked, BEN, command)
    assert "Rückgängig mit: #rückgängig" in asked.letter(BENS, "command_done").text
    asked.answer(asked.letter(BENS, "command_done"), "#rückgängig", sender=BEN)
    assert asked.state() == ("assigned", "ben")
