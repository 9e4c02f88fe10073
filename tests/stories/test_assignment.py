"""Whose ticket it is at once, and who is told: by category both ways, by rule, address, keyword and coordinator."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG, Json
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ROOMS_BY_KEYWORD = {
    "categories": {**CONFIG["categories"], "rooms": {**CONFIG["categories"]["rooms"], "keywords": ["window"]}}
}
NOT_AT_ONCE = {"assign_group_of_category": False, **ROOMS_BY_KEYWORD}
COORDINATED: Json = {
    "groups": {"network": {"name": "Network team", "members": ["anna", "ben"], "coordinator": "cleo"}},
    "categories": {"network": {"name": "Network", "group": "network", "coordinated": True}},
}


def told(desk: World) -> list[str]:
    """Who of us got a letter since this was last asked."""
    return [each for each in desk.new_letters() if "customer.example" not in each]


def test_a_ticket_belongs_at_once_to_the_group_of_its_category(desk_with: DeskWith) -> None:
    desk = desk_with(ROOMS_BY_KEYWORD)
    ticket = desk.write(ERIKA, "The window is broken", "It is cold.")
    assert (ticket["category"], ticket["group"], ticket["assignee"]) == ("rooms", "office", None)
    assert told(desk) == ["new_ticket to cleo@example.com"]


def test_without_assignment_by_category_its_notify_address_alone_is_told(desk_with: DeskWith) -> None:
    desk = desk_with(NOT_AT_ONCE)
    ticket = desk.write(ERIKA, "The window is broken", "It is cold.")
    assert (ticket["category"], ticket["group"], ticket["assignee"]) == ("rooms", None, None)
    assert told(desk) == ["new_ticket to rooms@example.com"]


def test_the_members_may_still_work_on_what_their_notify_address_was_told(desk_with: DeskWith) -> None:
    desk = desk_with(NOT_AT_ONCE)
    desk.write(ERIKA, "The window is broken", "It is cold.")
    desk.answer(desk.letter("rooms@example.com"), "Dear Erika,\nwe will look at it.", sender=CLEO)
    assert desk.state() == ("in_progress", "cleo")
    assert "we will look at it" in desk.letter("erika@customer.example", "reply").text


def test_who_is_no_member_can_not_use_the_letter_to_the_notify_address(desk_with: DeskWith) -> None:
    desk = desk_with(NOT_AT_ONCE)
    desk.write(ERIKA, "The window is broken", "It is cold.")
    desk.new_letters()
    desk.answer(desk.letter("rooms@example.com"), "#take", sender=ANNA)
    assert desk.state() == ("new", None)
    assert desk.message()["remark"].startswith("Written by anna@example.com, not by")


def test_replies_to_an_unassigned_ticket_go_to_the_notify_address_too(desk_with: DeskWith) -> None:
    desk = desk_with(NOT_AT_ONCE)
    desk.write(ERIKA, "The window is broken", "It is cold.")
    told(desk)
    desk.answer(desk.letter("erika@customer.example"), "It is snowing in.", sender=ERIKA)
    assert told(desk) == ["new_message to rooms@example.com"]


def test_a_coordinated_category_tells_the_coordinator_alone(desk_with: DeskWith) -> None:
    desk = desk_with(COORDINATED)
    ticket = desk.write(ERIKA, "No network", "Nothing works.", to="it@example.com")
    assert (ticket["group"], ticket["assignee"], ticket["coordinator"]) == (None, None, "cleo")
    assert told(desk) == ["new_ticket to cleo@example.com"]
    desk.answer(desk.letter("erika@customer.example"), "Still nothing.", sender=ERIKA)
    assert told(desk) == ["new_message to cleo@example.com"]


def test_the_group_hears_of_a_coordinated_ticket_when_the_coordinator_gives_it_to_them(desk_with: DeskWith) -> None:
    desk = desk_with(COORDINATED)
    desk.write(ERIKA, "No network", "Nothing works.", to="it@example.com")
    told(desk)
    desk.answer(desk.letter("cleo@example.com"), "#assign network", sender=CLEO)
    assert told(desk) == [
        "command_done to cleo@example.com",
        "new_ticket to anna@example.com",
        "new_ticket to ben@example.com",
    ]
    assert "Nothing works." in desk.letter("ben@example.com").text
    assert desk.ticket()["group"] == "network"


def test_a_rule_gives_a_ticket_to_one_agent_who_alone_is_told(desk_with: DeskWith) -> None:
    rule = {
        "name": "Keys",
        "when": {"text": "key"},
        "then": {"assignee": "cleo", "category": "rooms", "priority": "urgent"},
    }
    desk = desk_with({"rules": [rule]})
    ticket = desk.write(ERIKA, "Locked out", "I lost my key.")
    assert (ticket["status"], ticket["assignee"], ticket["priority"]) == ("assigned", "cleo", "urgent")
    assert told(desk) == ["new_ticket to cleo@example.com"]
    letter = desk.letter("cleo@example.com")
    assert "Keys, routing.yaml:1" in letter.text
    assert letter.header("X-Mailgate-Priority") == "urgent"


def test_the_address_brings_category_and_group(desk_with: DeskWith) -> None:
    address = {
        "address": "house@example.com",
        "category": "rooms",
        "group": "network",
        "priority": "low",
        "language": "de",
    }
    desk = desk_with({"addresses": [*CONFIG["addresses"], address]})
    ticket = desk.write(ERIKA, "A", "B", to="house@example.com")
    assert (ticket["category"], ticket["group"], ticket["priority"]) == ("rooms", "network", "low")
    assert ticket["language"] == "de"


@pytest.mark.parametrize(("subject", "category"), [("Window broken", "rooms"), ("windows broken", "general")])
def test_a_keyword_of_a_category_is_a_whole_word_of_the_subject(
    desk_with: DeskWith, subject: str, category: str
) -> None:
    assert desk_with(ROOMS_BY_KEYWORD).write(ERIKA, subject, "It is cold.")["category"] == category


def test_a_rule_outranks_the_address_and_the_address_a_keyword(desk_with: DeskWith) -> None:
    desk = desk_with(ROOMS_BY_KEYWORD)
    assert desk.write(ERIKA, "VPN at the window", "1", to="it@example.com")["category"] == "network/vpn"
    assert desk.write(ERIKA, "Cable at the window", "2", to="it@example.com")["category"] == "network"
    assert desk.write(ERIKA, "The window", "3")["category"] == "rooms"
    assert desk.write(ERIKA, "The door", "4")["category"] == "general"


def test_without_anybody_else_the_admins_are_told(desk_with: DeskWith) -> None:
    desk = desk_with({"categories": {"general": {"name": "General", "group": None}}})
    desk.write(ERIKA, "Whose is this?", "Hello")
    assert told(desk) == ["new_ticket to ops@example.com"]


def test_an_admin_who_is_no_agent_is_not_told_that_his_answer_leaves(desk_with: DeskWith) -> None:
    desk = desk_with({"categories": {"general": {"name": "General", "group": None}}})
    desk.write(ERIKA, "Whose is this?", "Hello")
    letter = desk.letter("ops@example.com")
    assert "Your answer becomes an internal note" in letter.text
    assert not [words for words in ("answer goes to", "mailto:") if words in letter.text]
    assert "note" in letter.header("Reply-To").lower()
    told(desk)
    desk.answer(letter, "Dear Erika, mine.", sender="Ops <ops@example.com>")
    message = desk.ticket()["messages"][-1]
    assert (message["public"], desk.letters("erika@customer.example", "reply")) == (False, [])
    assert message["remark"] == "Written by ops@example.com, who is no agent: kept as a note, and sent to nobody."


def test_an_agent_who_has_left_gets_no_letters_and_the_group_does(desk_with: DeskWith) -> None:
    desk = desk_with({"rules": [{"name": "All", "when": {"to": "*"}, "then": {"assignee": "ben"}}]})
    desk.write(ERIKA, "Printer", "It burns.")
    desk.settings = desk.settings.model_copy(
        update={
            "agents": {**desk.settings.agents, "ben": desk.settings.agents["ben"].model_copy(update={"active": False})}
        }
    )
    told(desk)
    desk.answer(desk.letter("erika@customer.example"), "Still burning.", sender=ERIKA)
    assert told(desk) == ["new_message to anna@example.com"]


def test_once_somebody_has_taken_it_the_others_hear_no_more(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter("ben@example.com"), "#übernehmen", sender=BEN)
    told(desk)
    desk.answer(desk.letter("erika@customer.example"), "Still burning.", sender=ERIKA)
    assert told(desk) == ["new_message to ben@example.com"]
