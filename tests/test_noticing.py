"""Saved files are noticed, once they rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailgate.clock import SetClock
from mailgate.noticing import Noticing

Save = Callable[[str], None]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(text: str) -> None:
        (tmp_path / "routing.yaml").write_text(text)

    write("rules: []")
    return write


def after(clock: SetClock, seconds: float) -> None:
    clock.advance(timedelta(seconds=seconds))


def test_nothing_is_due_without_a_change(tmp_path: Path, clock: SetClock, save: Save) -> None:
    noticing = Noticing(tmp_path, clock)
    after(clock, 100)
    assert not noticing.is_due()


def test_two_seconds_after_the_last_saved_file_and_then_once(tmp_path: Path, clock: SetClock, save: Save) -> None:
    noticing, seen = Noticing(tmp_path, clock), []
    for seconds, text in ((0, "rules: [1]"), (1.5, "rules: [1, 2]"), (1.5, ""), (0.4, ""), (0.2, "")):
        after(clock, seconds)
        if text:
            save(text)
        seen.append(noticing.is_due())
    assert seen == [False, False, False, False, True]
    noticing.known()
    after(clock, 10)
    assert not noticing.is_due()


def test_a_change_that_was_taken_back_is_none(tmp_path: Path, clock: SetClock, save: Save) -> None:
    noticing = Noticing(tmp_path, clock)
    new = tmp_path / "people.yaml"
    new.write_text("agents: {}")
    assert not noticing.is_due()
    new.unlink()
    after(clock, 5)
    assert not noticing.is_due()
    after(clock, 5)
    assert not noticing.is_due()
