"""`letters:` word by word: who each word is, the first that exists, [] is off, and nobody is told of his own doing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mailgate.desk import audience
from mailgate.desk.tickets import Ticket
from mailgate.rules.access import TicketView
from mailgate.settings.service import LettersTo
from tests.rules.example import CATEGORIES, GROUPS, settings

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTERS = tuple(name for name in LettersTo.model_fields if name != "closed")
NOTIFY = "network-team@example.com"
DESK: dict[str, Any] = {
    "site": {"admins": ["ops@example.com", "boss@elsewhere.example"]},
    "categories": {**CATEGORIES, "network": {**CATEGORIES["network"], "notify": NOTIFY}},
    "groups": {**GROUPS, "network": {"name": "Network", "members": ["anna", "juergen", "gone"], "coordinator": "cora"}},
}


def ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "number": 1042, "subject": "VPN", "kind": "request", "status": "new", "category": "network/vpn",
        "source_address": "support@example.com", "reporter": 1, "language": "en", "created_at": MORNING,
        "updated_at": MORNING, "group": "network", "coordinator": "cora",
    }  # fmt: skip
    return Ticket(**{**values, **changes})


def told(letter: str, words: list[str], one: Ticket, *, actor: str = "reporter", **changes: Any) -> list[str]:
    """The persons, in the order of the configuration."""
    desk = settings(**{**DESK, **changes, "letters": {letter: words}})
    view = TicketView(one.category, one.group, one.assignee, one.coordinator)
    return [reader.person for reader in audience.told(desk, letter, one, view, actor=actor)]


TAKEN = ticket(assignee="ben", status="in_progress")
UNTAKEN = ticket()
NOBODYS = ticket(group=None, coordinator=None, category="general")

WHO = {
    ("assignee", "taken"): ["ben"],
    ("assignee", "untaken"): [],
    ("assignee", "nobodys"): [],
    ("group", "taken"): [],
    ("group", "untaken"): ["anna", "juergen"],
    ("group", "nobodys"): [],
    ("coordinator", "taken"): ["cora"],
    ("coordinator", "untaken"): ["cora"],
    ("coordinator", "nobodys"): [],
    ("notify", "taken"): [NOTIFY],
    ("notify", "untaken"): [NOTIFY],
    ("notify", "nobodys"): [],
    ("admins", "taken"): ["otto", "boss@elsewhere.example"],
    ("admins", "untaken"): ["otto", "boss@elsewhere.example"],
    ("admins", "nobodys"): ["otto", "boss@elsewhere.example"],
    ("reporter", "taken"): [],
    ("reporter", "untaken"): [],
    ("reporter", "nobodys"): [],
}
TICKETS = {"taken": TAKEN, "untaken": UNTAKEN, "nobodys": NOBODYS}


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize(("word", "state"), WHO)
def test_each_word_is_the_same_people_in_every_letter(letter: str, word: str, state: str) -> None:
    assert told(letter, [word], TICKETS[state]) == WHO[word, state]


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("one", TICKETS.values(), ids=TICKETS)
def test_an_empty_list_is_off(letter: str, one: Ticket) -> None:
    assert told(letter, [], one) == []


@pytest.mark.parametrize("letter", LETTERS)
def test_the_first_that_exists_is_told_and_no_other(letter: str) -> None:
    everybody = ["assignee", "group", "notify", "admins"]
    assert told(letter, everybody, TAKEN) == ["ben"]
    assert told(letter, everybody, UNTAKEN) == ["anna", "juergen"]
    assert told(letter, everybody, ticket(group=None)) == [NOTIFY]
    assert told(letter, everybody, NOBODYS) == ["otto", "boss@elsewhere.example"]
    assert told(letter, ["group", "coordinator"], TAKEN) == ["cora"]


@pytest.mark.parametrize("letter", LETTERS)
def test_the_actor_is_not_told_and_nobody_else_in_his_place(letter: str) -> None:
    assert told(letter, ["assignee", "group"], TAKEN, actor="agent:ben") == []
    assert told(letter, ["group"], UNTAKEN, actor="agent:anna") == ["juergen"]
    assert told(letter, ["group"], UNTAKEN, actor="person:a.alt@example.org") == ["juergen"]
    assert told(letter, ["admins"], NOBODYS, actor="person:boss@elsewhere.example") == ["otto"]


@pytest.mark.parametrize("letter", LETTERS)
def test_somebody_who_has_left_does_not_exist(letter: str) -> None:
    assert told(letter, ["assignee", "notify"], ticket(assignee="gone")) == [NOTIFY]
    assert told(letter, ["coordinator", "notify"], ticket(coordinator="gone")) == [NOTIFY]


def test_the_coordinator_alone_is_told_first_where_a_category_is_coordinated() -> None:
    node = {**DESK["categories"], "network": {**DESK["categories"]["network"], "coordinated": True}}
    waiting = ticket(group=None)
    for letter in ("new_ticket", "new_message"):
        assert told(letter, ["group", "notify", "admins"], waiting, categories=node) == ["cora"]
        assert told(letter, [], waiting, categories=node) == []
        assert told(letter, ["group"], UNTAKEN, categories=node) == ["anna", "juergen"]
    assert told("escalated", ["notify"], waiting, categories=node) == [NOTIFY]


def test_the_defaults_are_those_of_the_contract() -> None:
    said = LettersTo().model_dump()
    assert said == {
        "new_ticket": ("assignee", "group", "notify", "admins"),
        "new_message": ("assignee", "group", "notify"),
        "assigned": ("assignee",),
        "status_changed": ("group",),
        "reminder": ("assignee", "group", "notify", "admins"),
        "escalated": ("group", "coordinator"),
        "closed": (),
    }


def test_one_person_with_two_hats_gets_one_letter() -> None:
    desk = settings(**{**DESK, "site": {"admins": ["ops@example.com", "OPS@example.com"]}})
    assert [reader.person for reader in audience.admins(desk)] == ["otto"]


def test_a_muted_letter_is_not_wanted_and_others_are() -> None:
    agents = {"anna": {"name": "Anna", "email": "anna@example.com", "mute": ["status_changed", "digest"]}}
    desk = settings(agents=agents, groups={}, categories={}, site={"admins": ["ops@example.com"]})
    anna, stranger = audience.of_agent(desk, "anna"), audience.Reader("x@example.com", "", "x@example.com", "en")
    assert [audience.wants(desk, anna, each) for each in ("status_changed", "new_ticket")] == [False, True]
    assert audience.wants(desk, stranger, "status_changed")
