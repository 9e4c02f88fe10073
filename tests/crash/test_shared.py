"""PostgreSQL itself is killed, and COMMITs lose their answer: nothing is lost, nothing doubled, and all goes on by
itself. Here a short share, with servers of their own; in `python -m tests.crash server commits nodes` more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash import shared

SEED = random.randrange(10**6)


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # pytest shows it with a failure


def test_when_the_server_is_killed_under_load_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    shared.server(tmp_path, kills=1, mails=40, seed=SEED)


def test_whether_a_commit_was_done_that_nobody_heard_of_is_found_out(tmp_path: Path) -> None:
    shared.commits(tmp_path, cuts=6, mails=60, seed=SEED)
