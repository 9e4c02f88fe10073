"""Claims: every mail to exactly one worker, what a dead one had goes back, a mail that kills is tried alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.settings.model import Settings
from mailgate.store import claim
from mailgate.store.claim import Claimed
from mailgate.store.db import Store, open_store
from mailgate.store.tables import MailState, table_of
from tests.store.example import NOON, arrive, settings_at, transmission

STATE = table_of(MailState)


@dataclass
class Queue:
    """A journal with mails, and workers who take them."""

    settings: Settings
    store: Store
    now: datetime = NOON
    held: dict[str, list[Claimed]] = field(default_factory=dict)

    def arrive(self, number: int) -> None:
        arrive(self.store, *(transmission(f"{self.now:%H%M}-{each}") for each in range(number)))

    def take(self, worker: str, most: int = claim.BATCH) -> list[int]:
        with self.store.transaction(self.settings, self.now) as tx:
            self.held[worker] = claim.take(self.store, tx, worker, most)
        return [each.arrival.id for each in self.held[worker]]

    def finish(self, worker: str, **values: Any) -> list[bool]:
        values = values or {"state": "handled"}
        with self.store.transaction(self.settings, self.now) as tx:
            return [claim.finish(tx, each, **values) for each in self.held[worker]]

    def release(self, worker: str | None = None, but: int | None = None) -> int:
        with self.store.transaction(self.settings, self.now) as tx:
            return claim.release(tx, worker, but=but)

    def others_wait(self, mail: int) -> bool:
        with self.store.reading(self.settings, self.now) as tx:
            return claim.others_wait(self.store, tx, mail)

    def strike(self, mail: int) -> bool:
        with self.store.transaction(self.settings, self.now) as tx:
            return claim.strike(tx, mail, "it burnt")

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)

    def row(self, mail: int) -> Any:
        with self.store.reading(self.settings, self.now) as tx:
            return tx.first(sa.select(STATE).where(STATE.c.mail == mail))


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    yield Queue(settings, store)
    store.close()


def test_no_mail_is_claimed_twice(queue: Queue) -> None:
    queue.arrive(5)
    assert (queue.take("a", 2), queue.take("b", 2), queue.take("c", 2)) == ([1, 2], [3, 4], [5])
    assert queue.take("a") == []


def test_what_is_handled_is_not_claimed_again(queue: Queue) -> None:
    queue.arrive(2)
    queue.take("a")
    assert queue.finish("a") == [True, True]
    queue.later(days=1)
    assert queue.take("b") == []


def test_what_a_dead_worker_had_is_free_at_once_and_does_not_count_as_tried(queue: Queue) -> None:
    queue.arrive(2)
    queue.take("a", 1)
    queue.take("b", 1)
    assert queue.release("a") == 1
    assert queue.take("c") == [1]
    assert queue.row(1).attempts == 1


def test_a_daemon_that_starts_frees_what_any_worker_had(queue: Queue) -> None:
    queue.arrive(2)
    queue.take("a", 1)
    queue.take("b", 1)
    assert queue.release() == 2
    assert queue.take("c") == [1, 2]


def test_a_worker_that_takes_long_keeps_the_mail_it_is_on_and_others_get_the_rest(queue: Queue) -> None:
    queue.arrive(3)
    queue.take("slow")
    assert queue.release("slow", but=1) == 2
    assert queue.take("quick") == [2, 3]
    assert queue.finish("quick") == [True, True]
    assert queue.finish("slow") == [True, False, False]


def test_others_wait_whoever_has_claimed_them_but_not_for_later_and_not_under_suspicion(queue: Queue) -> None:
    queue.arrive(1)
    queue.take("slow")
    assert not queue.others_wait(1)
    queue.arrive(2)
    assert queue.others_wait(1), "it has just come"
    queue.take("quick")
    assert queue.others_wait(1), "the one who has it can not work"
    queue.finish("quick", not_before=queue.now + timedelta(minutes=1))
    assert not queue.others_wait(1)
    queue.later(minutes=2)
    assert queue.others_wait(1)
    assert (queue.strike(2), queue.strike(3)) == (False, False)
    assert not queue.others_wait(1)


def test_a_claim_runs_out_and_the_late_worker_writes_nothing(queue: Queue) -> None:
    queue.arrive(1)
    queue.take("slow")
    queue.later(minutes=6)
    assert queue.take("quick") == [1]
    assert queue.finish("slow", state="failed") == [False]
    assert queue.finish("quick") == [True]
    assert queue.row(1).state == "handled"


def test_a_waiting_mail_comes_when_its_time_has_come_before_newer_ones(queue: Queue) -> None:
    queue.arrive(1)
    queue.take("a")
    queue.finish("a", not_before=queue.now + timedelta(minutes=1))
    queue.arrive(1)
    queue.later(minutes=2)
    queue.arrive(2)
    assert queue.take("b") == [1, 2, 3]


def test_a_mail_with_a_strike_waits_for_all_others_and_comes_alone(queue: Queue) -> None:
    queue.arrive(3)
    queue.take("a")
    queue.strike(1)
    queue.strike(3)
    queue.release("a")
    queue.arrive(0)
    assert queue.take("b") == [2]
    assert queue.take("c") == [1]
    assert queue.take("d") == [3]


def test_a_mail_with_a_strike_does_not_wait_for_ever(queue: Queue) -> None:
    queue.arrive(1)
    queue.take("a")
    queue.strike(1)
    queue.release("a")
    queue.later(minutes=6)
    queue.arrive(2)
    assert queue.take("b") == [1]
    assert queue.take("c") == [2, 3]


def test_three_strikes_hold_a_mail_with_the_reason(queue: Queue) -> None:
    queue.arrive(1)
    for strikes in (1, 2, 3):
        assert queue.take("a") == [1]
        assert queue.strike(1) == (strikes == 3)
        queue.release("a")
    row = queue.row(1)
    assert (row.state, row.sort, row.reason) == ("held", "held", "reading it ended the worker 3 times: it burnt")
    assert queue.take("a") == []


def test_a_strike_on_a_mail_that_is_already_handled_is_nothing(queue: Queue) -> None:
    queue.arrive(1)
    queue.take("a")
    queue.finish("a")
    assert queue.strike(1) is False
    assert (queue.row(1).state, queue.row(1).strikes) == ("handled", 0)


@pytest.mark.parametrize(
    ("state", "retried", "released", "dropped"),
    [
        ("pending", False, False, False),
        ("handled", False, False, False),
        ("held", True, True, True),
        ("failed", True, False, True),
        ("dropped", True, False, False),
    ],
)
def test_what_an_admin_can_do_with_a_mail(
    queue: Queue, state: str, retried: bool, released: bool, dropped: bool
) -> None:
    queue.arrive(3)
    queue.take("a")
    queue.finish("a", state=state, strikes=2)
    with queue.store.transaction(queue.settings, queue.now) as tx:
        assert (claim.retry(tx, 1), claim.release_held(tx, 2), claim.drop(tx, 3)) == (retried, released, dropped)
    if retried:
        assert queue.take("b") == ([1, 2] if released else [1])
        assert [each.strikes for each in queue.held["b"]] == [0] * len(queue.held["b"])
        assert [each.released for each in queue.held["b"]] == [False, True][: len(queue.held["b"])]
