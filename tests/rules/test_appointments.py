"""When the clock acts on a ticket, and that a changed ticket is never looked at too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.desk.tickets import Ticket
from mailgate.rules.appointments import Appointment, appointments, look_at, opening_from
from tests.rules.example import settings

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICE = {"office": {"timezone": "UTC", "open": {"mon-fri": ["09:00-17:00"]}}}
SETTINGS = settings(calendars=OFFICE, kinds={"incident": {"calendar": "office"}})
NEW = Ticket(
    number=1001,
    subject="VPN",
    kind="incident",
    status="new",
    category="general",
    source_address="support@example.com",
    reporter=1,
    language="en",
    created_at=MONDAY,
    updated_at=MONDAY,
)


def at(**later: float) -> datetime:
    return MONDAY + timedelta(**later)


def named(**columns: Any) -> dict[str, datetime]:
    """What is to be done about such a ticket, and when."""
    return {each.name: each.at for each in appointments(SETTINGS, replace(NEW, **columns))}


def test_a_ticket_that_nobody_was_promised_anything_about_has_none() -> None:
    assert appointments(SETTINGS, NEW) == ()


def test_the_light_is_told_of_when_it_turns() -> None:
    assert named(yellow_at=at(hours=1), red_at=at(hours=2)) == {"yellow": at(hours=1), "red": at(hours=2)}


@pytest.mark.parametrize(
    "columns",
    [{"status": each} for each in ("resolved", "closed", "merged", "answered")] + [{"waiting_for": "reporter"}],
)
def test_but_not_of_what_is_done_or_waits_for_the_reporter(columns: dict[str, Any]) -> None:
    columns = {"status": "waiting", **columns}
    due = {"yellow_at": at(hours=1), "red_at": at(hours=2), "response_due": at(hours=3)}
    assert {"yellow", "red", "response_late", "response_soon"}.isdisjoint(named(**due, **columns))


def test_waiting_for_anybody_else_it_goes_on() -> None:
    assert named(status="waiting", waiting_for="other", red_at=at(hours=2)) == {"red": at(hours=2)}


def test_a_first_answer_is_reminded_of_when_three_quarters_of_its_open_time_have_gone() -> None:
    assert named(response_due=at(hours=24)) == {"response_soon": at(hours=6), "response_late": at(hours=24)}
    assert named(response_due=at(hours=24), first_response_at=at()) == {}
    assert named(response_due=at(hours=24), parent=1000) == {}


def test_what_is_out_of_sight_is_reminded_of_afterwards_but_escalated_at_once() -> None:
    found = named(snoozed_until=at(days=3), yellow_at=at(hours=1), red_at=at(hours=2), response_due=at(hours=24))
    assert found["yellow"] == found["response_soon"] == found["snooze"] == at(days=3)
    assert (found["red"], found["response_late"]) == (at(hours=2), at(hours=24))


def test_an_assignment_is_taken_back_after_eight_hours_of_work() -> None:
    asked = {"status": "assigned", "assigned_at": at(hours=7)}
    assert named(**asked) == {"deputy": at(hours=27), "coordinator": at(hours=31)}
    assert named(**{**asked, "status": "in_progress"}) == {}


def test_a_part_that_is_overdue_is_waited_for_no_more() -> None:
    assert named(parent=1000, due_at=at(hours=5)) == {"part_overdue": at(hours=5)}
    assert named(parent=1000, due_at=at(hours=5), status="answered") == {}


def test_without_any_rule_nobody_is_reminded() -> None:
    due = replace(NEW, yellow_at=at(), red_at=at(), response_due=at(hours=8))
    assert appointments(settings(reminders=[]), due) == ()


def test_letters_go_out_while_the_calendar_of_the_kind_is_open() -> None:
    assert opening_from(SETTINGS, NEW, at(days=5)) == at(days=7)
    assert opening_from(SETTINGS, NEW, at(hours=8)) == at(days=1), "at 17:00 it has closed"
    assert opening_from(SETTINGS, replace(NEW, kind="request"), at(days=5)) == at(days=5)


# -- when to look next -------------------------------------------------------------------------------------------------


def test_what_is_due_anew_is_looked_at_now_and_what_was_due_is_not_looked_at_again() -> None:
    due = replace(NEW, yellow_at=at(), red_at=at(hours=2))
    assert look_at(SETTINGS, NEW, due, at(hours=1)) == at(hours=1)
    seen = replace(due, look_at=at(hours=2))
    assert look_at(SETTINGS, seen, replace(seen, priority="high"), at(hours=1)) == at(hours=2)


def test_what_waits_for_the_opening_goes_on_waiting() -> None:
    deferred = replace(NEW, red_at=at(hours=20), look_at=at(hours=24))
    assert look_at(SETTINGS, deferred, replace(deferred, priority="high"), at(hours=21)) == at(hours=24)
    assert look_at(SETTINGS, deferred, replace(deferred, status="closed"), at(hours=21)) is None


def test_after_another_configuration_what_is_due_is_as_late_as_it_is() -> None:
    due = replace(NEW, yellow_at=at(), red_at=at(hours=2))
    assert look_at(SETTINGS, None, due, at(days=3)) == at()


HOURS = st.none() | st.integers(0, 72).map(lambda hours: at(hours=hours))
TICKETS = st.builds(
    lambda **columns: replace(NEW, **columns),
    status=st.sampled_from(("new", "assigned", "in_progress", "waiting", "resolved", "closed")),
    waiting_for=st.sampled_from((None, "reporter", "other")),
    **dict.fromkeys(("yellow_at", "red_at", "response_due", "snoozed_until", "waiting_until", "assigned_at"), HOURS),
)


@given(st.lists(st.tuples(TICKETS, st.integers(0, 20)), max_size=12))
def test_whatever_happens_nothing_that_is_due_is_missed(steps: list[tuple[Ticket, int]]) -> None:
    ticket, now, done = NEW, MONDAY, set[Appointment]()
    for changed, hours in steps:
        now += timedelta(hours=hours)
        if ticket.look_at and ticket.look_at <= now:  # somebody looks, and does what is due
            found = appointments(SETTINGS, ticket)
            done |= {each for each in found if each.at <= now}
            ticket = replace(ticket, look_at=min((each.at for each in found if each.at > now), default=None))
        after = replace(changed, look_at=ticket.look_at)
        ticket = replace(changed, look_at=look_at(SETTINGS, ticket, after, now))
        for each in appointments(SETTINGS, ticket):
            assert each in done or (ticket.look_at and ticket.look_at <= max(each.at, now)), each
