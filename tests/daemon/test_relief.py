"""A mail that takes long does not keep the others waiting: another worker goes on with them.

How long anything takes is the machine's affair; what is measured is counted from what the daemon itself says.
"""

from __future__ import annotations

import re
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.crash.rig import INSIDE, ROOT
from tests.daemon.node import Node, mail_of
from tests.daemon.share import Share
from tests.daemon.test_poison import poison

NOTICED = "a mail takes long"
PROMISED = 2.0
"""Seconds by which a mail may delay others: half of one until it is noticed, then another worker is born, and what is
in its way is ended."""


def at(line: str) -> datetime:
    found = re.search(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line)
    assert found, line
    return datetime.fromisoformat(found[0])


def first(node: Node, words: str) -> datetime:
    return at(next(line for line in list(node.log) if re.search(words, line)))


def last(node: Node, words: str) -> datetime:
    return at([line for line in list(node.log) if words in line][-1])


def after_it_was_noticed(node: Node) -> float:
    """Seconds until the last of the others was handled; it is said a moment after the desk knows it."""
    handled = node.count("handled")
    node.until(lambda: node.times_said("state=handled") >= handled)
    return (last(node, "state=handled") - first(node, NOTICED)).total_seconds()


def test_a_poison_mail_delays_others_by_two_seconds_at_the_most(tmp_path: Path) -> None:
    kept: dict[int, datetime] = {}
    with Node(tmp_path, {"limits": {"mail_cpu": "60s"}}) as node:
        poison(node)
        node.start()
        node.send(mail_of("before"))
        node.until(lambda: node.count("handled") == 1)
        with Share(node) as share:
            (hostile,) = node.send(mail_of("mallory", subject="burn"))
            while not node.count("held"):
                (mail,) = node.send(mail_of(f"a{len(kept)}"))
                kept[mail] = datetime.now(UTC)
                time.sleep(0.05)
            node.until(lambda: node.settled(len(kept) + 2))
        worst = max((first(node, rf"handled .*mail={mail} ") - then).total_seconds() for mail, then in kept.items())
        assert worst < PROMISED * share.slowness, f"{worst:.1f} s, {share.slowness:.1f} times slower than alone"
        assert node.mails("--state", "held")[0]["id"] == f"M-{hostile}"
        assert node.times_said("it kept all other mails waiting") == 3
        assert node.end() == 0


def test_others_mails_go_on_while_one_burns_in_its_turn(tmp_path: Path) -> None:
    with Node(tmp_path, {"limits": {"mail_cpu": "60s"}}) as node:
        poison(node)
        node.start()
        with Share(node) as share:
            node.send(mail_of("mallory", subject="burn"), *(mail_of(f"a{number}") for number in range(5)))
            node.until(lambda: node.count("handled") == 5)
        assert after_it_was_noticed(node) < PROMISED * share.slowness
        assert node.times_said("it kept all other mails waiting") == 1, "sixty seconds are not waited for"
        assert node.count("pending") == 1
        node.send(mail_of("late"))
        node.until(lambda: node.count("handled") == 6)
        assert len(node.workers) <= 2
        node.send(mail_of("later"))
        node.until(lambda: node.count("handled") == 7)
        assert node.end() == 0


def test_others_mails_go_on_while_one_hangs_unread_and_it_is_handled_when_it_comes_back(tmp_path: Path) -> None:
    armed = tmp_path / "armed"
    armed.mkdir()
    (armed / "mail-understood").write_text("1 1 stop")  # the first mail that is read stops its worker, still and idle
    with Node(tmp_path, MAILGATE_CRASH=str(armed), PYTHONPATH=f"{INSIDE}:{ROOT}") as node:
        node.start()
        with Share(node) as share:
            node.send(mail_of("slow"), *(mail_of(f"a{number}") for number in range(5)))
            node.until(lambda: node.count("handled") == 5)
        assert after_it_was_noticed(node) < PROMISED * share.slowness
        assert node.count("pending") == 1
        node.signal_to(int((armed / "fired-1").read_text()), signal.SIGCONT)
        node.until(lambda: node.settled(6))
        node.audit({"slow", *(f"a{number}" for number in range(5))})
        assert node.times_said("worker died on a mail") == 0
        node.until(lambda: len(node.workers) == 1)
        assert node.end() == 0
