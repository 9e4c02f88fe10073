"""What the clock does in the morning: digests, and the lists of absences; and what stands in them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from mailgate.jobs import JOBS
from tests.doubles.relay import Received
from tests.stories.world import World

IN_THE_MORNING = ("do what is due on tickets", "write digests", "tell who stands in")


def strike(desk: World, **by: float) -> list[str]:
    """So much time passes, then the clock looks after the morning and the letters leave; returns the new ones."""
    desk.clock.advance(timedelta(**by))
    for _ in range(3):  # a look takes a few agents at a time
        for job in JOBS:
            if job.name in IN_THE_MORNING:
                job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
    desk.work()
    return desk.new_letters()


def at(desk: World, moment: datetime) -> list[str]:
    """As `strike`, at that moment."""
    return strike(desk, seconds=(moment - desk.clock.now()).total_seconds())


def chapters(letter: Received) -> dict[str, list[int]]:
    """Heading → numbers of its tickets, as a digest shows them."""
    found: dict[str, list[int]] = {}
    heading = ""
    for line in letter.text.split("\n"):
        if row := re.match(r"  (\d+) · ", line):
            found.setdefault(heading, []).append(int(row[1]))
        elif line and not line.startswith(" "):
            heading = line
    return found
