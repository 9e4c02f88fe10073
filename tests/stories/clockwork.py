"""What the clock does about mailgate itself, at once: look for troubles, tell of them, show held mails."""

from __future__ import annotations

from datetime import timedelta

from mailgate.jobs import JOBS
from tests.stories.world import World

ABOUT_ITSELF = ("show held mails", "look for troubles", "tell the admins of troubles")


def strike(desk: World, **by: float) -> list[str]:
    """So much time passes, then these jobs run and their letters leave; returns the new letters."""
    desk.clock.advance(timedelta(**by))
    for job in JOBS:
        if job.name in ABOUT_ITSELF:
            job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
    while desk.sends():
        pass
    return desk.new_letters()
