"""The database fails while letters are under way: nothing is told twice or forgotten, and nobody spins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.outbox.answers import Answer, Kind, Outcome
from mailgate.outbox.deliver import Sender
from mailgate.outbox.patience import Patience
from mailgate.outbox.roads import Errand
from mailgate.outbox.ways import A_MOMENT
from mailgate.store.db import Store, Tx
from tests.doubles.relay import Relay
from tests.outbox.letters_due import CALM, Outbox

AWAY = StoreUnavailable("The disk is away.")


@dataclass(frozen=True)
class Away(Store):
    """Nothing can be written; counts how often somebody has tried."""

    tries: list[int] = field(default_factory=list)

    @contextmanager
    def transaction(self, *about: Any, **how: Any) -> Iterator[Tx]:
        self.tries.append(1)
        with super().transaction(*about, **how):
            raise AWAY


@pytest.mark.parametrize("trouble", [AWAY, MemoryError()])
def test_who_can_not_be_told_because_the_machine_failed_is_told_later(
    trouble: Exception, outbox: Outbox, relay: Relay
) -> None:
    number, told = outbox.put("erika@x.example"), list[str]()

    def settled(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
        told.append(outcome.state)
        if len(told) == 1:
            raise trouble

    async def story() -> None:
        stop = asyncio.Event()
        sender = Sender(outbox.store, outbox.settings, outbox.clock, outbox.turns, settled, CALM)
        run = asyncio.create_task(sender.run(stop))
        while outbox[number].state == "pending":
            await asyncio.sleep(0.01)
        stop.set()
        await run

    asyncio.run(story())
    assert (told, outbox[number].state, len(relay.letters)) == (["sent", "sent"], "sent", 1)


def test_while_nothing_can_be_written_the_sender_rests_between_two_tries(outbox: Outbox, relay: Relay) -> None:
    outbox.put("erika@x.example")
    away = Away(outbox.store.journal, outbox.store.desk, outbox.store.blobs)

    async def story() -> None:
        stop = asyncio.Event()
        sender = Sender(away, outbox.settings, outbox.clock, outbox.turns, lambda *about: None, Patience(poll=0.1))
        run = asyncio.create_task(sender.run(stop))
        await relay.arrived(1)
        sender.wake()
        await asyncio.sleep(0.5)
        stop.set()
        await run

    asyncio.run(story())
    assert 1 < len(away.tries) < 20


class Starving(Sender):
    """Has no memory, once, for the second of the letters that it has taken."""

    set_out = 0

    def _set_out(self, *about: Any) -> Any:
        self.set_out += 1
        if self.set_out == 2:
            raise MemoryError
        return super()._set_out(*about)


def test_where_not_all_that_were_taken_can_be_begun_with_all_go_with_the_next_and_once(
    outbox: Outbox, relay: Relay
) -> None:
    numbers = [outbox.put(address) for address in ("erika@x.example", "otto@x.example")]

    async def story() -> None:
        sender = Starving(outbox.store, outbox.settings, outbox.clock, outbox.turns, outbox._settled, CALM)
        with pytest.raises(MemoryError):
            await sender.send_due()
        await sender.send_due()
        await sender.close()

    asyncio.run(story())
    assert [(outbox[each].state, outbox[each].doubtful) for each in numbers] == [("sent", 0)] * 2
    assert sorted(letter.to for letter in relay.letters) == ["erika@x.example", "otto@x.example"]


@pytest.mark.parametrize("trouble", [AWAY, MemoryError(), OSError(24, "Too many open files")])
def test_a_letter_that_can_not_be_put_together_now_waits_for_a_moment(
    trouble: Exception, outbox: Outbox, relay: Relay
) -> None:
    letter = outbox[outbox.put("erika@x.example")]

    async def carried(sender: Sender) -> Answer:
        return await sender._ways.deliver(Errand(letter, letter.to, letter.envelope_from, _fails_with(trouble)))

    answer = outbox.with_sender(carried)
    assert (answer.kind, answer.wait, relay.letters) == (Kind.WAITING, A_MOMENT, [])
    assert answer.text.startswith("it can not be put together now: ")


def _fails_with(trouble: Exception) -> Callable[[], Awaitable[bytes]]:
    async def content() -> bytes:
        raise trouble

    return content
