"""The pauses between attempts at a letter, and the end of trying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailgate.rules.retry import next_attempt

FIRST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (40, 240)],
)
def test_each_pause_is_as_the_table_says_and_at_most_a_tenth_longer(attempts: int, minutes: int) -> None:
    now = FIRST + timedelta(hours=1)
    due = next_attempt(attempts, FIRST, now)
    assert due is not None
    assert timedelta(minutes=minutes) <= due - now <= timedelta(minutes=minutes * 1.1)


def test_letters_that_failed_together_come_back_apart_but_each_always_at_the_same_time() -> None:
    due = [next_attempt(7, FIRST + timedelta(seconds=second), FIRST) for second in range(50)]
    assert len(set(due)) > 30
    assert due == [next_attempt(7, FIRST + timedelta(seconds=second), FIRST) for second in range(50)]


def test_after_five_days_it_is_given_up() -> None:
    assert next_attempt(30, FIRST, FIRST + timedelta(days=5)) is None
    assert next_attempt(1, FIRST, FIRST + timedelta(days=9)) is None


def test_the_last_attempt_falls_on_the_end_of_the_five_days() -> None:
    assert next_attempt(30, FIRST, FIRST + timedelta(days=4, hours=23)) == FIRST + timedelta(days=5)


def test_the_whole_series_ends_by_itself_with_some_thirty_attempts() -> None:
    now: datetime | None = FIRST
    attempts = 0
    while now is not None:
        attempts += 1
        last, now = now, next_attempt(attempts, FIRST, now)
        assert now is None or now > last
    assert 30 < attempts < 40
    assert last == FIRST + timedelta(days=5)
