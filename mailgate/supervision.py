"""Telling systemd how we are (sd_notify(3)): READY, STOPPING, and the watchdog's heartbeat; silent elsewhere. Seeing
that a part of us waits for what never comes."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

STANDS_STILL_SECONDS = 600.0
"""As long as anything that a part waits for may take, and more."""


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

    def is_too_long(self, passed: float) -> bool:
        """Look, so many seconds after the last time."""
        rounds = self.rounds()
        self._seconds = self._seconds + passed if rounds == self._seen else 0.0
        self._seen = rounds
        return self._seconds > STANDS_STILL_SECONDS
