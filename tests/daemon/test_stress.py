"""Strangers hold every connection there is for strangers, and say nothing, or a letter at a time: who is believed is
answered as usual."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.daemon.node import Node, Senders, mail_of
from tests.daemon.test_memory import MiB, watching

STRANGERS = [f"127.0.0.{number}" for number in range(2, 17)]
EACH = 10
SLOW = b"EHLO x\r\nMAIL FROM:<s@stranger.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n"
ANSWERED_WITHIN = 2.0
"""Seconds, from the first word to the 250: reliability under load, not speed."""


class Timed(Senders):
    """Who notes how long each mail took."""

    took: list[float]

    async def _try(self, name: str) -> bool:
        began = time.monotonic()
        accepted = await super()._try(name)
        self.took.append(time.monotonic() - began)
        return accepted


def call(node: Node, own: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", node.port), timeout=20, source_address=(own, 0))


@contextmanager
def dripping(lines: list[socket.socket]) -> Iterator[None]:
    """A letter of a mail without end on each, again and again."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.2):
            for line in lines:
                with suppress(OSError):
                    line.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    yield
    over.set()
    thread.join()


def test_strangers_who_hold_every_connection_keep_no_relay_waiting(tmp_path: Path) -> None:
    with Node(tmp_path, {"limits": {"connections": 100, "connections_per_peer": EACH}}) as node, ExitStack() as open_:
        node.start()
        lines = [open_.enter_context(call(node, own)) for own in STRANGERS for _ in range(EACH)]
        greetings = [line.recv(100)[:3] for line in lines]
        assert (greetings.count(b"220"), greetings.count(b"421")) == (100, 50)
        slow = [line for line, said in zip(lines, greetings, strict=True) if said == b"220"][::2]
        for line in slow:
            line.sendall(SLOW)
        names = {f"r{number}" for number in range(100)}
        watch = watching(node)
        with watch(), dripping(slow):
            senders = Timed(node, sorted(names), at_once=10)
            senders.took = []
            with senders:
                pass
            node.until(lambda: node.settled(100))
        assert senders.accepted == names
        assert len(senders.took) == 100, "nobody was turned away"
        assert sorted(senders.took)[98] < ANSWERED_WITHIN
        assert watch.most < 250 * MiB
        node.send(mail_of("late"))
        assert node.times_said("Traceback") == 0
