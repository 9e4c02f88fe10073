"""What is promised about a ticket and when that falls due: by its kind and priority, and by the customer group of its
reporter, of which the shorter binds. Pure; the desk keeps the moments with the ticket (`desk/deadlines.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from mailgate.rules.hours import answer_by, later, open_time, part_way
from mailgate.rules.opening import HOLIDAYS
from mailgate.settings.categories import Kind, Urgency
from mailgate.settings.model import Settings
from mailgate.settings.people import Promises
from mailgate.settings.scalars import Duration

What = Literal["response", "solution", "yellow", "red"]
Source = Literal["kind", "priority", "customer_group"]
Pause = tuple[datetime, datetime]
"""From when until when a clock stood."""

HALF, LAST_QUARTER = Fraction(1, 2), Fraction(3, 4)
_SHARES: tuple[tuple[What, Fraction], ...] = (("yellow", HALF), ("red", Fraction(1)))
"""Where thresholds are left out: the share of the solution's time after which the light turns."""
_FIELDS: tuple[tuple[What, str], ...] = (
    ("response", "response"),
    ("solution", "solution"),
    ("yellow", "yellow_after"),
    ("red", "red_after"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a ticket decides about what is promised."""

    kind: str
    priority: str
    customer_group: str | None
    start: datetime
    """From when it counts (UTC)."""
    is_part: bool = False
    """A part of another ticket: nobody waits for a first answer on it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One promise: when it falls due as if the clock never stood, and who says so."""

    what: What
    at: datetime
    source: Source
    length: Duration | None
    """None: a share of the solution's time."""


@dataclass(frozen=True, slots=True)
class Moments:
    """When what falls due, in UTC; None where nothing says so."""

    response: datetime | None = None
    solution: datetime | None = None
    yellow: datetime | None = None
    red: datetime | None = None


NOTHING = Moments()


def digest(settings: Settings) -> int:
    """Of all that decides when something falls due on a ticket; holidays may be others with another package."""
    return int.from_bytes(hashlib.sha256(f"{settings.timing}{HOLIDAYS}".encode()).digest()[:7])


def calendar_for(settings: Settings, kind: str) -> str | None:
    """The calendar that a kind's promises count in; None: plain time."""
    found = settings.all_kinds.get(kind)
    return found.calendar if found else None


def opens(settings: Settings, kind: str, moment: datetime) -> datetime:
    """That moment where letters about such a ticket may go out then, else the next opening."""
    try:
        return later(settings, calendar_for(settings, kind), moment, timedelta())
    except ValueError:  # a calendar that never opens holds nothing back
        return moment


def is_anything_promised(settings: Settings, kind: str) -> bool:
    """False: to nobody, whatever the priority."""
    return kind in settings.promising_kinds or bool(settings.promising_groups)


def terms(settings: Settings, asked: Asked) -> tuple[Term, ...]:
    """Every promise that holds, those of the kind first. Of several about the same the earliest binds (`binding`). A
    calendar that never opens promises nothing."""
    kind, group = settings.all_kinds.get(asked.kind), settings.customer_groups.get(asked.customer_group or "")
    by_kind = _lengths_of_kind(kind, asked.priority) if kind else ()
    by_group = _lengths(group.promises, "customer_group") if group else ()
    calendar = kind.calendar if kind else None
    found = (_with_shares(settings, calendar, asked.start, tuple(lengths)) for lengths in (by_kind, by_group))
    return tuple(term for each in found for term in each if not (asked.is_part and term.what == "response"))


def binding(found: Iterable[Term], what: What) -> Term | None:
    """The promise that counts: the shortest."""
    return min((term for term in found if term.what == what), key=lambda term: term.at, default=None)


def moments(settings: Settings, asked: Asked, pauses: tuple[Pause, ...] = ()) -> Moments:
    """When the promises that bind fall due, after all the times in which the clock stood."""
    found = terms(settings, asked)
    if not found:
        return NOTHING
    calendar = calendar_for(settings, asked.kind)
    whats: tuple[What, ...] = ("response", "solution", "yellow", "red")
    ends = (binding(found, what) for what in whats)
    return Moments(*(moved(settings, calendar, term.at, pauses) if term else None for term in ends))


def moved(settings: Settings, calendar: str | None, at: datetime, pauses: Iterable[Pause]) -> datetime:
    """What falls due then, after these pauses: each that began before it moves it on by its open time."""
    for pause in pauses:
        at = after_pause(settings, calendar, at, pause)
    return at


def after_pause(settings: Settings, calendar: str | None, at: datetime, pause: Pause) -> datetime:
    """What falls due then, after this pause. What had passed when it began stays passed."""
    begins, ends = pause
    stood = open_time(settings, calendar, begins, ends) if begins < at else timedelta()
    try:
        return later(settings, calendar, at, stood) if stood else at
    except ValueError:  # the calendar has been closed for good: nothing falls due later than it did
        return at


def yellow_before(settings: Settings, kind: str, set_at: datetime, due_at: datetime) -> datetime:
    """When the light turns yellow before a date that was promised at `set_at`: the last quarter of the open time."""
    return part_way(settings, calendar_for(settings, kind), set_at, due_at, LAST_QUARTER)


def spent(
    settings: Settings, calendar: str | None, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> timedelta:
    """Working time between two moments, less what of it lies in pauses."""
    stood = (open_time(settings, calendar, max(begins, start), min(ends, end)) for begins, ends in pauses)
    return open_time(settings, calendar, start, end) - sum(stood, timedelta())


# -- what is written ---------------------------------------------------------------------------------------------------

_Length = tuple[What, Duration, Source]


def _lengths_of_kind(kind: Kind, priority: str) -> Iterator[_Length]:
    """What the priority says, else the kind. Who sets a solution of his own has thresholds of his own too."""
    over: Urgency = getattr(kind, priority, None) or Urgency()
    theirs = dict(_written(over))
    for what, length in _written(kind):
        if what not in theirs and not (what in ("yellow", "red") and over.solution):
            yield what, length, "kind"
    for what, length in theirs.items():
        yield what, length, "priority"


def _lengths(promises: Promises, source: Source) -> Iterator[_Length]:
    for what, length in _written(promises):
        yield what, length, source


def _written(section: Kind | Urgency | Promises) -> Iterator[tuple[What, Duration]]:
    for what, name in _FIELDS:
        length = getattr(section, name, None)
        if length is not None:
            yield what, length


def _with_shares(
    settings: Settings, calendar: str | None, start: datetime, lengths: tuple[_Length, ...]
) -> Iterator[Term]:
    found = [
        Term(what, at, by, length)
        for what, length, by in lengths
        if (at := _due(settings, calendar, start, length)) is not None
    ]
    yield from found
    solution, said = binding(found, "solution"), {what for what, _, _ in lengths}
    for what, share in _SHARES:
        if solution and what not in said:
            at = part_way(settings, calendar, start, solution.at, share)
            yield Term(what, at, solution.source, None)


def _due(settings: Settings, calendar: str | None, start: datetime, length: Duration) -> datetime | None:
    try:
        return answer_by(settings, calendar, start, length)
    except ValueError:
        return None
