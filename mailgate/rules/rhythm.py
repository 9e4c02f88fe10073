"""Is it a program that answers us again and again? By likeness of its words and rhythm of its mails together: people
repeat themselves too, and people are quick too, but not both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from mailgate.mail.likeness import alike, prints

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
    subject: str
    text: str
    """Its new words."""
    answered: datetime | None
    """When our letter about it left; None where none did: what comes then is no reaction to us."""


def robot(heard: Sequence[Heard], repeated: int = REPEATED) -> str | None:
    """Why the newest of these mails (newest first) is a program's reaction to our letters, or None. `repeated`: so many
    earlier mails have to be like it."""
    newest = heard[: repeated + 1]
    if len(newest) <= repeated:
        return None
    rhythm = _rhythm(newest)  # first: words are compared at a price, and people's have none
    return f"{len(newest)} mails that say the same, {rhythm}" if rhythm and _say_the_same(newest) else None


def _rhythm(newest: Sequence[Heard]) -> str | None:
    steps = list(pairwise(newest))
    if not all(before.answered and before.answered <= later.at for later, before in steps):
        return None
    gaps = [later.at - before.at for later, before in steps]
    if all(gap <= QUICK for gap in gaps):
        return "each at once after a letter of ours"
    even = len(gaps) > 1 and max(gaps) - min(gaps) <= UNEVEN * min(gaps)
    return "as regular as a clock" if even else None


def _say_the_same(newest: Sequence[Heard]) -> bool:
    first, *others = (prints(each.subject, each.text) for each in newest)
    return all(alike(first, each) for each in others)
