"""Assignments that are neither accepted nor declined: the deputy is asked, then the coordinator gets it back."""

from __future__ import annotations

from tests.stories.clockwork import tick, tick_through
from tests.stories.conftest import DeskWith
from tests.stories.example import Json, merged
from tests.stories.sharing import COORDINATED, progress, request, shared_out
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"
QUIET: Json = {"reminders": []}


def handed_to_cleo(desk: World, subject: str = "VPN down") -> World:
    """Anna assigns it on Monday at 10:00 in Berlin; 8 hours later it is Tuesday, 11:00."""
    desk.write(ERIKA, subject, "Nothing works.\n\nErika")
    desk.answer(desk.letter(ANNAS), "#assign cleo", sender=ANNA)
    desk.new_letters()
    return desk


def test_after_eight_hours_of_work_it_is_back_with_the_group(desk_with: DeskWith) -> None:
    desk = handed_to_cleo(desk_with(QUIET))
    assert tick_through(desk, days=2) == {
        "Tue 10:00": [
            "new_ticket to anna@example.com",
            "new_ticket to ben@example.com",
            "status_changed to cleo@example.com",
        ]
    }
    assert desk.state() == ("new", None)
    assert desk.ticket()["group"] == "network"
    (event,) = (each for each in desk.ticket()["events"] if each["action"] == "take_back")
    assert (event["actor"], event["detail"]["why"]) == ("clock", "not accepted in time")
    said = " ".join(desk.letter(ANNAS).text.split())
    assert "Cleo Chen was asked to handle #1001 on Monday, 23 November 2026, 10:00 and has not accepted it" in said
    assert "Nothing works." in said
    desk.answer(desk.letter(BENS), "#verlauf", sender=BEN)
    assert "zurückgenommen · von selbst" in desk.letter(BENS).text
    assert "nicht rechtzeitig angenommen" in " ".join(desk.letter(BENS).text.split())
    assert "Taken back: #1001 was assigned on Monday" in " ".join(desk.letter(CLEOS).text.split())


def test_a_coordinator_gets_it_back(desk_with: DeskWith) -> None:
    desk = desk_with(QUIET)
    desk.write(ERIKA, "VPN down", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#coordinator ben; assign cleo", sender=ANNA)
    desk.answer(desk.letter(BENS), "#accept", sender=BEN)
    desk.new_letters()
    assert tick(desk, hours=25) == ["assigned to ben@example.com", "status_changed to cleo@example.com"]
    assert desk.ticket()["coordinator"] == "ben"
    assert desk.state() == ("accepted", None)


def test_whoever_accepts_or_declines_hears_nothing(desk_with: DeskWith) -> None:
    desk = handed_to_cleo(desk_with(QUIET))
    desk.answer(desk.letter(CLEOS), "#accept", sender=CLEO)
    desk.new_letters()
    assert tick_through(desk, days=3) == {}
    assert desk.state() == ("in_progress", "cleo")


def test_whoever_is_asked_anew_has_all_the_time_again(desk_with: DeskWith) -> None:
    desk = handed_to_cleo(desk_with(QUIET))
    tick(desk, hours=5)
    desk.answer(desk.letter(ANNAS), "#assign ben", sender=ANNA)
    assert "status_changed to ben@example.com" not in tick(desk, hours=20)
    assert desk.state() == ("assigned", "ben")
    tick(desk, hours=8)
    assert desk.state() == ("new", None)


def test_the_deputy_of_somebody_who_is_away_is_asked_first(desk_with: DeskWith) -> None:
    desk = handed_to_cleo(desk_with(QUIET))
    desk.answer(desk.letter(CLEOS), "#away today..fri ben", sender=CLEO)
    desk.new_letters()
    assert tick(desk, hours=6) == ["assigned to ben@example.com"]
    said = " ".join(desk.letter(BENS).text.split())
    assert "Cleo Chen soll #1001 seit Montag, 23. November 2026, 10:00 Uhr bearbeiten" in said
    desk.answer(desk.letter(BENS), "#accept", sender=BEN)
    desk.new_letters()
    assert tick_through(desk, days=3) == {}
    assert desk.ticket()["status"] == "in_progress"


def test_somebody_who_is_here_is_not_stood_in_for(desk_with: DeskWith) -> None:
    assert tick(handed_to_cleo(desk_with(QUIET)), hours=6) == []


def test_both_can_be_turned_off(desk_with: DeskWith) -> None:
    for unanswered in ("none", {"deputy": None, "coordinator": "none"}):
        desk = handed_to_cleo(desk_with(merged(QUIET, {"unanswered": unanswered})))
        assert tick_through(desk, days=3) == {}
        assert desk.state() == ("assigned", "cleo")


def test_a_part_goes_back_to_whoever_coordinates_the_whole_and_the_draft_goes_on_without(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(merged(COORDINATED, QUIET))))
    desk.answer(desk.letter(BENS), "The cable is long enough.", sender=BEN)
    desk.new_letters()
    assert tick(desk, hours=8) == ["merged_draft to anna@example.com", "status_changed to cleo@example.com"]
    assert "declined: Cleo Chen (1003)" in progress(desk.letter(ANNAS))
    assert "not accepted in time" in desk.letter(ANNAS).text
    assert desk.state(1003) == ("new", None)


def test_where_others_are_missing_its_coordinator_is_told_of_the_part(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(merged(COORDINATED, QUIET))))
    desk.answer(desk.letter(BENS), "#accept", sender=BEN)
    desk.new_letters()
    assert tick(desk, hours=8) == ["assigned to anna@example.com", "status_changed to cleo@example.com"]
    assert "Are the rooms free?" in desk.letter(ANNAS).text


def test_a_part_whose_date_has_passed_is_waited_for_no_more(desk_with: DeskWith) -> None:
    desk = shared_out(request(desk_with(merged(COORDINATED, merged(QUIET, {"unanswered": None})))))
    desk.answer(desk.letter(CLEOS), "The rooms are free.", sender=CLEO)
    desk.answer(desk.letter(BENS), "#accept", sender=BEN)
    desk.new_letters()
    told = tick_through(desk, days=5)
    assert list(told.values()) == [["merged_draft to anna@example.com"]]
    assert "overdue: Ben Beck (1002)" in progress(desk.letter(ANNAS))
    assert "The rooms are free." in desk.letter(ANNAS).text
