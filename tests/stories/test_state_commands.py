"""`#close #reopen #priority #category #kind #help`: what changes, who is told, and what is impossible."""

from __future__ import annotations

import pytest

from tests.stories.answering import says_anew
from tests.stories.conftest import DeskWith
from tests.stories.example import CONFIG
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, BEN, ERIKA, World

REPORTER = "erika@customer.example"


@pytest.mark.parametrize("command", ["#close", "#schließen", "#schliessen"])
def test_closing_is_told_to_the_group_that_has_it_and_to_nobody_outside(new: World, command: str) -> None:
    says_anew(new, command)
    assert new.state() == ("closed", None)
    assert new.ticket()["closed_at"] == "2026-11-23T09:00:00.000000Z"
    assert new.new_letters() == ["command_done to anna@example.com", "status_changed to ben@example.com"]
    assert "Anna Alt hat #1001 geschlossen." in new.letter("ben@example.com").text


@pytest.mark.parametrize(
    ("who", "told"), [(["group"], []), (["assignee"], ["status_changed to ben@example.com"])], ids=["group", "assignee"]
)
def test_what_happens_to_a_colleagues_ticket_is_told_to_whom_the_desk_says(
    desk_with: DeskWith, who: list[str], told: list[str]
) -> None:
    desk = desk_with({"letters": {"status_changed": who}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    desk.answer(desk.letter("ben@example.com"), "#take", sender=BEN)
    says_anew(desk, "#close")
    assert desk.new_letters() == ["command_done to anna@example.com", *told]


def test_the_reporter_hears_of_closing_where_the_desk_wants_it(desk_with: DeskWith) -> None:
    desk = desk_with({"letters": {"closed": ["reporter"]}})
    desk.write(ERIKA, "Printer on fire", "It burns.")
    says_anew(desk, "#close")
    assert "closed to erika@customer.example" in desk.new_letters()


@pytest.mark.parametrize("command", ["#reopen", "#wiedereröffnen", "#wiedereroeffnen"])
def test_reopening_begins_the_work_again_and_tells_the_reporter(new: World, command: str) -> None:
    says_anew(new, "#take")
    says_anew(new, "#close")
    says_anew(new, command)
    assert new.state() == ("in_progress", "anna")
    assert new.ticket()["closed_at"] is None
    assert new.new_letters() == ["command_done to anna@example.com", "reopened to erika@customer.example"]


def test_reopening_with_words_sends_the_words_instead_of_a_notice(new: World) -> None:
    says_anew(new, "#close")
    says_anew(new, "#reopen\nDear Erika, it was not the printer.")
    assert new.state() == ("in_progress", "anna")
    assert new.new_letters()[-1] == "reply to erika@customer.example"
    assert new.letters(REPORTER, "reopened") == []


@pytest.mark.parametrize(
    ("before", "command", "why"),
    [
        ("#close", "#close", "is closed already"),
        ("#close", "#resolve", "is closed already"),
        ("#take", "#reopen", "is neither resolved nor closed"),
        ("#close", "#take", "reopen it first"),
        ("#close", "#assign ben", "reopen it first"),
    ],
)
def test_what_is_impossible_in_a_status_is_said_and_changes_nothing(
    new: World, before: str, command: str, why: str
) -> None:
    says_anew(new, before)
    state = new.state()
    says_anew(new, command)
    assert new.state() == state
    assert new.new_letters() == ["command_refused to anna@example.com"]
    assert why in " ".join(new.letter("anna@example.com").text.split())
    assert new.actions()[-1] == "refused"


@pytest.mark.parametrize("command", ["#priority high", "#priorität hoch", "#prioritaet HIGH", "#priority Hoch"])
def test_the_priority_changes_and_how_to_undo_it_is_said(new: World, command: str) -> None:
    says_anew(new, command)
    assert new.ticket()["priority"] == "high"
    done = new.letter("anna@example.com").text
    assert "The priority of #1001 is high." in done
    assert "To undo: #priority normal" in done


@pytest.mark.parametrize("command", ["#priority hgih", "#priority very high", "#priority"])
def test_a_priority_that_there_is_not_is_refused_with_the_nearest(new: World, command: str) -> None:
    says_anew(new, command)
    assert new.ticket()["priority"] == "normal"
    assert new.new_letters() == ["command_refused to anna@example.com"]


@pytest.mark.parametrize("command", ["#kategorie Räume", "#category rooms", "#category raeume", "#category Rooms"])
def test_another_category_brings_its_group_which_is_told(new: World, command: str) -> None:
    says_anew(new, command)
    ticket = new.ticket()
    assert (ticket["category"], ticket["group"], ticket["status"]) == ("rooms", "office", "new")
    assert new.new_letters() == ["command_done to anna@example.com", "new_ticket to cleo@example.com"]
    assert "It burns." in new.letter("cleo@example.com").text


def test_a_ticket_that_somebody_has_stays_his_in_another_category(new: World) -> None:
    says_anew(new, "#take")
    says_anew(new, "#category vpn")
    ticket = new.ticket()
    assert (ticket["category"], ticket["group"], ticket["assignee"]) == ("network/vpn", "network", "anna")
    says_anew(new, "#category rooms")
    assert new.state() == ("in_progress", "anna")
    assert new.new_letters() == ["command_done to anna@example.com"]


def test_the_undo_of_a_category_brings_it_back(new: World) -> None:
    says_anew(new, "#category rooms")
    assert "To undo: #category general" in new.letter("anna@example.com", "command_done").text


def test_a_ticket_put_into_a_coordinated_category_goes_to_its_coordinator(desk_with: DeskWith) -> None:
    rooms = {"name": "Rooms", "group": "office", "coordinated": True}
    office = {"name": "Office team", "members": ["ben"], "coordinator": "cleo"}
    desk = desk_with({"categories": {**CONFIG["categories"], "rooms": rooms}, "groups": {"office": office}})
    desk.write(ERIKA, "Window", "Cold.")
    says_anew(desk, "#category rooms")
    ticket = desk.ticket()
    assert (ticket["group"], ticket["coordinator"]) == (None, "cleo")
    assert desk.new_letters() == ["command_done to anna@example.com", "new_ticket to cleo@example.com"]


def test_a_category_that_there_is_not_is_refused(new: World) -> None:
    says_anew(new, "#category romos")
    assert new.ticket()["category"] == "general"
    assert "#category rooms" in new.letter("anna@example.com", "command_refused").text


@pytest.mark.parametrize("command", ["#kind incident", "#vorgangsart Störung", "#kind stoerung"])
def test_the_kind_changes(new: World, command: str) -> None:
    says_anew(new, command)
    assert new.ticket()["kind"] == "incident"
    assert new.new_letters() == ["command_done to anna@example.com"]
    assert "#1001 is of the kind Incident." in new.letter("anna@example.com").text


@pytest.mark.parametrize(("command", "word"), [("#help", "#assign WHO"), ("#hilfe", "#assign WHO")])
def test_help_is_answered_to_the_asking_agent_alone(new: World, command: str, word: str) -> None:
    says_anew(new, command)
    assert new.new_letters() == ["help to anna@example.com"]
    assert word in new.letter("anna@example.com").text
    assert new.state() == ("new", None)


def test_help_in_german_names_german_commands(new: World) -> None:
    new.answer(new.letter("ben@example.com"), "#help", sender=BEN)
    assert "#zuweisen WER" in new.letter("ben@example.com", "help").text


def test_help_can_be_asked_for_in_a_new_mail(desk: World) -> None:
    desk.mail(Mail(ANNA, "support@example.com", "How?", "#help"))
    assert desk.new_letters() == ["help to anna@example.com"]
    assert desk.tickets() == []
