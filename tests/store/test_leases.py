"""Leases: one holder at a time, and whoever was overtaken while he stood still writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate import jobs
from mailgate.clock import SetClock
from mailgate.jobs import Job
from mailgate.settings.model import Settings
from mailgate.store import claim, leases, node
from mailgate.store.db import Store, open_store
from mailgate.store.leases import LENGTH, Held, Tenancy
from mailgate.store.node import Node
from mailgate.store.tables import MailState, table_of
from mailgate.store.turns import Turns
from tests.store.example import NOON, arrive, settings_at, transmission

STATE = table_of(MailState)


@dataclass
class Nodes:
    """Several nodes on one desk."""

    settings: Settings
    store: Store
    now: datetime = NOON

    def take(self, holder: str) -> Held | None:
        with self.store.transaction(self.settings, self.now) as tx:
            return leases.take(tx, "clock", holder)

    def holds(self, held: Held | None) -> bool:
        assert held
        with self.store.transaction(self.settings, self.now) as tx:
            return leases.holds(tx, held)

    def beat(self, one: Node) -> None:
        with self.store.transaction(self.settings, self.now) as tx:
            one.beat(tx)

    def claim(self, worker: str, most: int = 1) -> list[int]:
        with self.store.claiming(self.settings, self.now) as tx:
            return [each.arrival.id for each in claim.take(self.store, tx, worker, most)]

    def free(self) -> int:
        with self.store.transaction(self.settings, self.now) as tx:
            return node.free_of_the_dead(tx)

    def take_over(self, one: Node) -> tuple[int, int]:
        with self.store.transaction(self.settings, self.now) as tx:
            return node.take_over(tx, one)

    def workers(self) -> list[str | None]:
        with self.store.reading(self.settings, self.now) as tx:
            return [row.worker for row in tx.all(sa.select(STATE.c.worker).order_by(STATE.c.mail))]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    yield Nodes(settings, store)
    store.close()


def test_a_lease_has_one_holder_until_it_is_over(nodes: Nodes) -> None:
    first = nodes.take("a")
    assert nodes.take("b") is None
    nodes.now += LENGTH / 2
    assert nodes.take("a") == first
    nodes.now += LENGTH * 3 / 4
    assert nodes.take("b") is None
    nodes.now += LENGTH
    assert nodes.take("b") == Held("clock", "b", 2)


def test_whoever_was_overtaken_holds_nothing_whatever_his_clock_says(nodes: Nodes) -> None:
    slow = nodes.take("slow")
    nodes.now += LENGTH * 2
    quick = nodes.take("quick")
    nodes.now -= LENGTH * 2
    assert (nodes.holds(slow), nodes.holds(quick)) == (False, True)


def test_a_lease_that_was_given_up_is_free_at_once(nodes: Nodes) -> None:
    held = nodes.take("a")
    assert held
    with nodes.store.transaction(nodes.settings, nodes.now) as tx:
        leases.give_up(tx, held)
    assert nodes.take("b") == Held("clock", "b", 2)


def test_a_job_of_a_clock_that_was_overtaken_writes_nothing(nodes: Nodes) -> None:
    job, clock = Job("sweep", LENGTH, lambda tx: 1), SetClock(NOON)
    held = nodes.take("slow")
    assert job.run(nodes.store, lambda: nodes.settings, clock, Turns(), held) == 1
    nodes.now += LENGTH * 2
    nodes.take("quick")
    assert job.run(nodes.store, lambda: nodes.settings, clock, Turns(), held) == 0


def test_of_two_clocks_one_works_and_the_other_follows_when_it_is_gone(nodes: Nodes) -> None:
    a, b = Tenancy("clock", "a"), Tenancy("clock", "b")
    for tenancy, now in ((a, NOON), (b, NOON), (b, NOON + LENGTH * 2), (a, NOON + LENGTH * 2)):
        with nodes.store.transaction(nodes.settings, now) as tx:
            tenancy.keep(tx)
    assert (a.held, b.held) == (None, Held("clock", "b", 2))


def test_jobs_run_only_where_the_lease_is(nodes: Nodes) -> None:
    ran: list[str] = []

    def run(name: str) -> int:
        ran.append(name)
        return 0

    day = timedelta(days=1)
    own = [Job("shared", day, lambda tx: run("shared")), Job("own", day, lambda tx: run("own"), everywhere=True)]
    nodes.take("somebody else")
    lease = Tenancy("clock", "us")
    scheduler = jobs.schedule(nodes.store, lambda: nodes.settings, SetClock(NOON), Turns(), tuple(own), lease)
    for each in scheduler.get_jobs():
        if each.id in ("shared", "own"):
            each.func(*each.args)
    assert ran == ["own"]


def test_what_a_dead_node_had_is_free_and_what_a_living_one_has_is_not(nodes: Nodes) -> None:
    dead, alive = Node("x", "x:1"), Node("y", "y:1")
    arrive(nodes.store, transmission("a"), transmission("b"))
    for one in (dead, alive):
        nodes.beat(one)
        nodes.claim(f"{one.name}/worker-1")
    nodes.now += LENGTH * 2
    nodes.beat(alive)
    assert nodes.free() == 1
    assert nodes.workers() == [None, "y:1/worker-1"]
    assert nodes.claim("y:1/worker-2") == [1]


def test_a_node_that_starts_frees_what_its_own_seat_had_and_nothing_else(nodes: Nodes, tmp_path: Path) -> None:
    before, now, other = (node.in_folder(folder) for folder in (tmp_path, tmp_path, seat(tmp_path / "other")))
    assert (before.seat == now.seat, before.name == now.name, before.seat == other.seat) == (True, False, False)
    arrive(nodes.store, transmission("a"), transmission("b"))
    for one in (before, other):
        nodes.claim(f"{one.name}/worker-1")
    assert nodes.take_over(now) == (1, 0)
    assert nodes.workers() == [None, f"{other.name}/worker-1"]


def seat(folder: Path) -> Path:
    folder.mkdir()
    return folder
