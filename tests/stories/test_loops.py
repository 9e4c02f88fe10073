"""T6: robots that answer each other fall silent. Ten simulated minutes over real SMTP; at most three letters a pair."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mailgate.desk import condition
from mailgate.store.tables import Event, table_of
from tests.doubles.relay import Received
from tests.stories.conftest import DeskWith
from tests.stories.mailer import Mail
from tests.stories.town import Robot, Town
from tests.stories.world import SUPPORT, World

EVENT = table_of(Event)
HELP = "help@other.example"
ROBOT = "Robot <robot@machine.example>"
ROBOTS = "robot@machine.example"
QUEUE = "queue@machine.example"
MOST = 3
_HOUR, _MINUTE = timedelta(hours=1, minutes=5), timedelta(minutes=1)

OTHER_DESK = {
    "site": {"name": "Other Desk", "admins": ["ops@other.example"]},
    "addresses": [{"address": HELP, "name": "Other Desk", "subaddress": True}],
    "agents": {"anna": {"email": "anna@other.example", "aliases": []}, "ben": {"email": "ben@other.example"}},
}
_counter = itertools.count()

vouched_or_not = pytest.mark.parametrize("vouched", [True, False], ids=["vouched", "stranger"])


def away(letter: Received) -> Mail:
    """A vacation program that does as RFC 3834 says: to the return path, marked, without a return path of its own."""
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": letter.header("Message-ID")}
    to = letter.envelope_from or letter.header("Reply-To")
    return Mail(
        ROBOT, to, f"Out of office: {letter.header('Subject')}", "I am away.", headers=headers, envelope_from=""
    )


def rude(letter: Received) -> Mail:
    """A robot that marks nothing, names nothing, and writes to From."""
    text = f"Thank you for your mail no. {next(_counter)}. We have received it and will answer it very soon."
    return Mail(ROBOT, letter.header("From"), "We have received your mail", text)


def chatty(letter: Received) -> Mail:
    """A robot that marks nothing, keeps the subject, and writes to Reply-To."""
    text = "Thank you for your mail. We have received it and will answer it very soon."
    return Mail(ROBOT, letter.header("Reply-To"), f"Re: {letter.header('Subject')}", text)


def tagged(letter: Received) -> Mail:
    """A robot that marks nothing, keeps the subject, and writes to From."""
    return Mail(ROBOT, letter.header("From"), f"Re: {letter.header('Subject')}", chatty(letter).text)


@vouched_or_not
@pytest.mark.parametrize("stripped", [False, True], ids=["marked", "stripped"])
def test_two_gateways_facing_each_other(desk_with: DeskWith, *, vouched: bool, stripped: bool) -> None:
    ours, theirs = desk_with({}), desk_with(OTHER_DESK)
    town = Town({"example.com": ours, "other.example": theirs}, vouched=vouched, stripped=stripped)
    town.write(Mail(f"Other Desk <{HELP}>", SUPPORT, "Our order", "When does it arrive, please?"))
    town.live()
    assert town.letters["example.com", HELP] <= MOST
    assert town.letters["other.example", SUPPORT] <= MOST
    assert town.letters["example.com", HELP] >= 1


@vouched_or_not
@pytest.mark.parametrize("robot", [away, rude, chatty])
def test_a_gateway_facing_a_robot(desk: World, robot: Robot, *, vouched: bool) -> None:
    town = Town({"example.com": desk}, {ROBOTS: robot}, vouched=vouched)
    town.write(Mail(ROBOT, SUPPORT, "A question", "When do you open in the morning?"))
    town.live()
    assert 1 <= town.letters["example.com", ROBOTS] <= MOST


def test_two_gateways_and_an_absent_reporter(desk_with: DeskWith) -> None:
    ours, theirs = desk_with({}), desk_with(OTHER_DESK)
    town = Town({"example.com": ours, "other.example": theirs}, {ROBOTS: away})
    town.write(Mail(ROBOT, SUPPORT, "A question", "When do you open in the morning?"))
    town.write(Mail(ROBOT, HELP, "A question", "When do you open in the morning?"))
    town.write(Mail(f"Other Desk <{HELP}>", SUPPORT, "Our order", "When does it arrive, please?"))
    town.live()
    assert all(many <= MOST for (_, to), many in town.letters.items() if to in (ROBOTS, HELP, SUPPORT))
    assert len(ours.tickets()) == 2
    assert len(theirs.tickets()) == 1


def test_two_gateways_and_an_absence_robot_that_marks_nothing_fall_silent(desk_with: DeskWith) -> None:
    """Each pair of the three: at most three letters in ten minutes, the breaker is seen, and nothing comes after."""
    ours, theirs = desk_with({}), desk_with(OTHER_DESK)
    town = Town({"example.com": ours, "other.example": theirs}, {ROBOTS: rude}, stripped=True)
    town.write(Mail(ROBOT, SUPPORT, "A question", "When do you open in the morning?"))
    town.write(Mail(ROBOT, HELP, "A question", "When do you open in the morning?"))
    town.write(Mail(f"Other Desk <{HELP}>", SUPPORT, "Our order", "When does it arrive, please?"))
    town.live(6)
    before = {pair: many for pair, many in town.letters.items() if pair[1] in (ROBOTS, HELP, SUPPORT)}
    assert before.keys() >= {("example.com", ROBOTS), ("other.example", ROBOTS), ("example.com", HELP)}
    assert max(before.values()) <= MOST
    assert [_events(each).count("breaker_opened") for each in (ours, theirs)] == [1, 1]
    town.live(4)
    assert {pair: many for pair, many in town.letters.items() if pair in before} == before


@vouched_or_not
@pytest.mark.parametrize("robot", [chatty, tagged])
def test_a_notify_address_that_answers_from_elsewhere(desk_with: DeskWith, robot: Robot, *, vouched: bool) -> None:
    """The category's address is another ticket system, which marks nothing and writes from an address of its own."""
    desk = desk_with({"categories": {"general": {"group": None, "notify": QUEUE}}, "letters": {}})
    town = Town({"example.com": desk}, {QUEUE: robot}, vouched=vouched)
    town.write(Mail("Erika <erika@customer.example>", SUPPORT, "Printer", "It burns."))
    town.live()
    assert town.letters["example.com", QUEUE] <= MOST


