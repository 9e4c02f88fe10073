"""Two nodes on one PostgreSQL, with three workers between them, under load: killed, stopped, cut off. Nothing is lost,
nothing is doubled, and each letter leaves once."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import postgres
from tests.daemon.node import BUSY, Node, Senders, address, mail_of
from tests.stories.example import merged

SEED = random.randrange(10**6)
MAILS = 100


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """Each with its intake, its workers, its sender and its clock; not started."""
    print("seed", SEED)  # noqa: T201  pytest shows it with a failure
    storage = {"storage": {"database": postgres.database_for(tmp_path)}}
    with ExitStack() as opened:
        first, second = (
            opened.enter_context(Node(tmp_path / name, merged(merged(BUSY, storage), {"workers": workers})))
            for name, workers in (("first", 2), ("second", 1))
        )
        yield first, second


def test_two_nodes_killed_stopped_and_cut_off_lose_and_double_nothing(nodes: tuple[Node, Node]) -> None:
    luck = random.Random(SEED)
    everybody = [[f"{node}{number}" for number in range(MAILS)] for node in "ab"]
    for node in nodes:
        node.start()
    with Senders(nodes[0], everybody[0], at_once=10, pause=0.3), Senders(nodes[1], everybody[1], at_once=10, pause=0.3):
        for accident in (killed, cut_off, killed, asleep, cut_off):
            time.sleep(luck.uniform(0.5, 1.5))
            accident(luck.choice(nodes))
    names = set(everybody[0]) | set(everybody[1])
    nodes[0].until(lambda: nodes[0].settled(len(names)), timeout=180)
    audit(nodes, names)
    assert [node.end() for node in nodes] == [0, 0]


def killed(node: Node) -> None:
    node.kill()
    node.start()


def cut_off(node: Node) -> None:
    """Every connection of the node to the database is gone, in the middle of whatever it did."""
    mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mailgate'"
    postgres.server().ask(mine)


def asleep(node: Node) -> None:
    """Longer than the database waits for a transaction that says nothing."""
    everything = [node.process.pid, *node.workers]  # type: ignore[union-attr]  # it runs
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in everything:
            node.signal_to(pid, number)
        time.sleep(11 if number == signal.SIGSTOP else 0)


def audit(nodes: Sequence[Node], names: set[str]) -> None:
    """Each reporter has one ticket and one acknowledgement, wherever it was sent; letters that went twice were in
    doubt, and are the same letter."""
    tickets = nodes[0].run.json("tickets", "--all", "--limit", "10000")["tickets"]
    assert Counter(one["reporter"]["email"] for one in tickets) == Counter(map(address, names))
    assert len({one["number"] for one in tickets}) == len(names), "no number twice; a killed worker's are left out"
    letters = {letter.header("Message-ID"): letter.to for node in nodes for letter in node.relay.letters}
    assert Counter(letters.values()) == Counter(map(address, names))
    assert nodes[1].run("audit", "verify").code == 0
    counts = nodes[1].status()["mails"]
    assert counts["accepted"] == counts["handled"] == len(names)


def test_what_a_killed_node_had_in_hand_is_handled_by_the_other(nodes: tuple[Node, Node]) -> None:
    first, second = nodes
    first.start()
    first.send(*(mail_of(f"r{number}") for number in range(30)))
    first.kill()
    second.start()
    second.until(lambda: second.count("handled") == 30, timeout=90)
    assert second.count("failed") == second.count("held") == 0
