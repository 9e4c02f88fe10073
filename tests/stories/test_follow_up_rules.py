"""Rules for mail that belongs to a ticket: they change it in their own name, hold and drop, and say why."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.world import BEN, ERIKA, SUPPORT, World

Json = dict[str, Any]


def with_rule(desk_with: DeskWith, when: Json, then: Json, **more: Json) -> World:
    """A desk with one follow-up rule, and Erika's ticket on it."""
    desk = desk_with({"follow_up_rules": [{"name": "Again", "when": when, "then": then}], **more})
    desk.write(ERIKA, "Printer on fire", "Please help")
    desk.new_letters()
    return desk


def reply(desk: World, text: str, **changed: Any) -> int:
    return desk.answer(desk.letter("erika@customer.example"), text, sender=ERIKA, **changed)


def events(desk: World) -> list[tuple[str, str]]:
    return [
        (each["actor"], each["action"]) for each in desk.ticket()["events"] if str(each["actor"]).startswith("rule:A")
    ]


def test_a_reply_changes_the_ticket_as_the_rule_says(desk_with: DeskWith) -> None:
    then = {"priority": "urgent", "tags": ["angry"], "kind": "incident", "due": "+1d", "visible": False}
    desk = with_rule(desk_with, {"text": "urgent"}, then)
    reply(desk, "This is urgent!")
    ticket = desk.ticket()
    assert (ticket["priority"], ticket["tags"], ticket["kind"], ticket["visible"]) == (
        "urgent",
        ["angry"],
        "incident",
        False,
    )
    assert ticket["due_at"] == "2026-11-24T16:00:00.000000Z"
    assert events(desk) == [("rule:Again", action) for action in ("priority", "kind", "visible", "due", "tag")]


def test_the_change_is_told_before_the_words_and_only_where_the_rule_matches(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "urgent"}, {"priority": "urgent"})
    reply(desk, "no hurry")
    assert (desk.ticket()["priority"], events(desk)) == ("normal", [])
    reply(desk, "now it is urgent")
    words = [action for action in desk.actions() if action in ("priority", "message")]
    assert words == ["message", "message", "priority", "message"]


def test_what_is_so_already_is_no_event(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "urgent"}, {"priority": "urgent", "tags": ["angry"]})
    for _ in range(2):
        reply(desk, "urgent")
    assert events(desk) == [("rule:Again", "priority"), ("rule:Again", "tag")]


def test_a_new_category_takes_an_untaken_ticket_to_its_group_and_tells_it(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "room"}, {"category": "rooms"})
    reply(desk, "it is in the meeting room")
    assert (desk.ticket()["category"], desk.ticket()["group"]) == ("rooms", "office")
    assert desk.new_letters() == ["new_message to cleo@example.com"]


def test_a_rule_may_assign_and_name_others_to_tell(desk_with: DeskWith) -> None:
    then = {"assignee": "cleo", "notify": ["boss@example.com", "cleo@example.com"], "cc": "carla@customer.example"}
    desk = with_rule(desk_with, {"text": "cleo"}, then)
    reply(desk, "this is for cleo")
    assert desk.state() == ("assigned", "cleo")
    assert [each["email"] for each in desk.ticket()["cc"]] == ["carla@customer.example"]
    assert desk.new_letters() == ["new_message to boss@example.com", "new_message to cleo@example.com"]


@pytest.mark.parametrize(("key", "state"), [("drop", "dropped"), ("hold", "held")])
def test_a_reply_is_dropped_or_held_and_leaves_the_ticket_alone(desk_with: DeskWith, key: str, state: str) -> None:
    desk = with_rule(desk_with, {"subject": "unsubscribe"}, {key: "no use"})
    before = desk.ticket()
    number = reply(desk, "bye", subject="unsubscribe")
    assert (desk.mail_state(number)["state"], desk.mail_state(number)["reason"]) == (state, "no use")
    assert desk.ticket() == before
    assert desk.new_letters() == []


def test_a_rule_may_close_the_ticket_whatever_the_reply_would_do(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "withdrawn"}, {"close": True})
    desk.answer(desk.letter("ben@example.com"), "#question Which one?", sender=BEN)
    assert desk.state()[0] == "waiting"
    reply(desk, "It is withdrawn, never mind.")
    assert desk.state()[0] == "closed"
    assert events(desk) == [("rule:Again", "close")]
    assert "durch die Regel „Again“" in desk.letter("ben@example.com", "new_message").text


def test_an_agents_mail_obeys_them_too_and_his_own_command_has_the_last_word(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "outage"}, {"priority": "urgent", "tags": ["outage"]})
    desk.answer(desk.letter("ben@example.com"), "#priority low\nIt was an outage.", sender=BEN)
    assert (desk.ticket()["priority"], desk.ticket()["tags"]) == ("low", ["outage"])


def test_an_agents_words_leave_and_the_rule_closes_behind_them(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "fixed for good"}, {"close": True})
    desk.answer(desk.letter("ben@example.com"), "It is fixed for good.", sender=BEN)
    assert desk.letters("erika@customer.example", "reply")
    assert desk.state()[0] == "closed"


def test_an_automatic_answer_changes_nothing(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {}, {"priority": "urgent", "close": True})
    reply(desk, "I am away", headers={"Auto-Submitted": "auto-replied"})
    assert (desk.ticket()["priority"], desk.state()[0]) == ("normal", "new")


def test_a_trust_that_is_asked_for_has_to_be_there(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"trust": "proven"}, {"priority": "urgent"})
    reply(desk, "as a stranger", stranger=True)
    assert desk.ticket()["priority"] == "normal"
    reply(desk, "as myself")
    assert desk.ticket()["priority"] == "urgent"


def test_the_rules_for_new_tickets_are_not_asked_and_those_that_are_say_why(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"subject": "vpn"}, {"priority": "urgent"})
    number = reply(desk, "about the vpn")
    decision = desk.decision(number)
    assert [(each["name"], each["matched"], each["why"]) for each in decision["rules"]] == [
        ("Again", False, "subject has not the word vpn")
    ]
    assert decision["route"]["why"] == "stays where #1001 is"


def test_the_decision_shows_what_the_rule_changes(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {"text": "urgent"}, {"priority": "urgent"})
    number = reply(desk, "urgent")
    route = desk.decision(number)["route"]
    assert (route["priority"], route["rule"]) == ("urgent", "Again")
    assert route["why"] == 'rule "Again" (routing.yaml:1): text has the word urgent; belongs to #1001'


def test_company_and_phone_of_the_reporter_are_filled_in(desk_with: DeskWith) -> None:
    when = {"text": {"regex": r"Phone: (.*)"}}
    desk = with_rule(desk_with, when, {"phone": "{1}", "company": "Krause KG"})
    reply(desk, "Here is more.\nPhone: 089 1")
    assert (desk.ticket()["reporter"]["phone"], desk.ticket()["reporter"]["company"]) == ("089 1", "Krause KG")


def test_a_mail_of_spam_on_a_ticket_is_held_but_not_the_reporters_own(desk_with: DeskWith) -> None:
    desk = with_rule(desk_with, {}, {})
    marked = {"X-Spam-Flag": "YES"}
    number = reply(desk, "this is me", headers=marked)
    assert desk.mail_state(number)["state"] == "handled"
    other = Mail("spammer@elsewhere.example", SUPPORT, "Buy", "now", headers=marked)
    assert desk.mail_state(desk.mail(other))["state"] == "held"
