"""The opening hours of calendars: `mon-fri: ["09:00-12:00", "13:00-17:00"]`, `sat: 09:00-12:00`, up to 24:00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.settings.problems import Problem, shown
from mailgate.settings.tree import Found, Mapping, Node, children, find, pattern, texts

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_LAST = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """Open from and until, in minutes since midnight; `until` may be 1440."""

    begins: int
    ends: int


def days(key: str) -> tuple[int, ...] | None:
    """`mon-fri`, `sat` or `mon, wed` as numbers from 0 (Monday); None where it names no days."""
    named: list[int] = []
    for part in key.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return None
        begins, ends = DAYS.index(first), DAYS.index(last if dash else first)
        # A range may run over the end of the week: fri-mon.
        named.extend((begins + step) % 7 for step in range((ends - begins) % 7 + 1))
    return tuple(dict.fromkeys(named))


def span(text: str) -> Span | str:
    """`09:00-12:00` as minutes, or what is wrong with it."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        return f"{shown(text)} is no span of time; write one such as '09:00-17:00'"
    hours, minutes = (int(match[1]), int(match[3])), (int(match[2]), int(match[4]))
    begins, ends = (hours[0] * 60 + minutes[0], hours[1] * 60 + minutes[1])
    if max(minutes) > 59 or max(begins, ends) > _LAST:
        return f"{shown(text)} is beyond a day; times go from 00:00 to 24:00"
    return Span(begins, ends) if begins < ends else f"{shown(text)} ends before it begins; split it at midnight"


def wrong_hours(root: Node) -> Iterator[Problem]:
    """A problem for each key that is no day and each span that is none or overlaps another of that day."""
    for found in find(root, pattern("calendars.*")):
        if not isinstance(found.node, Mapping):
            continue
        opening = found.below("open")
        if opening is None or (isinstance(opening.node, Mapping) and not opening.node.entries):
            yield found.key_problem("this calendar is never open; write open: {mon-fri: '09:00-17:00'}")
        elif isinstance(opening.node, Mapping):
            yield from _wrong_week(opening)


def _wrong_week(opening: Found) -> Iterator[Problem]:
    week: dict[int, list[tuple[Span, Found]]] = {day: [] for day in range(7)}
    for entry in children(opening):
        named = days(str(entry.path[-1]))
        if named is None:
            message = f"'{entry.path[-1]}' names no days; write mon, tue, wed, thu, fri, sat or sun, or mon-fri"
            yield entry.key_problem(message)
        for found in texts(entry, ()):
            made = span(found.text or "")
            if isinstance(made, str):
                yield found.judged(made)
                continue
            other = next((each for day in named or () for each in week[day] if _overlap(each[0], made)), None)
            if other:
                yield found.problem(f"{shown(found.written)} overlaps {shown(other[1].written)} of the same day")
            for day in named or ():
                week[day].append((made, found))


def _overlap(one: Span, other: Span) -> bool:
    return one.begins < other.ends and other.begins < one.ends
