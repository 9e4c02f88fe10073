"""What goes wrong in the loop is said in words, and not a hundred times."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mailgate.clock import SetClock
from mailgate.mishaps import Mishaps

FULL = OSError(24, "Too many open files")


def test_the_same_is_said_once_in_ten_seconds_and_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    clock = SetClock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    mishaps, loop = Mishaps(clock), asyncio.new_event_loop()
    for _ in range(100):
        mishaps(loop, {"message": "socket.accept() out of system resource", "exception": FULL})
    clock.advance(timedelta(seconds=11))
    mishaps(loop, {"message": "socket.accept() out of system resource", "exception": FULL})
    loop.close()
    said = capsys.readouterr().err
    assert said.count("out of system resource: [Errno 24] Too many open files") == 2
    assert "Traceback" not in said


def test_a_fault_of_ours_has_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(Mishaps(SetClock(datetime(2026, 11, 23, tzinfo=UTC))))
        asyncio.get_running_loop().create_task(fails())
        await asyncio.sleep(0)

    asyncio.run(story())
    assert "ZeroDivisionError" in capsys.readouterr().err
