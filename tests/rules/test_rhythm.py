"""Likeness and rhythm together make a robot; one of them alone does not, nor does what is no reaction to us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailgate.rules.rhythm import Heard, robot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Words = tuple[str, str]
SAME: Words = ("Your mail", "Thank you for your mail, we will answer it soon.")
OTHER: Words = ("Printer", "The printer on our floor has been burning since this morning.")


def heard(*minutes: float, words: tuple[Words, ...] = (), answered: bool = True) -> list[Heard]:
    """Mails at these minutes, oldest first; each answered a second later."""
    said = words or tuple(SAME for _ in minutes)
    times = [NOON + timedelta(minutes=each) for each in minutes]
    second = timedelta(seconds=1)
    mails = [Heard(at, *one, at + second if answered else None) for at, one in zip(times, said, strict=True)]
    return mails[::-1]


def test_three_alike_at_once_after_our_letters_are_a_robots() -> None:
    assert robot(heard(0, 1, 2.5)) == "3 mails that say the same, each at once after a letter of ours"


def test_three_alike_as_regular_as_a_clock_are_a_robots() -> None:
    assert robot(heard(0, 60, 121)) == "3 mails that say the same, as regular as a clock"


def test_a_person_repeats_himself_irregularly() -> None:
    assert robot(heard(0, 10, 90)) is None


def test_a_person_is_quick_with_different_words() -> None:
    assert robot(heard(0, 1, 2, words=(OTHER, SAME, OTHER))) is None


def test_two_are_not_enough_unless_it_was_one_lately() -> None:
    assert robot(heard(0, 1)) is None
    assert robot(heard(0, 1), repeated=1)
    assert robot(heard(0), repeated=1) is None
    assert robot([]) is None


def test_what_came_before_our_letter_left_is_no_reaction() -> None:
    assert robot(heard(0, 1, 2, answered=False)) is None
    at_once = [Heard(NOON, *SAME, NOON + timedelta(seconds=1))] * 3
    assert robot(at_once) is None
