"""Jobs: each runs soon after the start and then again and again, in a turn, and outlives its own failing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate import jobs
from mailgate.clock import Clock
from mailgate.errors import StoreUnavailable
from mailgate.jobs import JOBS, Job
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx, open_store
from mailgate.store.turns import Turns
from tests.store.example import settings_at

SOON = timedelta(milliseconds=10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_at(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings, create=True)
    yield store
    store.close()


def test_a_job_runs_again_and_again_in_its_turn(store: Store, settings: Settings) -> None:
    turns, ran, enough = Turns(), list[bool](), threading.Event()

    def sweep(tx: Tx) -> int:
        ran.append(turns._taken)
        if len(ran) == 3:
            enough.set()
        return 1

    scheduler = jobs.schedule(store, lambda: settings, Clock(), turns, (Job("sweep", SOON, sweep),))
    scheduler.start()
    assert enough.wait(10)
    scheduler.shutdown()
    assert set(ran) == {True}


def test_the_sender_looks_at_once_for_what_a_job_has_written(store: Store, settings: Settings) -> None:
    written, woken = list[int](), list[int]()
    enough = threading.Event()

    def sweep(tx: Tx) -> int:
        written.append(len(written) == 1)  # only the second of them writes
        if len(written) == 3:
            enough.set()
        return written[-1]

    scheduler = jobs.schedule(
        store,
        lambda: settings,
        Clock(),
        Turns(),
        (Job("sweep", SOON, sweep),),
        woken=lambda: woken.append(len(written)),
    )
    scheduler.start()
    assert enough.wait(10)
    scheduler.shutdown()
    assert woken == [2]


def test_a_job_that_has_found_much_goes_on_at_a_stretch(store: Store, settings: Settings) -> None:
    left, done, hour = list(range(5)), threading.Event(), timedelta(hours=1)

    def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
        if not left:
            done.set()
            return None
        return lambda tx: len([left.pop()])

    much = Job("much", hour, look=look, foretold=True)
    scheduler = jobs.schedule(store, lambda: settings, Clock(), Turns(), (much,))
    scheduler.get_job("much").modify(next_run_time=Clock().now())
    scheduler.start()
    assert done.wait(10), f"{len(left)} are left for the next hour"
    scheduler.shutdown()


def test_a_job_that_fails_runs_again(store: Store, settings: Settings) -> None:
    tried, enough = list[int](), threading.Event()

    def sweep(tx: Tx) -> int:
        tried.append(1)
        if len(tried) == 2:
            enough.set()
        raise StoreUnavailable("the disk is full")

    scheduler = jobs.schedule(store, lambda: settings, Clock(), Turns(), (Job("sweep", SOON, sweep),))
    scheduler.start()
    assert enough.wait(10)
    scheduler.shutdown()


def test_every_job_runs_soon_after_the_start(store: Store, settings: Settings) -> None:
    scheduler, clock = jobs.schedule(store, lambda: settings, Clock(), Turns()), Clock()
    scheduler.start(paused=True)
    planned = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert set(planned) == {job.name for job in JOBS}
    assert max(planned.values()) <= clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_an_empty_desk(store: Store, settings: Settings, job: Job) -> None:
    job.run(store, lambda: settings, Clock(), Turns())


def test_after_the_clock_was_set_back_jobs_do_not_wait_until_it_is_that_late_again(
    store: Store, settings: Settings
) -> None:
    ran = threading.Event()

    def sweep(tx: Tx) -> int:
        ran.set()
        return 1

    scheduler = jobs.schedule(store, lambda: settings, Clock(), Turns(), (Job("sweep", timedelta(hours=1), sweep),))
    scheduler.start()
    jobs.keep_up(scheduler, Clock().now())
    assert not ran.wait(0.2)
    scheduler.modify_job("sweep", next_run_time=Clock().now() + timedelta(days=1))
    jobs.keep_up(scheduler, Clock().now())
    assert ran.wait(10)
    scheduler.shutdown()