def test_the_breaker_is_told_once_and_closes_by_itself(desk: World) -> None:
    town = Town({"example.com": desk}, {ROBOTS: rude})
    town.write(Mail(ROBOT, SUPPORT, "A question", "When do you open in the morning?"))
    town.live()
    assert _events(desk).count("breaker_opened") == 1
    assert any(ROBOTS in each for each in _problems(desk))
    before = town.letters["example.com", ROBOTS]
    desk.clock.advance(_HOUR)
    assert _problems(desk) == []
    town.write(Mail(ROBOT, SUPPORT, "Another question", "Is there a place to park the car?"))
    town.live()
    assert before < town.letters["example.com", ROBOTS] <= before + 2
    assert _events(desk).count("breaker_opened") == 1


def _events(desk: World) -> list[str]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return [row.action for row in tx.all(sa.select(EVENT.c.action).where(EVENT.c.ticket == 0))]


def _problems(desk: World) -> list[str]:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found: list[str] = condition.status(desk.store, tx, {"problems": []}, running=True)["problems"]
        return found


def test_people_are_not_taken_for_robots(desk: World) -> None:
    for number, text in enumerate(("The printer burns.", "The lift is stuck.", "The door is locked.")):
        desk.clock.advance(_MINUTE)
        desk.write("Erika <erika@customer.example>", f"Trouble {number}", text)
    assert len(desk.letters("erika@customer.example", "acknowledged")) == 3
