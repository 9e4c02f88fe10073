"""The figures of one row of a report: what is counted of a heap of tickets, and what a reader is shown of it.

A percentile is the nearest rank: of n values in order the one at place ⌈percent · n / 100⌉. So it is always a time that
some ticket really took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields

Minutes = Counter[int]
"""Working minutes → how many tickets took so many."""


@dataclass(frozen=True, slots=True)
class Figures:
    """CONTRACT 3, a row of `report`, without the fields that it is about; None where there is nothing to measure."""

    count: int
    open: int
    """Neither closed nor merged."""
    response_median_minutes: int | None
    response_p90_minutes: int | None
    solution_median_minutes: int | None
    solution_p90_minutes: int | None
    kept: float | None
    """Of the promises that are decided, the share that was kept: 0 to 1."""
    handling_minutes: int
    rating: float | None
    """Mean of what reporters said, 1 to 5."""


NAMES = tuple(each.name for each in fields(Figures))


@dataclass(frozen=True, slots=True)
class Tally:
    """A heap of tickets, counted."""

    count: int = 0
    open: int = 0
    handling_minutes: int = 0
    decided: int = 0
    """Promises of which it is known whether they were kept; a ticket may have two."""
    kept: int = 0
    rated: int = 0
    scores: float = 0
    """Sum of the ratings."""
    response: Minutes = field(default_factory=Counter)
    solution: Minutes = field(default_factory=Counter)

    @property
    def figures(self) -> Figures:
        """What a reader is shown."""
        return Figures(
            count=self.count,
            open=self.open,
            response_median_minutes=nearest_rank(self.response, 50),
            response_p90_minutes=nearest_rank(self.response, 90),
            solution_median_minutes=nearest_rank(self.solution, 50),
            solution_p90_minutes=nearest_rank(self.solution, 90),
            kept=round(self.kept / self.decided, 4) if self.decided else None,
            handling_minutes=self.handling_minutes,
            rating=round(self.scores / self.rated, 2) if self.rated else None,
        )


def together(tallies: Collection[Tally]) -> Tally:
    """Heaps of different tickets as one."""
    response, solution = Minutes(), Minutes()
    for each in tallies:
        response.update(each.response)
        solution.update(each.solution)
    sums = {name: sum(getattr(each, name) for each in tallies) for name in _ADDED}
    return Tally(**sums, response=response, solution=solution)


_ADDED = tuple(each.name for each in fields(Tally) if each.name not in ("response", "solution"))


def nearest_rank(values: Mapping[int, int], percent: int) -> int | None:
    """The value at that share of all, of values with how often each occurs; None of none."""
    place = -(-sum(values.values()) * percent // 100)
    for value in sorted(values):
        place -= values[value]
        if place <= 0:
            return value
    return None
