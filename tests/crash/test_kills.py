"""Killed with -9 at every named step and at random, under load: nothing is lost, nothing doubled, nobody suffers."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash import experiments
from tests.crash.experiments import Size
from tests.crash.points import IN_THE_DAEMON, NAMED, POINTS, Point
from tests.crash.rig import Rig

pytestmark = pytest.mark.timeout(300)  # dozens of starts, which take their time on a busy machine
SEED = random.randrange(10**6)
INTAKE = tuple(point for point in IN_THE_DAEMON if point.process == "daemon" and point.needs == "mails")[:6]
FILES = tuple(point for point in POINTS if point.needs == "large mails")
WORK = tuple(point for point in POINTS if point.process == "worker")
LETTERS = tuple(point for point in POINTS if point.name.startswith("letter") and point.process == "daemon")
AROUND = tuple(point for point in POINTS if point.needs in ("a start", "a reload", "a worker that ended"))


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # pytest shows it with a failure


def test_every_step_in_the_daemon_and_its_workers_is_killed_at_here() -> None:
    assert {*INTAKE, *FILES, *WORK, *LETTERS, *AROUND} == set(IN_THE_DAEMON)


@pytest.mark.parametrize(
    ("points", "mails"),
    [(INTAKE, 60), (FILES, 40), (WORK, 90), (LETTERS, 60), (AROUND, 60)],
    ids=["while a mail comes in", "while a file is written", "while it is handled", "while letters go", "between"],
)
def test_killed_at_each_step_nothing_is_lost_or_doubled(points: tuple[Point, ...], mails: int, tmp_path: Path) -> None:
    if points is FILES and not experiments.on_sqlite():
        pytest.skip("large mails are rows on PostgreSQL, and not files")
    experiments.at_named_steps(tmp_path, points, len(points), mails, SEED)


def test_killed_at_random_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    experiments.at_random(tmp_path, kills=5, mails=100, seed=SEED)


def test_only_what_the_relay_had_answered_goes_twice_and_under_the_same_message_id(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=SEED) as rig:
        rig.under_load(10, lambda: rig.kill_at(NAMED["letter-before-data"], 1))
        rig.settle()
        assert rig.doubts == 0
        rig.under_load(10, lambda: rig.kill_at(NAMED["letter-answered"], 1))
        rig.audit()
        assert 1 <= rig.doubts <= 4


def test_who_hangs_up_before_the_answer_and_comes_back_has_one_ticket(tmp_path: Path) -> None:
    experiments.hasty(tmp_path, Size(0, 60, 0, 0), SEED)


def test_a_worker_that_comes_back_late_writes_nothing(tmp_path: Path) -> None:
    experiments.late(tmp_path, Size(0, 0, 0, 1), SEED)


def test_sigterm_under_load_ends_well_and_loses_nothing(tmp_path: Path) -> None:
    experiments.stops(tmp_path, Size(0, 0, 0, 3), SEED)
