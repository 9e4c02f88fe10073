"""Where light and deadline are seen: the ticket, letters to agents, `#list` and `#show`, the status; and how they came
about, and how long everything took."""

from __future__ import annotations

import pytest

from mailgate.desk import promised, tickets
from mailgate.desk.condition import status
from tests.stories.conftest import DeskWith
from tests.stories.example import Json, merged
from tests.stories.mailer import Mail
from tests.stories.timing import PROMISING, incident, set_to
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

ANNAS, BENS = "anna@example.com", "ben@example.com"


@pytest.fixture
def desk(desk_with: DeskWith) -> World:
    """Erika has reported an incident on Monday, at 10:00."""
    return incident(desk_with(PROMISING))


def says(desk: World, text: str, at: str) -> None:
    """Anna answers at that time."""
    set_to(desk, at)
    desk.answer(desk.letter(ANNAS, "new_ticket"), text, sender=ANNA)


def listed(desk: World, asked: str, at: str) -> str:
    """What Anna gets to see of it at that time."""
    set_to(desk, at)
    desk.mail(Mail(ANNA, SUPPORT, "?", asked))
    return " ".join(desk.letter(ANNAS, "list").text.split())


def test_letters_to_agents_carry_light_and_deadline(desk: World) -> None:
    first = desk.letter(ANNAS, "new_ticket")
    assert first.header("X-Mailgate-Light") == "green"
    assert "Light green, in good time" in " ".join(first.text.split())
    assert "Deadline Tuesday, 24 November 2026, 10:00" in " ".join(first.text.split())
    set_to(desk, "2026-11-24 11:00")
    desk.answer(desk.letter("erika@customer.example", "acknowledged"), "Hurry!", sender=ERIKA)
    second, german = desk.letter(ANNAS, "new_message"), desk.letter(BENS, "new_message")
    assert second.header("X-Mailgate-Light") == german.header("X-Mailgate-Light") == "red"
    assert "Ampel rot, überfällig" in " ".join(german.text.split())
    assert "Frist Dienstag, 24. November 2026, 10:00 Uhr" in " ".join(german.text.split())
    assert "rot, überfällig" in german.html


def test_without_a_light_none_is_shown(desk: World) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    letter = desk.letter(ANNAS, "new_ticket")
    assert letter.header("X-Mailgate-Light") == "off"
    assert "Light" not in letter.text
    assert "Deadline" not in letter.text


@pytest.mark.parametrize(
    ("asked", "at", "there"),
    [
        ("#list yellow", "2026-11-23 14:59", False),
        ("#list yellow", "2026-11-23 15:00", True),
        ("#liste gelb", "2026-11-24 10:59", True),
        ("#list yellow", "2026-11-24 11:00", False),
        ("#list red", "2026-11-24 10:59", False),
        ("#liste rot", "2026-11-24 11:00", True),
        ("#list due", "2026-11-23 12:00", True),
        ("#list due today", "2026-11-23 12:00", False),
        ("#list due tomorrow", "2026-11-23 12:00", True),
        ("#list overdue", "2026-11-24 09:59", False),
        ("#liste überfällig", "2026-11-24 10:00", True),
    ],
)
def test_lists_go_by_light_and_deadline(desk: World, asked: str, at: str, there: bool) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    said = listed(desk, asked, at)
    assert ("VPN down" in said) == there, said
    assert "Lamp" not in said


def test_what_is_due_first_comes_first_with_its_colour_and_its_deadline(desk: World) -> None:
    desk.write(ERIKA, "Lamp", "Dark.")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#due 2026-11-23 17:00", sender=ANNA)
    set_to(desk, "2026-11-23 16:00")
    (first, _) = desk.letters("erika@customer.example", "acknowledged")
    desk.answer(first, "Hurry!", sender=ERIKA)  # so the other one was changed last
    said = listed(desk, "#list", "2026-11-23 16:30")
    lamp, vpn = said.index("1002 · yellow · Lamp"), said.index("1001 · yellow · VPN down")
    assert lamp < said.index("Monday, 23 November 2026, 17:00") < vpn < said.index("Tuesday, 24 November 2026, 10:00")


