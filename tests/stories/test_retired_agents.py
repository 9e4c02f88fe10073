"""`active: false`: somebody who is no longer at work gets no letters, has no rights, and leaves nothing lying about."""

from __future__ import annotations

from typing import Any

import pytest

from mailgate.desk import audit, succession
from mailgate.rules import access, arguments
from mailgate.rules.known import known_agent
from tests.stories.example import Json
from tests.stories.follows import follow, retired
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

BEN_LEAVES = retired("agents", "ben")


def events(desk: World, *names: str) -> list[dict[str, Any]]:
    return [event for event in desk.ticket()["events"] if event["action"] in names]


def test_his_open_tickets_go_back_to_the_group_which_is_told(bens: World) -> None:
    follow(bens, people=BEN_LEAVES)
    assert bens.state() == ("new", None)
    assert bens.ticket()["group"] == "network"
    [event] = events(bens, "unassign")
    assert event["actor"] == "admin"
    assert event["detail"]["why"] == "agent ben is no longer active"
    assert bens.new_letters() == ["new_ticket to anna@example.com"]
    letter = bens.letter("anna@example.com").text
    assert "Ben Beck is no longer at work here: #1001 needs somebody else." in letter
    assert "It burns." in letter
    bens.answer(bens.letter("anna@example.com"), "#take", sender=ANNA)
    assert bens.state() == ("in_progress", "anna")


