"""Three months of autumn and three of spring, each with a change of the clock, holidays, absences and waiting: every
letter of that time, at the minute it left."""

from __future__ import annotations

import pytest

from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.season import Deed, answers, expected, lived, writes
from tests.stories.world import ANNA, BEN

OTTO = "Otto Opel <otto@customer.example>"
LAWYER = "Lena Law <lena@law.example>"
CONFIG: Json = {
    "kinds": {
        "incident": {"response": "2h", "solution": "1d", "yellow_after": "4h", "red_after": None, "calendar": "office"},
        "request": {"response": "1d", "solution": "5d", "calendar": "office"},
    },
    "groups": {"network": {"coordinator": "ben"}},
    "calendars": {
        "office": {
            "timezone": "Europe/Berlin",
            "open": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
            "holidays": "DE-BY",
            "closed": ["2026-12-24", "2026-12-31"],
        }
    },
}
Script = tuple[tuple[str, Deed], ...]

AUTUMN: Script = (
    ("2026-10-05 10:00", writes("VPN down")),
    ("2026-10-05 10:30", answers(ANNA, 1001, "#take")),
    ("2026-10-05 11:00", answers(ANNA, 1001, "Which router is it?\n\n#question")),
    ("2026-10-09 10:00", answers("Erika Krause <erika@customer.example>", 1001, "The blue one.")),
    ("2026-10-09 15:00", answers(ANNA, 1001, "Replaced it.\n\n#resolve")),
    # Over the end of summer time: Friday afternoon, and everybody goes home.
    ("2026-10-23 16:00", writes("VPN down again", sender=OTTO)),
    ("2026-10-26 09:30", answers(ANNA, 1002, "#take")),
    ("2026-10-26 09:45", answers(ANNA, 1002, "#away tomorrow..fri ben")),
    ("2026-10-27 14:00", answers(BEN, 1002, "It was a cable.\n\n#resolve")),
    # A statement is asked for, and comes late.
    ("2026-11-09 09:00", writes("A new contract")),
    ("2026-11-09 10:00", answers(ANNA, 1003, "#take")),
    ("2026-11-09 10:15", answers(ANNA, 1003, "May we sign it?\n\n#ask lena@law.example by 2026-11-13 12:00")),
    ("2026-11-16 11:00", answers(LAWYER, 1003, "You may.")),
    ("2026-11-16 15:00", answers(ANNA, 1003, "You may sign it.\n\n#resolve")),
    # Christmas: a question that is never answered, and a ticket put off into the new year.
    ("2026-12-22 15:00", writes("A new screen", sender=OTTO)),
    ("2026-12-22 16:00", answers(ANNA, 1004, "Which size do you need?\n\n#question")),
    ("2026-12-23 10:00", writes("Move of an office")),
    ("2026-12-23 10:30", answers(BEN, 1005, "#take; snooze 2027-01-04 09:00")),
)
SPRING: Script = (
    ("2027-02-15 10:00", writes("Order of phones")),
    ("2027-02-15 11:00", answers(BEN, 1001, "#assign anna")),
    # She never says a word; it comes back to the coordinator, who has an answer for it.
    ("2027-02-17 10:00", answers(BEN, 1001, "They are ordered.\n\n#resolve")),
    ("2027-02-22 10:00", answers("Erika Krause <erika@customer.example>", 1001, "They have not come.")),
    ("2027-02-22 11:00", answers(BEN, 1001, "#due 2027-03-05 12:00")),
    ("2027-03-05 13:30", answers(BEN, 1001, "They are here.\n\n#resolve")),
    # Over Easter, with the beginning of summer time in the night to Sunday.
    ("2027-03-25 16:00", writes("VPN down", sender=OTTO)),
    ("2027-03-30 09:15", answers(ANNA, 1002, "#take")),
    ("2027-03-30 11:00", answers(ANNA, 1002, "Repaired.\n\n#resolve")),
    # Into the first of May, and Ascension Day.
    ("2027-04-29 10:00", writes("A room for the feast", sender=OTTO)),
    ("2027-04-29 11:00", answers(ANNA, 1003, "#take; wait for cleo until 2027-05-07 12:00")),
    ("2027-05-10 10:00", answers(ANNA, 1003, "The hall is yours.\n\n#resolve")),
)


@pytest.mark.parametrize(
    ("name", "script", "until"), [("autumn", AUTUMN, "2027-01-08 18:00"), ("spring", SPRING, "2027-05-20 18:00")]
)
def test_every_letter_of_three_months(desk_with: DeskWith, name: str, script: Script, until: str) -> None:
    assert lived(desk_with(CONFIG), script, until) == expected(name)