def test_what_is_done_is_not_overdue(desk: World) -> None:
    says(desk, "#resolve\nDone.", "2026-11-24 16:00")
    assert "VPN down" not in listed(desk, "#list overdue", "2026-11-24 17:00")
    assert "VPN down" not in listed(desk, "#list due", "2026-11-24 17:00")


def test_a_ticket_that_is_shown_has_both(desk: World) -> None:
    said = listed(desk, "#show 1001", "2026-11-23 15:00")
    assert "Light yellow, time is getting short" in said
    assert "Deadline Tuesday, 24 November 2026, 10:00" in said


def test_the_status_counts_what_is_red(desk: World) -> None:
    incident(desk)
    says(desk, "#question\nWhich?", "2026-11-23 11:00")
    counted = []
    for at in ("2026-11-24 10:59", "2026-11-24 11:00"):
        set_to(desk, at)
        with desk.store.reading(desk.settings, desk.clock.now()) as tx:
            counted.append(status(desk.store, tx, {"problems": []}, running=True)["tickets"])
    assert counted == [{"open": 2, "closed": 0, "red": 0}, {"open": 2, "closed": 0, "red": 1}]


# -- how it came about -------------------------------------------------------------------------------------------------


def steps(desk: World, language: str = "en") -> list[str]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return [each.in_language(language) for each in promised.steps(tx, tickets.loaded(tx, 1001))]


