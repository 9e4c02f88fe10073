"""Whoever stands in gets a list on the first day; whoever is back hears what happened meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.mailer import Mail
from tests.stories.mornings import at, chapters, strike
from tests.stories.world import ANNA, BEN, CLEO, ERIKA, SUPPORT, World

ANNAS, BENS, CLEOS = "anna@example.com", "ben@example.com", "cleo@example.com"
QUIET: Json = {"digest": {"to": []}, "unanswered": {"deputy": "none", "coordinator": "none"}}
"""No digests but those of absences."""
WEDNESDAY = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
"""The office opens, at nine in Berlin."""


@pytest.fixture
def bens(desk_with: DeskWith) -> World:
    """Ben has two tickets."""
    desk = desk_with(QUIET)
    for subject in ("Printer on fire", "Screen flickers"):
        desk.write(ERIKA, subject, "Please help.")
    desk.answer(desk.letter(BENS), "#1001 take\n#1002 take", sender=BEN)
    desk.new_letters()
    return desk


def says(desk: World, line: str) -> None:
    """Ben writes about himself, in an answer to a letter of his."""
    desk.answer(desk.letter(BENS, "new_ticket"), line, sender=BEN)
    desk.new_letters()


def digests(told: list[str]) -> list[str]:
    return [each.removeprefix("digest to ") for each in told if each.startswith("digest")]


def words(desk: World, to: str) -> str:
    return " ".join(desk.letter(to, "digest").text.split())


def test_on_the_first_day_the_deputy_gets_the_open_tickets_when_the_office_opens(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026 cleo")
    assert digests(at(bens, WEDNESDAY - timedelta(seconds=1))) == []
    assert digests(at(bens, WEDNESDAY)) == [CLEOS]
    letter = bens.letter(CLEOS, "digest")
    assert letter.header("Subject") == "Example Support: you stand in for Ben Beck, these are the open tickets"
    assert chapters(letter) == {"Open tickets": [1002, 1001]}
    assert "Ben Beck is away from Wednesday, 25 November 2026 to Friday, 27 November 2026" in words(bens, CLEOS)
    assert digests(strike(bens, hours=1)) == []


def test_that_list_is_answered_line_by_line(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026 cleo")
    at(bens, WEDNESDAY)
    bens.answer(bens.letter(CLEOS, "digest"), "#1001 priority high", sender=CLEO)
    assert bens.ticket(1001)["priority"] == "high"


def test_who_was_given_the_list_with_the_news_gets_no_second_one(bens: World) -> None:
    says(bens, "#away today..fri cleo")
    assert digests(strike(bens, hours=1)) == digests(strike(bens, hours=3)) == []
    assert "1001 · Printer on fire" in bens.letter(CLEOS, "entrusted").text


def test_an_absence_that_begins_at_the_weekend_waits_for_monday(bens: World) -> None:
    says(bens, "#away 28.11.2026..4.12.2026 cleo")
    assert digests(at(bens, WEDNESDAY + timedelta(days=3, hours=1))) == []
    assert digests(at(bens, WEDNESDAY + timedelta(days=5))) == [CLEOS]


def test_without_a_deputy_the_others_of_the_group_get_the_list(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026")
    assert digests(at(bens, WEDNESDAY)) == [ANNAS]
    assert "nobody stands in: that is why the open tickets are listed here" in words(bens, ANNAS)


def test_where_the_deputy_is_away_too_his_own_gets_the_list(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026 cleo")
    bens.mail(Mail(CLEO, SUPPORT, "x", "#away 25.11.2026..26.11.2026 anna"))
    bens.answer(bens.letter(CLEOS, "confirm"), "#yes", sender=CLEO)
    assert digests(at(bens, WEDNESDAY)) == [ANNAS]


def test_who_has_no_open_ticket_leaves_no_list(desk_with: DeskWith) -> None:
    desk = desk_with(QUIET)
    desk.write(ERIKA, "Printer", "Burns.")
    says(desk, "#away 25.11.2026..27.11.2026 cleo")
    assert digests(at(desk, WEDNESDAY)) == []


def test_after_a_standstill_the_list_comes_late_and_not_at_all_when_it_is_over(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026 cleo")
    assert digests(at(bens, WEDNESDAY + timedelta(days=1, hours=5))) == [CLEOS]
    says(bens, "#back; away 30.11.2026..1.12.2026 cleo")
    assert CLEOS not in digests(at(bens, WEDNESDAY + timedelta(days=12)))


def test_who_moves_an_absence_that_is_on_gives_the_same_deputy_no_second_list(bens: World) -> None:
    says(bens, "#away 25.11.2026..27.11.2026 cleo")
    at(bens, WEDNESDAY)
    says(bens, "#away 25.11.2026..1.12.2026 cleo")
    assert digests(strike(bens, hours=2)) == []
    says(bens, "#away 26.11.2026..1.12.2026 anna")
    assert digests(at(bens, WEDNESDAY + timedelta(days=1))) == [ANNAS], "another deputy gets it on his first day"


def meanwhile(desk: World) -> None:
    """Cleo answers for Ben, and the reporter closes the other one."""
    desk.answer(desk.letter("erika@customer.example"), "And now?", sender=ERIKA)
    desk.answer(desk.letter(CLEOS, "new_message"), "Dear Erika, new cable.", sender=CLEO)
    desk.new_letters()


def test_who_is_back_hears_what_happened_when_the_office_opens(bens: World) -> None:
    says(bens, "#away today..27.11.2026 cleo")
    bens.later(hours=3)
    meanwhile(bens)
    monday = WEDNESDAY + timedelta(days=5)
    assert digests(at(bens, monday - timedelta(seconds=1))) == []
    assert digests(at(bens, monday)) == [BENS]
    letter, text = bens.letter(BENS, "digest"), words(bens, BENS)
    assert letter.header("Subject") == "Example Support: was inzwischen geschah"
    assert "Abwesend von Montag, 23. November 2026 bis Freitag, 27. November 2026" in text
    shown = chapters(letter)
    assert 1002 in shown["Inzwischen geschehen"]
    assert "Cleo Chen hat am Montag, 23. November 2026, 13:00 Uhr geantwortet" in text
    assert 1001 in [each for those in shown.values() for each in those]
    assert digests(strike(bens, hours=1)) == []


def test_who_ends_it_early_hears_it_soon(bens: World) -> None:
    says(bens, "#away today..27.11.2026 cleo")
    bens.later(hours=3)
    meanwhile(bens)
    says(bens, "#back")
    assert digests(strike(bens, hours=1)) == [BENS]
    assert "Abwesend von Montag, 23. November 2026 bis Montag, 23. November 2026" in words(bens, BENS)


def test_after_a_standstill_who_was_back_long_ago_still_hears_it_once(bens: World) -> None:
    says(bens, "#away today..24.11.2026 cleo")
    bens.later(hours=3)
    meanwhile(bens)
    assert digests(at(bens, WEDNESDAY + timedelta(days=7))) == [BENS]
    assert digests(strike(bens, days=1)) == []


def test_who_moves_his_absence_hears_of_all_of_it_at_its_end(bens: World) -> None:
    says(bens, "#away today..27.11.2026 cleo")
    bens.later(hours=3)
    meanwhile(bens)
    bens.later(days=2)
    says(bens, "#away today..1.12.2026 cleo")
    assert digests(at(bens, WEDNESDAY + timedelta(days=5))) == [], "he is still away"
    assert digests(at(bens, WEDNESDAY + timedelta(days=7))) == [BENS]
    assert "Abwesend von Montag, 23. November 2026 bis Dienstag, 1. Dezember 2026" in words(bens, BENS)
    assert 1002 in chapters(bens.letter(BENS, "digest"))["Inzwischen geschehen"]


def test_what_was_his_and_is_somebody_elses_now_is_told_too(bens: World) -> None:
    says(bens, "#away today..24.11.2026 cleo")
    bens.answer(bens.letter(ANNAS, "new_ticket"), "#1001 take", sender=ANNA)
    at(bens, WEDNESDAY)
    assert 1001 in chapters(bens.letter(BENS, "digest"))["Inzwischen geschehen"]
    assert "Anna Alt" in words(bens, BENS)


def test_the_digest_of_that_morning_says_it_and_there_is_no_second_letter(desk_with: DeskWith) -> None:
    desk = desk_with({"unanswered": QUIET["unanswered"]})
    desk.write(ERIKA, "Printer on fire", "Please help.")
    desk.answer(desk.letter(BENS), "#1001 take\n#away today..24.11.2026 cleo", sender=BEN)
    desk.later(hours=3)
    meanwhile(desk)
    assert BENS in digests(at(desk, WEDNESDAY - timedelta(hours=1)))
    assert "Inzwischen geschehen" in chapters(desk.letter(BENS, "digest"))
    assert digests(strike(desk, hours=2)) == []


def test_where_nothing_happened_and_nothing_is_open_there_is_no_letter(desk_with: DeskWith) -> None:
    desk = desk_with(QUIET)
    desk.write(ERIKA, "Room 12 is cold", "Brr.", to="plain@example.com")
    desk.mail(Mail(CLEO, SUPPORT, "x", "#away today..24.11.2026"))
    desk.answer(desk.letter(CLEOS, "confirm"), "#yes", sender=CLEO)
    assert CLEOS not in digests(at(desk, WEDNESDAY))
