"""Receipts come from the journal's thread to the loop: whole batches at once, and nothing before all rows are there."""

from __future__ import annotations

import asyncio

import pytest

from mailgate.errors import StoreUnavailable
from mailgate.intake.commits import Commits, Expected
from mailgate.store.journal import Receipt


async def test_a_batch_of_another_thread_wakes_the_loop_once() -> None:
    commits = Commits()
    mails = [commits.expect(1) for _ in range(50)]

    def settle() -> int:
        for number, mail in enumerate(mails):
            mail.set_result(Receipt(number, again=False))
        return len(commits._loop._ready)  # type: ignore[attr-defined]  # the loop stands still meanwhile

    assert settle() == 1
    assert [receipt.id for receipt in await asyncio.gather(*[mail.commit for mail in mails])] == list(range(50))


async def test_a_mail_for_several_rows_is_answered_by_its_first_when_all_are_written() -> None:
    mail = Commits().expect(3)
    for number in (0, 1):
        mail.set_result(Receipt(number, again=False))
        await asyncio.sleep(0)
    assert not mail.commit.done()
    mail.set_result(Receipt(2, again=False))
    assert (await mail.commit).id == 0


@pytest.mark.parametrize("failing", [0, 1])
async def test_one_row_that_is_not_written_is_none_of_them(failing: int) -> None:
    mail = Commits().expect(2)
    for row in range(2):
        if row == failing:
            mail.set_exception(StoreUnavailable("the disk is full"))
        else:
            mail.set_result(Receipt(1, again=False))
    with pytest.raises(StoreUnavailable):
        await mail.commit


async def test_a_receipt_that_nobody_waits_for_any_more_troubles_nobody() -> None:
    commits = Commits()
    gone, here = commits.expect(1), commits.expect(1)
    gone.commit.cancel()
    for mail in (gone, here):
        mail.set_result(Receipt(7, again=False))
    assert (await here.commit).id == 7


def test_after_the_end_of_the_loop_a_receipt_troubles_nobody() -> None:
    async def expect() -> Expected:
        return Commits().expect(1)

    asyncio.run(expect()).set_result(Receipt(1, again=False))
