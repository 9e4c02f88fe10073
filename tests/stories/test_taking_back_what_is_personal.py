"""`#undo` in an answer to the letter that confirms `#handover`, `#away` or `#back`; and of a `#release` that waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailgate.desk import handing_over
from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.sharing import COORDINATED, REPORTER, request, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"


@pytest.fixture
def handed(desk: World) -> World:
    """Anna had three tickets, and has handed them to Ben."""
    for subject in ("Printer", "Network", "Window"):
        desk.write(ERIKA, subject, f"The {subject} is broken.")
    desk.answer(desk.letter(ANNAS), "#1001 take\n#1002 take; wait for ben\n#1003 assign anna", sender=ANNA)
    says(desk, "#handover ben")
    desk.new_letters()
    return desk


def says(desk: World, text: str, sender: str = ANNA) -> None:
    """An agent answers the first letter he got."""
    desk.answer(desk.letters(sender.partition("<")[2].rstrip(">"), "new_ticket")[0], text, sender=sender)


@pytest.fixture
def one(desk: World) -> World:
    """One ticket, so that there is a letter to answer."""
    desk.write(ERIKA, "Printer", "It burns.")
    desk.new_letters()
    return desk


def done(desk: World) -> Received:
    return desk.letter(ANNAS, "command_done")


def undone(desk: World, text: str = "#undo") -> str:
    """Anna answers the newest confirmation; returns what she is told."""
    desk.answer(done(desk), text, sender=ANNA)
    return " ".join(desk.letter(ANNAS).text.split())


def test_the_letter_offers_to_take_all_of_it_back(desk: World) -> None:
    desk.write(ERIKA, "Printer", "It burns.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    says(desk, "#handover ben")
    assert "One ticket of yours goes to Ben Beck. To undo: #undo" in " ".join(done(desk).text.split())


@pytest.mark.parametrize("word", ["#undo", "#rückgängig"])
def test_tickets_that_are_untouched_are_his_again(handed: World, word: str) -> None:
    said = undone(handed, word)
    assert [handed.state(number) for number in (1001, 1002, 1003)] == [
        *(("in_progress", "anna"), ("waiting", "anna"), ("assigned", "anna")),
    ]
    assert "3 tickets are yours again." in said
    assert handed.new_letters() == ["command_done to anna@example.com", "entrusted to ben@example.com"]
    told = " ".join(handed.letter(BENS).text.split())
    assert "Anna Alt hat 3 Tickets zurückgenommen, die hierher übergeben waren." in told
    assert "Printer" in told


def test_what_the_other_has_worked_on_since_stays_and_is_named(handed: World) -> None:
    says(handed, "#1001 annehmen", BEN)
    says(handed, "#1003 notiz Ich sehe es mir an.", BEN)
    handed.new_letters()
    said = undone(handed)
    assert [handed.state(number)[1] for number in (1001, 1002, 1003)] == ["ben", "anna", "ben"]
    assert "One ticket is yours again." in said
    assert "#1001 stays where it is: Ben Beck has worked on it since. To undo: #1001 take" in said
    assert "#1003 stays where it is: Ben Beck has worked on it since. To undo: #1003 take" in said


def test_where_all_was_worked_on_nothing_is_done_and_the_letter_says_what_to_write(handed: World) -> None:
    for number in (1001, 1002, 1003):
        says(handed, f"#{number} übernehmen", BEN)
    said = undone(handed)
    assert "None of these tickets can come back by itself" in said
    assert "(#1001, #1002, #1003). #take, in an answer about one of them or behind its number, takes" in said
    assert handed.state()[1] == "ben"


def test_it_is_taken_back_once_and_within_seven_days(handed: World) -> None:
    first = done(handed)
    undone(handed)
    handed.answer(first, "#undo", sender=ANNA)
    assert "That is taken back already." in " ".join(handed.letter(ANNAS).text.split())


def test_after_seven_days_it_is_too_late(handed: World) -> None:
    handed.later(days=8)
    assert "That is older than 7 days" in undone(handed)
    assert handed.state()[1] == "ben"


def test_what_goes_over_by_the_clock_comes_back_too(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "AT_ONCE", 1)
    for subject in ("Printer", "Network", "Window"):
        desk.write(ERIKA, subject, "Broken.")
    desk.answer(desk.letter(ANNAS), "#1001 take\n#1002 take\n#1003 take", sender=ANNA)
    says(desk, "#handover ben")
    desk.clock.advance(timedelta(minutes=1))
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert handing_over.go_on(tx) == 1
    undone(desk)
    assert [desk.state(number)[1] for number in (1001, 1002, 1003)] == ["anna"] * 3
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        assert handing_over.go_on(tx) == 0


# -- away and back -----------------------------------------------------------------------------------------------------


def test_an_absence_is_taken_back_and_the_deputy_told(one: World) -> None:
    says(one, "#away today..+3d cleo")
    one.new_letters()
    assert "You are back." in undone(one)
    assert one.new_letters() == ["command_done to anna@example.com", "entrusted to cleo@example.com"]
    one.write(ERIKA, "Window", "It is cold.")
    assert one.letters(CLEOS, "new_ticket") == []


def test_what_an_absence_took_the_place_of_holds_again(one: World) -> None:
    says(one, "#away 2026-12-01..2026-12-04 cleo")
    says(one, "#away 2026-12-02..2026-12-03 ben")
    said = undone(one)
    assert "You will not be away from Wednesday, 2 December 2026 until Thursday, 3 December 2026." in said
    assert "You are away from Tuesday, 1 December 2026 until Friday, 4 December 2026" in said
    assert "Cleo Chen" in said


def test_back_is_taken_back_by_the_same_absence(one: World) -> None:
    says(one, "#away today..2026-12-04 cleo")
    says(one, "#back")
    said = undone(one)
    assert "You are away from" in said
    assert "Friday, 4 December 2026" in said


def test_an_absence_that_was_changed_since_says_what_to_write(one: World) -> None:
    says(one, "#away today..+3d cleo")
    first = done(one)
    says(one, "#back")
    one.answer(first, "#undo", sender=ANNA)
    said = " ".join(one.letter(ANNAS).text.split())
    assert "This absence does not stand any more" in said
    assert "#away FROM..UNTIL" in said


# -- a release that has not left ---------------------------------------------------------------------------------------


def test_a_release_that_was_stopped_can_be_done_again(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with({**COORDINATED, "delivery": {"hold": "10m"}})))
    desk.answer(desk.letter(BENS, "assigned"), "It is long enough.", sender=BEN)
    desk.answer(desk.letter(CLEOS, "assigned"), "They are free.", sender=CLEO)
    desk.answer(desk.letter(ANNAS, "merged_draft"), "#release", sender=ANNA)
    desk.answer(done(desk), "#undo", sender=ANNA)
    desk.later(minutes=11)
    assert desk.letters(REPORTER, "reply") == []
    desk.answer(desk.letter(ANNAS, "merged_draft"), "#release", sender=ANNA)
    desk.later(minutes=11)
    assert "It is long enough." in desk.letter(REPORTER, "reply").text
