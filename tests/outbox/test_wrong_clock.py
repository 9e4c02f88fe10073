"""The clock was ahead, and is put right: nobody waits until that time has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.jobs import Job
from mailgate.outbox.wrong_clock import look
from mailgate.store.tables import MailState, table_of
from tests.doubles.relay import Relay
from tests.outbox.letters_due import MORNING, Outbox

STATE = table_of(MailState)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def pulled_in(outbox: Outbox) -> int:
    return Job("", MINUTE, look=look).run(outbox.store, lambda: outbox.settings, outbox.clock, outbox.turns)


def put_off_a_mail(outbox: Outbox, by: timedelta) -> None:
    row: dict[str, Any] = {"mail": 1, "state": "pending", "attempts": 1, "strikes": 0, "fence": 0}
    with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
        tx.execute(sa.insert(STATE).values(**row, not_before=tx.now + by))


def test_a_letter_put_off_while_the_clock_was_a_day_ahead_leaves_today(outbox: Outbox, relay: Relay) -> None:
    relay.defer("erika@x.example", times=1)
    number = outbox.put("erika@x.example")
    outbox.clock.at = MORNING + DAY
    outbox.rounds()
    assert outbox[number].attempts == 1
    outbox.clock.at = MORNING
    assert pulled_in(outbox) == 1
    outbox.rounds()
    assert outbox[number].state == "sent"
    assert pulled_in(outbox) == 0


def test_a_letter_made_while_the_clock_was_ahead_leaves_today(outbox: Outbox) -> None:
    outbox.clock.at = MORNING + DAY
    number = outbox.put("erika@x.example", created_at=MORNING + DAY, next_at=MORNING + DAY)
    outbox.clock.at = MORNING
    assert pulled_in(outbox) == 1
    outbox.rounds()
    assert outbox[number].state == "sent"


def test_a_letter_that_waits_as_it_should_goes_on_waiting(outbox: Outbox, relay: Relay) -> None:
    relay.defer("erika@x.example")
    number = outbox.put("erika@x.example", attempts=9)
    outbox.rounds()
    due = outbox[number].next_at
    assert due - outbox.clock.now() > timedelta(hours=3)
    assert pulled_in(outbox) == 0
    assert outbox[number].next_at == due


def test_a_mail_that_is_tried_again_too_late_is_tried_now(outbox: Outbox) -> None:
    put_off_a_mail(outbox, DAY)
    assert pulled_in(outbox) == 1
    assert pulled_in(outbox) == 0


def test_a_mail_that_is_tried_again_soon_waits(outbox: Outbox) -> None:
    put_off_a_mail(outbox, MINUTE)
    assert pulled_in(outbox) == 0
