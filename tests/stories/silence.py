"""Time passes while somebody outside says nothing: what the clock does about his tickets, and the letters of that."""

from __future__ import annotations

from datetime import timedelta

from mailgate.jobs import JOBS
from tests.stories.world import World

ABOUT_TICKETS = ("do what is due on tickets", "remind of statements")


def passes(desk: World, **by: float) -> list[str]:
    """So much time passes, then the clock looks once; returns the new letters."""
    desk.clock.advance(timedelta(**by))
    looks(desk)
    desk.work()
    return desk.new_letters()


def day_by_day(desk: World, days: int) -> dict[int, list[str]]:
    """Day → the letters of that day, looking every hour; days without a letter are left out."""
    found = {}
    for day in range(1, days + 1):
        for _ in range(24):
            desk.clock.advance(timedelta(hours=1))
            looks(desk)
        desk.work()
        if letters := desk.new_letters():
            found[day] = letters
    return found


def looks(desk: World) -> None:
    """The clock looks once."""
    for job in JOBS:
        if job.name in ABOUT_TICKETS:
            job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