def test_a_ticket_says_step_by_step_how_its_deadline_came_about(desk: World) -> None:
    says(desk, "#question\nWhich one?", "2026-11-23 11:00")
    set_to(desk, "2026-11-23 14:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    says(desk, "#due 2026-11-26 17:00", "2026-11-23 16:00")
    assert steps(desk) == desk.ticket()["deadline_steps"]
    assert steps(desk) == [
        "opened on Monday, 23 November 2026, 10:00; time counts while the calendar office is open (Europe/Berlin)",
        "kind of case Incident: first answer within 2h, by Monday, 23 November 2026, 12:00",
        "kind of case Incident: solution within 1d, by Tuesday, 24 November 2026, 10:00",
        "kind of case Incident: yellow after 4h, from Monday, 23 November 2026, 15:00 on",
        "kind of case Incident: red after 8h, from Tuesday, 24 November 2026, 11:00 on",
        "the clock stood from Monday, 23 November 2026, 11:00 until Monday, 23 November 2026, 14:00, 2 h of open time:"
        " solution Tuesday, 24 November 2026, 12:00; yellow Monday, 23 November 2026, 17:00;"
        " red Tuesday, 24 November 2026, 14:00",
        "committed on Monday, 23 November 2026, 16:00 to Thursday, 26 November 2026, 17:00, which counts instead;"
        " yellow from Thursday, 26 November 2026, 10:30 on",
        "so the deadline is Thursday, 26 November 2026, 17:00, and the light is green",
    ]
    assert steps(desk, "de")[5].startswith("die Uhr stand von Montag, 23. November 2026, 11:00 Uhr bis Montag,")


def test_of_several_promises_it_says_which_counts_and_nothing_of_none(desk_with: DeskWith) -> None:
    desk = incident(desk_with(PROMISING), "Otto <otto@partner.example>")
    desk.answer(desk.letter(ANNAS, "new_ticket"), "#priority urgent", sender=ANNA)
    said = steps(desk)
    assert (
        said[2]
        == "customer group Partners: first answer within 1h, by Monday, 23 November 2026, 11:00; the earlier counts"
    )
    assert said[3].startswith("kind of case Incident at priority urgent: solution within 4h, by Monday")
    assert said[5].startswith("kind of case Incident at priority urgent: yellow when half of the time to the solution")
    desk.write(ERIKA, "Lamp", "Dark.")
    assert desk.ticket(1002)["deadline_steps"][1:] == [
        "nothing is promised: kind of case Anfrage at priority normal".replace("Anfrage", "Request"),
        "so there is no deadline; the light is off",
    ]


def test_the_moments_of_the_steps_are_those_that_count(desk: World) -> None:
    """What is said in words is reckoned anew: it must be what stands in the columns."""
    says(desk, "#question\nWhich one?", "2026-11-23 11:00")
    set_to(desk, "2026-11-30 14:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    assert steps(desk)[-1] == "so the deadline is Tuesday, 1 December 2026, 12:00, and the light is green"
    assert "solution Tuesday, 1 December 2026, 12:00" in steps(desk)[-2]
    says(desk, "#question\nWhich floor?", "2026-11-30 16:00")
    set_to(desk, "2026-12-01 10:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The first.", sender=ERIKA)
    assert steps(desk)[-1] == "so the deadline is Tuesday, 1 December 2026, 15:00, and the light is green"
    assert "solution Tuesday, 1 December 2026, 15:00" in steps(desk)[-2]


# -- how long it took --------------------------------------------------------------------------------------------------


def took(each: Json) -> tuple[int | None, int | None]:
    return each["working_minutes"], each["wall_minutes"]


def test_every_time_is_measured_by_the_calendar_and_by_the_wall(desk: World) -> None:
    says(desk, "#take; time 45m", "2026-11-23 11:30")
    says(desk, "#question\nWhich one?", "2026-11-23 16:00")
    set_to(desk, "2026-11-25 10:00")
    desk.answer(desk.letter("erika@customer.example", "question"), "The red one.", sender=ERIKA)
    says(desk, "#resolve\nDone.", "2026-11-25 11:30")
    set_to(desk, "2026-11-26 10:00")
    times = desk.ticket()["times"]
    assert times["calendar"] == "office"
    assert {each["status"]: took(each) for each in times["statuses"]} == {
        "new": (90, 90),
        "in_progress": (300, 360),
        "waiting": (540, 2520),
        "resolved": (330, 1350),
    }
    assert took(times["first_response"]) == (300, 360)
    assert (times["first_response"]["kept"], times["solution"]["kept"]) == (False, True)
    assert took(times["solution"]) == (390, 2970)  # less the time in which it waited
    assert (took(times["handling"]), times["handling"]["reported_minutes"]) == ((300, 360), 45)


def test_what_is_not_done_yet_has_no_time_and_a_promise_can_still_be_kept(desk: World) -> None:
    set_to(desk, "2026-11-23 11:00")
    times = desk.ticket()["times"]
    assert (took(times["first_response"]), took(times["solution"])) == ((None, None), (None, None))
    assert (times["first_response"]["kept"], times["solution"]["kept"]) == (None, None)
    set_to(desk, "2026-11-23 12:01")
    assert desk.ticket()["times"]["first_response"]["kept"] is False


def test_reopened_it_is_not_solved_any_more(desk: World) -> None:
    says(desk, "#resolve\nDone.", "2026-11-23 11:00")
    says(desk, "#reopen", "2026-11-23 14:00")
    assert desk.ticket()["times"]["solution"]["at"] is None
    says(desk, "#resolve\nNow.", "2026-11-23 15:00")
    assert took(desk.ticket()["times"]["solution"]) == (120, 300)


def test_the_columns_for_reports_say_the_same(desk_with: DeskWith) -> None:
    """Also of what nothing is promised about."""
    silent = {"kinds": {"incident": dict.fromkeys(("yellow_after", "red_after", "response", "solution", "urgent"))}}
    desk = incident(desk_with(merged(PROMISING, silent)))
    says(desk, "I look into it.", "2026-11-23 14:00")
    says(desk, "#question\nWhich?", "2026-11-23 16:00")
    says(desk, "#resolve\nDone.", "2026-11-24 10:00")
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found = tickets.loaded(tx, 1001)
    assert (found.response_minutes, found.solution_minutes) == (180, 300)
