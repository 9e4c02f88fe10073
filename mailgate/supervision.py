"""Telling systemd how we are (sd_notify(3)): READY, STOPPING, and the watchdog's heartbeat; silent elsewhere. Seeing
that a part of us waits for what never comes, without waiting for it ourselves."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

STANDS_STILL_SECONDS = 600.0
"""Longer than anything takes that a part of us waits for, but for a worker's turn."""


def notify(state: str) -> None:
    """Send one state, such as `READY=1`. A supervisor that does not listen changes nothing for us."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.settimeout(1)
            channel.connect("\0" + address[1:] if address.startswith("@") else address)
            channel.sendall(state.encode())
    except OSError:
        pass


def heartbeat_every() -> timedelta | None:
    """Half of what the watchdog allows; None where there is none, or where it watches another process."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    allowed = int(microseconds) if ours and microseconds.isdigit() else 0
    return timedelta(microseconds=allowed / 2) if allowed else None


@dataclass
class Standstill:
    """Of a part that goes round and round; `rounds`: how often it has. Time is counted by who looks, and only while he
    looks: where the whole process was stopped for an hour, no part of it has stood still."""

    rounds: Callable[[], int]
    _seen: int = -1
    _seconds: float = 0.0

    def is_too_long(self, passed: float, turn: float = 0.0) -> bool:
        """Look, so many seconds after the last time. `turn`: how long a worker may take for his."""
        rounds = self.rounds()
        self._seconds = self._seconds + passed if rounds == self._seen else 0.0
        self._seen = rounds
        return self._seconds > STANDS_STILL_SECONDS + turn


@dataclass
class Question:
    """`ask` blocks until somebody answers; it is asked by a thread, once at a time, and nobody waits for it."""

    ask: Callable[[], bool]
    _asked: asyncio.Task[bool] = field(init=False)

    def __post_init__(self) -> None:
        self._asked = self._asking()

    def was_answered(self) -> bool:
        """Whether yes was said since the last look; then it is asked anew."""
        if not self._asked.done():
            return False
        before, self._asked = self._asked, self._asking()
        return before.result()

    def _asking(self) -> asyncio.Task[bool]:
        return asyncio.create_task(asyncio.to_thread(self.ask))
