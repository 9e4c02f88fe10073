"""Telling systemd how we are (sd_notify(3)): READY, STOPPING, and the watchdog's heartbeat. Silent elsewhere."""

from __future__ import annotations

import os
import socket
from datetime import timedelta


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
