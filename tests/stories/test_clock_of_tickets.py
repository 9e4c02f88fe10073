"""The clock of tickets, whatever happens: downtime, jumps, two nodes, another configuration, a broken ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mailgate.desk import clockwork, digested, tickets, troubles
from mailgate.desk.change import TICKET
from mailgate.jobs import JOBS
from mailgate.store import leases
from tests.stories.clockwork import strike, tick, tick_through
from tests.stories.conftest import DeskWith
from tests.stories.example import Json
from tests.stories.follows import Edit, follow
from tests.stories.test_reminders import TIMED, incident
from tests.stories.world import ANNA, ERIKA, World

ANNAS, BENS, REPORTER = "anna@example.com", "ben@example.com", "erika@customer.example"
AT_YELLOW, AT_RED = ["reminder to anna@example.com"], ["escalated to ben@example.com"]
(JOB,) = (each for each in JOBS if each.name == "do what is due on tickets")


@pytest.fixture
def taken(desk_with: DeskWith) -> World:
    """Anna is at work on it since Monday, 10:00; yellow at 11:30, red at 15:00; Ben coordinates."""
    return incident(desk_with(TIMED), "#take")


def owed(desk: World) -> frozenset[str]:
    """To whom a digest is owed."""
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        return frozenset(person for person, row in digested.rows(tx).items() if row.owed)


def looked_at(desk: World, number: int = 1001) -> str | None:
    """When the clock looks at the ticket next, such as `Mon 10:30`."""
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        at = tickets.loaded(tx, number).look_at
    return f"{at:%a %H:%M}" if at else None


def thresholds(**changed: str) -> Edit:
    """Other thresholds of incidents."""

    def edit(content: Json) -> None:
        content["kinds"]["incident"] |= changed

    return edit


def test_a_ticket_is_looked_at_when_something_is_due_and_at_no_other_time(taken: World) -> None:
    assert looked_at(taken) == "Mon 10:30"
    tick(taken, minutes=90)
    assert looked_at(taken) == "Mon 14:00"
    tick(taken, hours=4)
    assert looked_at(taken) is None, "there is nothing more that could be due"
    taken.answer(taken.letter(ANNAS), "#due fri 12:00", sender=ANNA)
    assert looked_at(taken) == "Thu 12:37", "when the last quarter of its time begins"
    taken.answer(taken.letter(ANNAS), "#close", sender=ANNA)
    assert looked_at(taken) is None


def test_after_a_week_of_downtime_nothing_comes_in_a_burst(desk_with: DeskWith) -> None:
    desk = desk_with(TIMED)
    for room in range(1, 6):
        desk.write(ERIKA, f"VPN down in room {room}", "Nothing works.")
    desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.new_letters()
    assert tick(desk, days=7) == []
    assert owed(desk) == {"anna", "ben"}, "each gets one digest of all of it"
    assert [desk.actions(number)[-1] for number in range(1001, 1006)] == ["escalated"] * 5
    assert tick_through(desk, days=2) == {}


def test_what_was_missed_on_a_weekend_of_downtime_waits_for_no_opening(taken: World) -> None:
    assert tick(taken, days=5) == []
    assert owed(taken) == {"ben"}
    (event,) = (each["detail"] for each in taken.ticket()["events"] if each["action"] == "escalated")
    assert (event["to"], event["in_digest"]) == (["ben"], True)
    assert tick_through(taken, days=3) == {}, "and is no letter on Monday either"


def test_downtime_of_some_minutes_is_no_downtime(taken: World) -> None:
    assert tick(taken, hours=5, minutes=40) == AT_RED


def test_a_clock_that_is_a_day_ahead_for_a_while_sends_nothing_twice(taken: World) -> None:
    tick(taken, minutes=90)
    told = tick(taken, days=1)
    taken.clock.advance(timedelta(days=-1))
    told += [each for letters in tick_through(taken, days=3).values() for each in letters]
    assert told == []
    assert owed(taken) == {"ben"}
    assert taken.actions().count("escalated") == 1


def test_a_clock_that_was_set_back_sends_nothing_twice(taken: World) -> None:
    assert tick(taken, hours=5) == AT_RED
    taken.clock.advance(timedelta(days=-1))
    assert tick_through(taken, days=3) == {}


def test_what_was_promised_after_the_jump_is_reminded_of_all_the_same(taken: World) -> None:
    tick(taken, days=1)
    taken.clock.advance(timedelta(days=-1, hours=1))
    taken.answer(taken.letter(ANNAS), "#due today 14:00", sender=ANNA)
    taken.new_letters()
    assert AT_RED in tick_through(taken, hours=6).values()


def test_two_nodes_that_look_at_the_same_time_send_once(taken: World) -> None:
    taken.clock.advance(timedelta(minutes=90))
    now = taken.clock.now()
    with taken.store.reading(taken.settings, now) as one, taken.store.reading(taken.settings, now) as other:
        sweeps = [clockwork.look(taken.store, each) for each in (one, other)]
    for sweep in sweeps:
        assert sweep, "both have seen that something is due"
        with taken.store.transaction(taken.settings, now) as tx:
            sweep(tx)
    assert tick(taken) == AT_YELLOW


def test_a_node_that_was_overtaken_writes_nothing(taken: World) -> None:
    with taken.store.transaction(taken.settings, taken.clock.now()) as tx:
        first = leases.take(tx, "clock", "one")
    taken.clock.advance(timedelta(minutes=90))
    with taken.store.transaction(taken.settings, taken.clock.now()) as tx:
        second = leases.take(tx, "clock", "two")
    ran = [JOB.run(taken.store, lambda: taken.settings, taken.clock, taken.turns, held) for held in (first, second)]
    assert ran == [0, 1]
    assert tick(taken) == AT_YELLOW


def test_other_thresholds_hold_for_open_tickets_at_once(taken: World) -> None:
    follow(taken, categories=thresholds(yellow_after="2h", red_after="30m"))
    assert tick(taken) == []
    assert looked_at(taken) == "Mon 09:30"
    assert tick_through(taken, days=1) == {"Mon 09:30": AT_RED, "Mon 12:00": AT_YELLOW}


def test_thresholds_that_have_long_passed_on_all_open_tickets_are_no_burst(taken: World) -> None:
    tick(taken, minutes=75)
    follow(taken, categories=thresholds(yellow_after="5m", red_after="10m"))
    assert tick(taken) == []
    assert owed(taken) == {"ben"}


def test_what_was_said_is_not_said_again_because_it_is_due_earlier_now(taken: World) -> None:
    assert tick(taken, minutes=90) == AT_YELLOW
    follow(taken, categories=thresholds(yellow_after="80m"))
    assert list(tick_through(taken, days=1).values()) == [AT_RED]


def test_a_rule_that_is_new_holds_for_open_tickets(desk_with: DeskWith) -> None:
    desk = incident(desk_with({**TIMED, "reminders": []}), "#take")
    assert looked_at(desk) is None
    follow(desk, service=lambda content: content.update(reminders=[{"when": "yellow", "to": "coordinator"}]))
    assert tick_through(desk, days=1) == {"Mon 10:30": ["reminder to ben@example.com"]}


def test_one_ticket_that_can_not_be_handled_does_not_stop_the_others(desk_with: DeskWith) -> None:
    desk = desk_with(TIMED)
    for room in (1, 2, 3):
        desk.write(ERIKA, f"VPN down in room {room}", "Nothing works.")
        desk.answer(desk.letter(ANNAS), "#take", sender=ANNA)
    desk.new_letters()
    broken(desk, 1002, "nowhere@example.com")
    assert tick(desk, minutes=90) == AT_YELLOW * 2
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert [row.about for row in troubles.standing(tx)] == ["#1002"]
    assert looked_at(desk, 1002) == "Mon 10:40", "tried again, without a word while it lasts"
    broken(desk, 1002, REPORTER)
    assert tick(desk, minutes=15) == AT_YELLOW
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        assert troubles.standing(tx) == []


def broken(desk: World, number: int, reporter: str) -> None:
    """A row that was changed past us."""
    with desk.store.desk.begin() as connection:
        person = sa.text("SELECT id FROM person WHERE email = :email")
        found = connection.execute(person, {"email": reporter}).scalar() or 4711
        connection.execute(sa.update(TICKET).where(TICKET.c.number == number).values(reporter=found))


def test_what_somebody_has_settled_by_hand_is_no_trouble_any_more(taken: World) -> None:
    broken(taken, 1001, "nowhere@example.com")
    tick(taken, minutes=90)
    broken(taken, 1001, REPORTER)
    strike(taken, seconds=30)
    assert "something due on a ticket fails" in taken.letter("ops@example.com", "alert").header("Subject")
    taken.answer(taken.letter(ANNAS, "new_ticket"), "#close", sender=ANNA)
    strike(taken, minutes=1)
    with taken.store.reading(taken.settings, taken.clock.now()) as tx:
        assert troubles.standing(tx) == []


def test_a_week_of_a_ticket(desk_with: DeskWith) -> None:
    desk = incident(desk_with({**TIMED, "kinds": {"incident": {**TIMED["kinds"]["incident"], "response": "1h"}}}))
    week = tick_through(desk, hours=1)
    desk.answer(desk.letter(ANNAS), "#take\nDear Erika, I look into it.", sender=ANNA)
    desk.new_letters()
    week |= tick_through(desk, hours=1)
    desk.answer(desk.letter(ANNAS), "#question; due thu 17:00\nWhich router is it?", sender=ANNA)
    desk.new_letters()
    week |= tick_through(desk, hours=21)
    desk.answer(desk.letter(REPORTER, "question"), "The grey one.", sender=ERIKA)
    desk.answer(desk.letter(ANNAS), "#snooze wed 9:00", sender=ANNA)
    desk.new_letters()
    week |= tick_through(desk, days=4)
    everybody = ["reminder to anna@example.com", "reminder to ben@example.com"]
    assert week == {
        "Mon 09:45": everybody,
        "Mon 10:00": ["escalated to anna@example.com", "escalated to ben@example.com"],
        "Mon 10:30": AT_YELLOW,
        "Wed 08:00": AT_YELLOW,
        "Thu 08:45": AT_YELLOW,
        "Fri 08:00": AT_RED,
    }
