"""What systemd is told, and that nothing depends on it."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mailgate import supervision


@pytest.mark.parametrize("name", ["file", "abstract"])
def test_it_hears_each_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    address = f"@{tmp_path}" if name == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0"))
        systemd.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        supervision.notify("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_a_supervisor_that_is_not_there_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    supervision.notify("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    supervision.notify("READY=1")


@pytest.mark.parametrize(
    ("allowed", "pid", "every"),
    [
        ("60000000", None, timedelta(seconds=30)),
        ("60000000", "ours", timedelta(seconds=30)),
        ("60000000", "1", None),
        ("0", None, None),
        ("often", None, None),
        (None, None, None),
    ],
)
def test_the_heartbeat_is_twice_as_quick_as_the_watchdog(
    monkeypatch: pytest.MonkeyPatch, allowed: str | None, pid: str | None, every: timedelta | None
) -> None:
    for name, value in (("WATCHDOG_USEC", allowed), ("WATCHDOG_PID", str(os.getpid()) if pid == "ours" else pid)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    assert supervision.heartbeat_every() == every


def test_what_goes_on_never_stands_still_however_seldom() -> None:
    rounds = itertools.count()
    part = supervision.Standstill(lambda: next(rounds) // 3)
    assert not any(part.is_too_long(supervision.STANDS_STILL_SECONDS / 2) for _ in range(30))


def test_what_does_not_go_on_stands_still_after_a_while_and_not_because_we_were_stopped() -> None:
    part = supervision.Standstill(lambda: 7)
    looks = [part.is_too_long(5) for _ in range(123)]
    assert looks.index(True) == supervision.STANDS_STILL_SECONDS / 5 + 1
    assert not part.is_too_long(5, turn=60)


async def test_a_question_that_nobody_answers_is_asked_once_and_nobody_waits_for_it() -> None:
    answers, asked = threading.Event(), list[int]()

    def ask() -> bool:
        asked.append(1)
        return answers.wait(60)

    question = supervision.Question(ask)
    for _ in range(3):
        assert not question.was_answered()
        await asyncio.sleep(0.01)
    assert len(asked) == 1
    answers.set()
    for _ in range(2):
        await until(question.was_answered)
    assert len(asked) >= 2


async def test_an_answer_may_be_no() -> None:
    question = supervision.Question(lambda: False)
    for _ in range(5):
        assert not question.was_answered()
        await asyncio.sleep(0.01)


async def until(answered: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not answered():
            await asyncio.sleep(0.001)
