"""Is it a program that answers us again and again? By likeness of its words and rhythm of its mails together: people
repeat themselves too, and people are quick too, but not both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from mailgate.mail.likeness import Prints, alike

QUICK = timedelta(minutes=3)
"""Nobody reads a letter and writes the same once more within this time, twice in a row."""
UNEVEN = 0.2
"""How much the gaps of a clock may differ, as a part of the shorter."""
REPEATED = 2
"""So many earlier mails have to be like the newest one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One mail of somebody."""

    at: datetime
    prints: Prints
    answered: datetime | None
    """When our letter about it left; None where none did: what comes then is no reaction to us."""


def robot(heard: Sequence[Heard], repeated: int = REPEATED) -> str | None:
    """Why the newest of these mails (newest first) is a program's reaction to our letters, or None. `repeated`: so many
    earlier mails have to be like it."""
    newest = heard[: repeated + 1]
    if len(newest) <= repeated or not all(alike(newest[0].prints, each.prints) for each in newest[1:]):
        return None
    steps = list(pairwise(newest))
    if not all(before.answered and before.answered <= later.at for later, before in steps):
        return None
    gaps = [later.at - before.at for later, before in steps]
    if all(gap <= QUICK for gap in gaps):
        return f"{len(newest)} mails that say the same, each at once after a letter of ours"
    if len(gaps) > 1 and max(gaps) - min(gaps) <= UNEVEN * min(gaps):
        return f"{len(newest)} mails that say the same, as regular as a clock"
    return None
