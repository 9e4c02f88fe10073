"""What the clock does, at once: about mailgate itself (troubles, held mails), and about tickets."""

from __future__ import annotations

from datetime import timedelta

from mailgate.jobs import JOBS
from tests.stories.world import World

ABOUT_ITSELF = ("show held mails", "look for troubles", "tell the admins of troubles")
OF_TICKETS = ("reckon deadlines by another configuration", "do what is due on tickets")


def strike(desk: World, **by: float) -> list[str]:
    """So much time passes, then these jobs run and their letters leave; returns the new letters."""
    desk.clock.advance(timedelta(**by))
    for job in JOBS:
        if job.name in ABOUT_ITSELF:
            job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
    while desk.sends():
        pass
    return desk.new_letters()


def tick(desk: World, **by: float) -> list[str]:
    """So much time passes, then the clock looks at the tickets as often as there is something to do, and its letters
    leave; returns the new letters."""
    desk.clock.advance(timedelta(**by))
    jobs = [job for job in JOBS if job.name in OF_TICKETS]
    while any(job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns) for job in jobs):
        pass
    while desk.sends():
        pass
    return desk.new_letters()


def tick_through(desk: World, **until: float) -> dict[str, list[str]]:
    """So much time passes in quarters of an hour; returns the new letters by their moment in UTC, `Mon 12:15`."""
    quarter, told = timedelta(minutes=15), dict[str, list[str]]()
    for _ in range(int(timedelta(**until) / quarter)):
        if letters := tick(desk, minutes=15):
            told[f"{desk.clock.now():%a %H:%M}"] = letters
    return told
