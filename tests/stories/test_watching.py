"""`#watch`: told of a ticket that is somebody else's, for as long as one may see it; and `#level`, to and from the
second level support."""

from __future__ import annotations

import pytest

from tests.stories.answering import says, says_anew, taken
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, BENS, CLEOS, REPORTER = "anna@example.com", "ben@example.com", "cleo@example.com", "erika@customer.example"
SECOND = {
    "groups": {**CONFIG["groups"], "centre": {"name": "Service centre", "members": ["cleo"]}},
    "second_level": {"group": "centre"},
}


@pytest.fixture
def bens(bens: World) -> World:
    """Ben has a ticket, Anna watches it."""
    says(bens, "#watch")
    return bens


@pytest.fixture
def mine(desk_with: DeskWith) -> World:
    """Anna has a ticket; there is a second level."""
    return taken(desk_with(SECOND), ANNA)


def test_who_watches_hears_what_is_said_and_done(bens: World) -> None:
    assert "You watch #1001" in bens.letter(ANNAS).text
    assert "To undo: #unwatch" in bens.letter(ANNAS).text
    assert bens.ticket()["watchers"] == ["anna"]
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to anna@example.com", "new_message to ben@example.com"]
    bens.answer(bens.letter(BENS, "new_message"), "Liebe Frau Krause, Wasser.", sender=BEN)
    assert "new_message to anna@example.com" in bens.new_letters()
    bens.answer(bens.letter(BENS, "new_message"), "#close", sender=BEN)
    assert "status_changed to anna@example.com" in bens.new_letters()


def test_his_own_doing_is_not_told_to_him(bens: World) -> None:
    says_anew(bens, "#note I saw smoke.")
    assert bens.new_letters() == ["command_done to anna@example.com", "new_message to ben@example.com"]


@pytest.mark.parametrize("command", ["#unwatch", "#nichtmehr"])
def test_who_has_enough_hears_no_more(bens: World, command: str) -> None:
    says_anew(bens, "#beobachten")
    says_anew(bens, command)
    assert bens.ticket()["watchers"] == []
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert bens.new_letters() == ["new_message to ben@example.com"]
    assert "You do not watch #1001" in says_anew(bens, command)


def test_both_are_in_the_history(bens: World) -> None:
    says_anew(bens, "#unwatch")
    events = [(each["action"], each["actor"]) for each in bens.ticket()["events"]]
    assert [each for each in events if "watch" in each[0]] == [("watch", "agent:anna"), ("unwatch", "agent:anna")]


def test_whoever_may_only_see_it_may_watch_it_and_nothing_else(desk_with: DeskWith) -> None:
    desk = desk_with(
        {
            "agents": {"cleo": {**CONFIG["agents"]["cleo"], "sees": "all"}},
            "groups": {"office": {"name": "Office", "members": []}},
        }
    )
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter(BENS), "#assign cleo", sender=BEN)
    desk.answer(desk.letter(CLEOS, "assigned"), "#decline not mine", sender=CLEO)
    desk.answer(desk.letter(CLEOS, "assigned"), "#watch", sender=CLEO)
    assert desk.ticket()["watchers"] == ["cleo"]
    desk.answer(desk.letter(CLEOS, "assigned"), "#watch; priority high", sender=CLEO)
    assert "You may read #1001, but not act on it" in " ".join(desk.letter(CLEOS, "command_refused").text.split())


def test_nobody_watches_what_he_may_not_see(bens: World) -> None:
    bens.write(CLEO, "Mine", "Hello")
    bens.answer(bens.letter(BENS), "#1001 category rooms", sender=BEN)
    bens.answer(bens.letter(BENS), "#1001 assign office", sender=BEN)
    bens.new_letters()
    bens.answer(bens.letter(REPORTER), "Still burning.", sender=ERIKA)
    assert "new_message to anna@example.com" not in bens.new_letters()
    bens.answer(bens.letter(ANNAS), "#4711 watch", sender=ANNA)
    assert "There is no #4711 for you." in bens.letter(ANNAS, "command_refused").text


@pytest.mark.parametrize("command", ["#level 2", "#ebene 2"])
def test_the_second_level_gets_it_as_a_new_ticket(mine: World, command: str) -> None:
    said = says_anew(mine, f"{command}\nWe can not do this here.")
    ticket = mine.ticket()
    assert (ticket["level"], ticket["group"], ticket["status"], ticket["assignee"]) == (2, "centre", "new", None)
    assert mine.new_letters() == ["command_done to anna@example.com", "new_ticket to cleo@example.com"]
    assert "#1001 is with 2nd level support: Service centre." in said
    assert "To undo: #level 1" in said
    told = " ".join(mine.letter(CLEOS).text.split())
    assert "Anna Alt has given #1001 to 2nd level support." in told
    assert "We can not do this here." in told
    assert (mine.message()["purpose"], mine.message()["public"]) == ("note", False)


def test_back_from_there_whoever_had_it_has_it_again(mine: World) -> None:
    says_anew(mine, "#level 2")
    mine.answer(mine.letter(CLEOS), "#take", sender=CLEO)
    mine.new_letters()
    mine.answer(mine.letter(CLEOS, "new_ticket"), "#level 1\nTurn it off and on again.", sender=CLEO)
    ticket = mine.ticket()
    assert (ticket["level"], ticket["group"], mine.state()) == (1, "network", ("assigned", "anna"))
    assert mine.new_letters() == ["assigned to anna@example.com", "command_done to cleo@example.com"]
    assert "Turn it off and on again." in mine.letter(ANNAS).text


def test_a_category_may_name_its_own_second_level(desk_with: DeskWith) -> None:
    general = {**CONFIG["categories"]["general"], "second_level": "office"}
    desk = desk_with({**SECOND, "categories": {**CONFIG["categories"], "general": general}})
    desk.write(ERIKA, "Printer", "It burns.")
    says_anew(desk, "#level 2")
    assert desk.ticket()["group"] == "office"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("#level 3", "There are two levels of support: 1 and 2."),
        ("#level 3", "%23level%202"),
        ("#level 1", "#1001 is at level 1 already."),
        ("#level", "#level needs 1 or 2"),
    ],
)
def test_what_is_no_level_is_said(mine: World, command: str, why: str) -> None:
    assert why in says_anew(mine, command)
    assert (mine.ticket()["level"], mine.state()) == (1, ("in_progress", "anna"))


def test_without_a_second_level_there_is_none(bens: World) -> None:
    assert "there is no 2nd level support for #1001" in says_anew(bens, "#level 2").lower()
