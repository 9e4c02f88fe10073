"""Receipts come from the journal's thread to the loop: whole batches at once, and nothing before all rows are there."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

import pytest

from mailgate.errors import StoreUnavailable
from mailgate.intake.commits import Commits
from mailgate.store.journal import Receipt


def rows(count: int) -> tuple[Future[Receipt], ...]:
    return tuple(Future() for _ in range(count))


async def test_a_batch_of_another_thread_wakes_the_loop_once() -> None:
    commits, waiting = Commits(), rows(50)
    expected = [commits.expect((row,)) for row in waiting]

    def settle() -> int:
        for number, row in enumerate(waiting):
            row.set_result(Receipt(number, again=False))
        return len(commits._loop._ready)  # type: ignore[attr-defined]  # the loop stands still meanwhile

    assert settle() == 1
    assert [receipt.id for receipt in await asyncio.gather(*expected)] == list(range(50))


async def test_a_mail_for_several_rows_is_answered_when_all_are_written() -> None:
    commits, waiting = Commits(), rows(3)
    first = commits.expect(waiting)
    for number in (2, 0):
        waiting[number].set_result(Receipt(number, again=False))
        await asyncio.sleep(0)
    assert not first.done()
    waiting[1].set_result(Receipt(1, again=False))
    assert (await first).id == 0


async def test_one_row_that_is_not_written_is_none_of_them() -> None:
    commits, waiting = Commits(), rows(2)
    first = commits.expect(waiting)
    waiting[0].set_result(Receipt(1, again=False))
    waiting[1].set_exception(StoreUnavailable("the disk is full"))
    with pytest.raises(StoreUnavailable):
        await first


def test_after_the_end_of_the_loop_a_receipt_troubles_nobody() -> None:
    (row,) = rows(1)

    async def expect() -> None:
        Commits().expect((row,))

    asyncio.run(expect())
    row.set_result(Receipt(1, again=False))