def test_what_he_solved_stays_solved_and_what_is_closed_keeps_his_name(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#resolve\nOut.", sender=BEN)
    bens.write(ERIKA, "Lamp", "Dark.")
    bens.answer(bens.letter("ben@example.com", "new_ticket"), "#take; close", sender=BEN)
    bens.new_letters()
    follow(bens, people=BEN_LEAVES)
    assert (bens.state(1001), bens.state(1002)) == (("resolved", None), ("closed", "ben"))
    assert bens.new_letters() == []


def test_a_closed_ticket_of_his_that_opens_again_is_nobodys(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#close", sender=BEN)
    follow(bens, people=BEN_LEAVES)
    bens.answer(bens.letter("erika@customer.example"), "It burns again.", sender=ERIKA)
    assert bens.state() == ("new", None)
    assert "new_message to anna@example.com" in bens.new_letters()


def test_who_takes_his_old_ticket_displaces_nobody(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#close", sender=BEN)
    follow(bens, people=BEN_LEAVES)
    bens.new_letters()
    bens.answer(bens.letter("anna@example.com"), "#reopen; take", sender=ANNA)
    assert bens.state() == ("in_progress", "anna")
    assert not [each for each in bens.new_letters() if "ben@" in each]


def test_somebody_who_is_gone_altogether_stands_in_nobodys_way(bens: World) -> None:
    def no_ben(content: Json) -> None:
        content["agents"].pop("ben")
        content["groups"]["network"]["members"] = ["anna"]

    follow(bens, people=no_ben)
    assert bens.state() == ("in_progress", "ben"), "it may be a slip: nothing is lost by it"
    bens.answer(bens.letter("anna@example.com"), "#take", sender=ANNA)
    assert bens.state() == ("in_progress", "anna")


def test_he_is_told_of_nothing_any_more(bens: World) -> None:
    follow(bens, people=BEN_LEAVES)
    bens.new_letters()
    bens.write(ERIKA, "Another fire", "It burns too.")
    assert bens.new_letters() == ["acknowledged to erika@customer.example", "new_ticket to anna@example.com"]


def test_the_tokens_he_has_give_him_no_right(bens: World) -> None:
    letter = bens.letter("ben@example.com")
    follow(bens, people=BEN_LEAVES)
    bens.new_letters()
    bens.answer(letter, "#resolve\nI did it.", sender=BEN)
    assert bens.state() == ("new", None)
    assert (bens.message()["public"], bens.message()["trust"]) == (False, "claimed")
    assert not [each for each in bens.new_letters() if "erika" in each or "ben@" in each]


def test_his_private_address_is_no_key_either(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    letter = desk.letter("anna@example.com")
    follow(desk, people=retired("agents", "anna"))
    desk.answer(letter, "#close", sender="Anna <a.alt@home.example>")
    assert desk.state() == ("new", None)


def test_what_he_was_asked_to_confirm_can_not_be_confirmed(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com", "new_ticket"), "It is out.", sender=BEN, stranger=True)
    confirm = bens.letter("ben@example.com", "confirm")
    follow(bens, people=BEN_LEAVES)
    bens.answer(confirm, "#yes", sender=BEN)
    assert bens.letters("erika@customer.example", "reply") == []


def test_his_mail_opens_a_ticket_like_anybodys(bens: World) -> None:
    follow(bens, people=BEN_LEAVES)
    number = bens.mail(Mail(BEN, SUPPORT, "My badge", "#priority urgent\n\nWhere do I leave it?"))
    assert bens.mail_state(number)["sort"] == "new_ticket"
    assert bens.ticket(1002)["priority"] == "normal"


def test_nobody_and_no_rule_can_give_him_anything(bens: World) -> None:
    def ben_gets_lamps(content: Json) -> None:
        content["rules"].insert(0, {"name": "Lamps", "when": {"subject": "lamp"}, "then": {"assignee": "ben"}})

    follow(bens, people=BEN_LEAVES, routing=ben_gets_lamps)
    bens.answer(bens.letter("anna@example.com"), "#assign ben", sender=ANNA)
    assert bens.state() == ("new", None)
    assert bens.letter("anna@example.com").header("X-Mailgate-Letter") == "command_refused"
    assert bens.write(ERIKA, "lamp", "Dark.")["assignee"] is None
    assert known_agent(bens.settings, "ben@example.com") is None
    with pytest.raises(arguments.Unclear):
        arguments.who(bens.settings, "Beck")
    view = access.TicketView(category="general", assignee="ben", former=frozenset({"ben"}))
    assert not access.sees(bens.settings, "ben", view)


def test_a_coordinator_gives_way_to_the_one_of_the_group(desk: World) -> None:
    def coordinated(content: Json) -> None:
        content["groups"]["network"]["coordinator"] = "ben"

    def by_him(content: Json) -> None:
        content["categories"]["general"]["coordinated"] = True

    follow(desk, people=coordinated, categories=by_him)
    desk.write(ERIKA, "Printer on fire", "It burns.")
    assert desk.ticket()["coordinator"] == "ben"

    def anna_coordinates(content: Json) -> None:
        BEN_LEAVES(content)
        content["groups"]["network"]["coordinator"] = "anna"

    follow(desk, people=anna_coordinates)
    assert desk.ticket()["coordinator"] == "anna"


def test_tickets_of_a_retired_group_go_to_that_of_their_category(bens: World) -> None:
    bens.answer(bens.letter("ben@example.com"), "#assign office", sender=BEN)
    bens.new_letters()
    follow(bens, people=retired("groups", "office"))
    assert (bens.ticket()["group"], bens.state()) == ("network", ("new", None))
    assert bens.new_letters() == ["new_ticket to anna@example.com", "new_ticket to ben@example.com"]
    assert "Office team" in bens.letter("anna@example.com").text


def test_cleo_keeps_the_ticket_whose_group_is_retired(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("ben@example.com"), "#assign office; assign cleo", sender=BEN)
    desk.answer(desk.letter("cleo@example.com"), "#take", sender=CLEO)
    desk.new_letters()
    follow(desk, people=retired("groups", "office"))
    assert (desk.state(), desk.ticket()["group"]) == (("in_progress", "cleo"), "network")
    assert desk.new_letters() == []


def test_the_history_stays_whole_and_a_second_time_nothing_happens(bens: World) -> None:
    follow(bens, people=BEN_LEAVES)
    before = bens.ticket()
    with bens.store.transaction(bens.settings, bens.clock.now()) as tx:
        succession.take_over(tx, None)
        assert audit.verify(tx, bens.store) == []
    assert bens.ticket() == before
    assert "agent:ben" in {event["actor"] for event in before["events"]}
