"""What goes wrong while nobody waits for it is said in words, and not a hundred times."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

import pytest

from mailgate.clock import SetClock
from mailgate.mishaps import Mishaps, losses_told

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


def test_a_thread_that_ends_by_an_error_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told, before = list[str](), threading.excepthook
    with losses_told(to=told.append):
        for name, work in (("journal", lambda: 1 / 0), ("visitors", lambda: None)):
            thread = threading.Thread(target=work, name=name)
            thread.start()
            thread.join()
    assert told == ["journal has ended"]
    assert "division by zero" in capsys.readouterr().err
    assert threading.excepthook is before


def test_work_whose_result_never_arrives_is_told() -> None:
    """So it is where there is no memory to wake up whoever waits for it."""
    told, result = list[str](), Future[int]()
    result.add_done_callback(lambda done: done.result() / 0)
    with losses_told(to=told.append):
        result.set_result(7)
    assert told == ["the result of some work was lost"]
