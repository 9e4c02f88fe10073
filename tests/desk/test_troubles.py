"""Troubles: told when they last, together, again, once more when they are over; and nothing flaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.desk import alerts, troubles
from mailgate.desk.troubles import Seen
from mailgate.sentence import verbatim
from mailgate.store.db import Tx
from tests.stories.world import World

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPS = "ops@example.com"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as world:
        yield world


@contextmanager
def writing(desk: World) -> Iterator[Tx]:
    with desk.turns.turn(), desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        yield tx


def begins(desk: World, kind: str = "relay", about: str = "smtp://a", said: str = "it is away") -> None:
    with writing(desk) as tx:
        troubles.begins(tx, kind, about, verbatim(said))


def ends(desk: World, kind: str = "relay", about: str = "smtp://a") -> None:
    with writing(desk) as tx:
        troubles.ends(tx, kind, about)


def told(desk: World, **by: float) -> list[str]:
    """Subjects of the alerts that leave after so much time."""
    before = len(desk.letters(OPS, "alert"))
    desk.clock.advance(timedelta(**by))
    with writing(desk) as tx:
        alerts.tell(tx)
    desk.work()
    return [letter.header("Subject") for letter in desk.letters(OPS, "alert")[before:]]


RELAY = "Example Support: a relay takes no letters"
CLEAR = "Example Support: all clear, this is over: a relay takes no letters"


def test_a_trouble_that_lasts_is_told_once_and_so_is_its_end(desk: World) -> None:
    begins(desk)
    assert told(desk) == []
    assert told(desk, seconds=20) == [RELAY]
    assert told(desk, minutes=30) == []
    ends(desk)
    assert told(desk) == []
    assert told(desk, minutes=1) == [CLEAR]
    assert told(desk, days=2) == []


def test_what_comes_and_goes_quickly_is_told_to_nobody(desk: World) -> None:
    for _ in range(10):
        begins(desk)
        assert told(desk, seconds=15) == []
        ends(desk)
        assert told(desk, seconds=15) == []
    assert told(desk, days=1) == []


def test_troubles_that_begin_together_stand_in_one_letter(desk: World) -> None:
    begins(desk)
    begins(desk, "disk", "", "it is full")
    begins(desk, "relay", "smtp://b", "it is away as well")
    assert told(desk, seconds=20) == [f"{RELAY} (and 2 more)"]
    text = desk.letter(OPS, "alert").text
    assert [text.count(each) for each in ("It is away.", "It is away as well.", "It is full.")] == [1, 1, 1]


def test_it_is_repeated_while_it_lasts(desk: World) -> None:
    begins(desk)
    told(desk, seconds=20)
    assert told(desk, hours=3, minutes=59) == []
    assert told(desk, minutes=1) == [RELAY]
    assert told(desk, hours=4) == [RELAY]


def test_a_robot_is_told_once_however_long_it_goes_on(desk: World) -> None:
    begins(desk, "robot", "robot@x.example", "it answers")
    assert len(told(desk, seconds=20)) == 1
    assert told(desk, days=1) == []


def test_what_comes_back_before_its_all_clear_is_the_same_trouble(desk: World) -> None:
    begins(desk)
    told(desk, seconds=20)
    for _ in range(20):
        ends(desk)
        assert told(desk, seconds=50) == []
        begins(desk)
        assert told(desk, seconds=50) == []


def test_an_all_clear_takes_longer_each_time_it_was_wrong(desk: World) -> None:
    begins(desk)
    told(desk, seconds=20)
    ends(desk)
    assert told(desk, minutes=1) == [CLEAR]
    begins(desk)
    assert told(desk, minutes=11) == [RELAY]
    ends(desk)
    assert told(desk, minutes=1) == []
    assert told(desk, minutes=3) == [CLEAR]


def test_more_of_the_same_kind_waits_and_another_kind_does_not(desk: World) -> None:
    begins(desk, "mail", "M-1", "one")
    assert len(told(desk, seconds=20)) == 1
    for number in range(2, 6):
        begins(desk, "mail", f"M-{number}", "another")
        assert told(desk, minutes=1) == []
    assert told(desk, minutes=6) == ["Example Support: a mail could not be handled (and 4 more)"]
    begins(desk, "disk", "", "full")
    assert told(desk, seconds=20) == ["Example Support: the disk is nearly full (and 5 more)"]


def test_the_newest_words_count_and_it_began_when_it_began(desk: World) -> None:
    begins(desk, said="no route")
    desk.clock.advance(timedelta(minutes=5))
    begins(desk, said="no login")
    told(desk)
    text = desk.letter(OPS, "alert").text
    assert "No login." in text
    assert "Since Monday, 23 November 2026, 10:00." in text


def test_what_is_not_seen_any_more_is_over(desk: World) -> None:
    seen = {"smtp://a": Seen(verbatim("away")), "smtp://b": Seen(verbatim("away"), MONDAY - timedelta(hours=2))}
    with writing(desk) as tx:
        assert troubles.is_news(tx, "relay", seen)
        assert troubles.are_now(tx, "relay", seen) == 2
        assert not troubles.is_news(tx, "relay", seen)
        assert troubles.are_now(tx, "relay", {"smtp://b": seen["smtp://b"]}) == 1
        [left] = troubles.standing(tx)
    assert (left.about, left.since) == ("smtp://b", MONDAY - timedelta(hours=2))


def test_what_began_again_before_anybody_heard_of_it_says_nothing(desk: World) -> None:
    begins(desk)
    told(desk, seconds=20)
    ends(desk)
    told(desk, minutes=1)
    begins(desk)
    ends(desk)
    assert told(desk, hours=5) == []


def test_ending_what_never_began_is_nothing(desk: World) -> None:
    ends(desk)
    with writing(desk) as tx:
        assert troubles.standing(tx) == []
