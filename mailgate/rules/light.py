"""The traffic light of a ticket (CONTRACT 8): a pure function of its moments and now; and when its clock stands."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

DARK = ("resolved", "closed", "merged")
"""Statuses in which there is nothing left to be late with."""


class Timed(Protocol):
    """What of a ticket the light goes by. Moments are UTC."""

    @property
    def status(self) -> str: ...

    @property
    def yellow_at(self) -> datetime | None: ...

    @property
    def red_at(self) -> datetime | None: ...

    @property
    def stands_since(self) -> datetime | None: ...


def light(ticket: Timed, now: datetime) -> str:
    """`green`, `yellow`, `red` or `off`; while its clock stands, the colour that it had when it stopped."""
    if ticket.status in DARK or (ticket.yellow_at is None and ticket.red_at is None):
        return "off"
    at = ticket.stands_since or now
    if ticket.red_at is not None and ticket.red_at <= at:
        return "red"
    return "yellow" if ticket.yellow_at is not None and ticket.yellow_at <= at else "green"


def stands(status: str, waiting_for: str | None) -> bool:
    """Whether the clock of a ticket stands: it waits for the reporter, and for nobody else, or it is done."""
    return status in DARK or (status == "waiting" and waiting_for == "reporter")
