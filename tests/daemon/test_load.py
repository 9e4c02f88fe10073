"""Many senders at once, and workers and daemons killed under them: nothing is lost and nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.daemon.node import BUSY, Node, Senders, mail_of
from tests.daemon.test_poison import poison
from tests.stories.example import merged

SEED = random.randrange(10**6)


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # noqa: T201  pytest shows it with a failure


def names(number: int) -> list[str]:
    return [f"r{each}" for each in range(number)]


def test_200_concurrent_senders_get_200_tickets_and_one_acknowledgement_each(tmp_path: Path) -> None:
    everybody = names(200)
    with Node(tmp_path, merged(BUSY, {"workers": 2})) as node:
        node.start()
        with Senders(node, everybody, at_once=200) as senders:
            pass
        assert senders.accepted == set(everybody)
        node.until(lambda: node.settled(200))
        node.audit(set(everybody))
        assert node.end() == 0


def test_killing_the_worker_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    everybody, luck = names(200), random.Random(SEED)
    with Node(tmp_path, merged(BUSY, {"workers": 2})) as node:
        node.start()
        node.until(lambda: node.workers)
        with Senders(node, everybody, at_once=20, pause=0.5):
            for kill in range(5):
                node.until(lambda kill=kill: node.count("handled") > 25 * kill)  # type: ignore[misc]
                time.sleep(luck.uniform(0, 0.2))
                node.until(lambda: node.workers)  # the last victim may have left none
                os.kill(luck.choice(node.workers), signal.SIGKILL)
        node.until(lambda: node.settled(200))
        node.audit(set(everybody))
        assert node.end() == 0


def test_killing_the_daemon_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    everybody, luck = names(200), random.Random(SEED)
    with Node(tmp_path, BUSY) as node:
        node.start()
        with Senders(node, everybody, at_once=10, pause=0.3) as senders:
            for kill in range(5):
                node.until(lambda kill=kill: len(senders.accepted) > 30 * kill)  # type: ignore[misc]
                time.sleep(luck.uniform(0, 0.2))
                node.kill()
                node.start()
        assert senders.accepted == set(everybody)
        node.until(lambda: node.settled(200))
        node.audit(set(everybody))
        assert node.end() == 0
    for name in ("journal.db", "desk.db"):
        with sqlite3.connect(node.state / name) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()


def test_what_a_killed_daemon_had_in_its_hands_goes_on_at_once(tmp_path: Path) -> None:
    with Node(tmp_path, {"limits": {"mail_cpu": "60s"}}) as node:
        poison(node)
        node.start()
        node.relay.hold("DATA")
        node.send(mail_of("erika"))
        node.relay.wait_until_held()
        node.send(mail_of("eva", subject="burn"), mail_of("otto"))
        node.until(node.claimed)
        node.kill()
        (node.config / "templates" / "acknowledged.en.txt").unlink()
        node.relay.release()
        node.start()
        node.said("the last daemon ended in the middle of its work +letters=1 mails=[12]")
        node.until(lambda: node.settled(3), timeout=40)  # a claim of a mail runs out after 300 s, of a letter after 120
        node.audit({"erika", "eva", "otto"})
        assert node.end() == 0
