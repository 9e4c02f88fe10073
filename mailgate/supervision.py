"""Telling systemd how we are (sd_notify(3)): READY, STOPPING, and the watchdog's heartbeat. Silent elsewhere."""

from __future__ import annotations

import os
import socket
from datetime import timedelta


def notify(state: str) -> None:
    """Send one state, such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())


def heartbeat_every() -> timedelta | None:
    """Half of what the watchdog allows; None where there is none."""
    microseconds = os.environ.get("WATCHDOG_USEC")
    return timedelta(microseconds=int(microseconds) / 2) if microseconds else None
