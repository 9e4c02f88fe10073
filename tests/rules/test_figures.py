"""What is counted of a heap of tickets, and what a reader is shown of it."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.rules.figures import Tally, nearest_rank, together

MINUTES = st.lists(st.integers(0, 40), max_size=60)


@given(MINUTES, st.sampled_from([50, 90]))
def test_a_percentile_is_the_nearest_rank(minutes: list[int], percent: int) -> None:
    in_order = sorted(minutes)
    naive = in_order[math.ceil(percent / 100 * len(in_order)) - 1] if in_order else None
    assert nearest_rank(Counter(minutes), percent) == naive


@pytest.mark.parametrize(
    ("minutes", "half", "nine_of_ten"),
    [([], None, None), ([7], 7, 7), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), ([*range(1, 11)], 5, 9), ([0, 0, 0, 9], 0, 9)],
)
def test_it_is_always_a_time_that_some_ticket_took(
    minutes: list[int], half: int | None, nine_of_ten: int | None
) -> None:
    figures = Tally(len(minutes), response=Counter(minutes), solution=Counter(minutes)).figures
    assert (figures.response_median_minutes, figures.response_p90_minutes) == (half, nine_of_ten)
    assert (figures.solution_median_minutes, figures.solution_p90_minutes) == (half, nine_of_ten)


def test_what_nobody_measured_is_nothing_and_not_zero() -> None:
    figures = Tally(3).figures
    assert (figures.kept, figures.rating, figures.response_median_minutes) == (None, None, None)
    assert (figures.count, figures.open, figures.handling_minutes) == (3, 0, 0)


def test_shares_and_means_are_of_what_is_known() -> None:
    figures = Tally(9, decided=3, kept=2, rated=2, scores=9).figures
    assert (figures.kept, figures.rating) == (0.6667, 4.5)


@given(MINUTES, MINUTES)
def test_two_heaps_together_are_as_if_counted_at_once(some: list[int], others: list[int]) -> None:
    heaps = [Tally(len(each), 1, 15, 2, 1, 1, 4, Counter(each), Counter(each)) for each in (some, others)]
    both = some + others
    assert together(heaps) == Tally(len(both), 2, 30, 4, 2, 2, 8, Counter(both), Counter(both))
    assert together([]) == Tally()
