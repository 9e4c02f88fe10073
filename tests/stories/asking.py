"""What the clock does about unproven mails that had to wait, and what stands in the letter that asks about them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import unquote

from mailgate.jobs import JOBS
from tests.doubles.relay import Received
from tests.stories.mailer import Mail
from tests.stories.world import World

_LINK = re.compile(r"^ *(.+?) +<mailto:([^?]+)\?subject=([^&]*)&body=([^>]*)>", re.MULTILINE)


def hours_end(desk: World, **by: float) -> list[str]:
    """So much time passes, then the clock asks about what had to wait; returns the new letters."""
    desk.clock.advance(timedelta(**by))
    asking = next(job for job in JOBS if job.name.startswith("ask about"))
    asking.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)
    desk.work()
    return desk.new_letters()


def links(letter: Received, label: str) -> list[tuple[str, str, str]]:
    """Address, subject and text of every link of that label."""
    return [
        (to, unquote(subject), unquote(body)) for name, to, subject, body in _LINK.findall(letter.text) if name == label
    ]


def tap(desk: World, letter: Received, label: str, number: int, *, sender: str, **how: object) -> int:
    """Tap the so-many-th link of that label, from 0, and send the mail that opens."""
    to, subject, body = links(letter, label)[number]
    return desk.mail(Mail(sender, to, subject, body), **how)


def not_sent(desk: World, number: int = 1001) -> list[str]:
    """What the ticket says of answers that were not sent."""
    return [f"{each['said']}: {each['text'] or each['commands']}" for each in desk.ticket(number)["not_sent"]]
