"""Crashes, rivals, waking and the end: no letter is lost, and none is carried twice without being counted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.outbox import due
from mailgate.outbox.answers import Outcome
from mailgate.outbox.deliver import MOST_AT_ONCE, Sender
from mailgate.outbox.patience import Patience
from mailgate.store.db import Tx
from mailgate.store.turns import Turns
from tests.doubles.relay import Relay
from tests.outbox.letters_due import MORNING, Outbox

SOON = timedelta(minutes=10)


def test_two_senders_never_carry_the_same_letter(outbox: Outbox, relay: Relay) -> None:
    for each in range(40):
        outbox.put(f"r{each}@x.example")

    async def story(one: Sender) -> None:
        other = outbox.sender()
        await asyncio.gather(one.send_due(), other.send_due(), one.send_due())
        await other.close()

    outbox.with_sender(story)
    assert len(relay.letters) == 40
    assert set(outbox.states()) == {"sent"}


def test_a_claim_is_respected_until_it_runs_out_and_then_the_letter_goes_again(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example")
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        due.claim(tx, [number], "a sender that dies", MORNING + timedelta(minutes=2))
    outbox.rounds(timedelta(minutes=1))
    assert relay.letters == []
    outbox.rounds(timedelta(minutes=2))
    assert (outbox[number].state, outbox[number].doubtful) == ("sent", 1)
    assert relay.letters[0].header("Message-ID") == f"<{outbox[number].message_id}>"


def test_a_late_result_does_not_overwrite_what_another_sender_wrote(outbox: Outbox) -> None:
    number = outbox.put("erika@x.example")
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        [late] = due.claim(tx, [number], "slow", MORNING + timedelta(minutes=2))
    outbox.clock.advance(timedelta(minutes=3))
    outbox.rounds()
    with outbox.store.transaction(outbox.settings, MORNING) as tx:
        assert not due.write(tx, late, Outcome("failed", "late", 1, 0, None))
    assert outbox[number].state == "sent"


def test_a_claim_is_renewed_while_the_letter_is_under_way(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    number = outbox.put("erika@x.example")

    async def story(sender: Sender) -> None:
        sending = asyncio.create_task(sender.send_due())
        await asyncio.to_thread(relay.wait_until_held)
        before = outbox[number].claimed_until
        outbox.clock.advance(timedelta(seconds=40))
        async with asyncio.timeout(5):
            while outbox[number].claimed_until == before:
                await asyncio.sleep(0.01)
        relay.release()
        await sending

    outbox.with_sender(story, Patience(gather=0.05))
    assert outbox[number].state == "sent"


def test_when_nobody_can_be_told_the_result_stands(outbox: Outbox, relay: Relay) -> None:
    def fails(tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
        tx.execute(sa.update(due.LETTER).values(subject="half done"))
        raise RuntimeError("the desk is broken")

    outbox._settled = fails  # type: ignore[method-assign]
    number = outbox.put("erika@x.example")
    outbox.rounds()
    assert (outbox[number].state, outbox[number].subject) == ("sent", "[#1001] Hello")


async def _running(sender: Sender, stop: asyncio.Event, story: Any) -> None:
    run = asyncio.create_task(sender.run(stop))
    try:
        await story()
    finally:
        stop.set()
        await run


def test_the_running_sender_is_woken_from_another_thread(outbox: Outbox, relay: Relay) -> None:
    async def story() -> None:
        sender, stop = outbox.sender(Patience(poll=600)), asyncio.Event()

        async def wakes() -> None:
            outbox.put("erika@x.example")
            await asyncio.to_thread(sender.wake)
            await relay.arrived(1)

        await _running(sender, stop, wakes)

    asyncio.run(story())
    assert outbox.states() == ["sent"]


class CountedTurns(Turns):
    given = 0

    def take(self) -> None:
        self.given += 1
        super().take()


async def all_leave(outbox: Outbox, relay: Relay, sender: Sender, letters: int) -> None:
    """The relay is there again, and its rest is over."""
    relay.come_back()
    outbox.clock.advance(timedelta(seconds=10))
    sender.wake()
    await relay.arrived(letters)


def test_while_every_relay_rests_new_letters_take_no_turn_at_the_desk(outbox: Outbox, relay: Relay) -> None:
    turns = outbox.turns = CountedTurns()
    first = outbox.put("erika@x.example")

    async def story() -> None:
        relay.go_away()
        sender = outbox.sender(Patience(poll=600, gather=0.05))

        async def letters_come() -> None:
            while not outbox[first].answer:
                await asyncio.sleep(0.01)
            given = turns.given
            for each in range(10):
                outbox.put(f"r{each}@x.example")
                sender.wake()
                await asyncio.sleep(0.02)
            assert turns.given == given
            await all_leave(outbox, relay, sender, 11)

        await _running(sender, asyncio.Event(), letters_come)

    asyncio.run(story())
    assert set(outbox.states()) == {"sent"}


def test_while_every_relay_rests_one_look_is_enough_however_many_letters_wait(outbox: Outbox, relay: Relay) -> None:
    for each in range(120):
        outbox.put(f"r{each}@x.example")

    async def story() -> None:
        relay.go_away()
        sender = outbox.sender(Patience(gather=0.05))

        async def time_goes_by() -> None:
            while not outbox.answered():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)
            assert outbox.answered() == MOST_AT_ONCE
            await all_leave(outbox, relay, sender, 120)

        await _running(sender, asyncio.Event(), time_goes_by)

    asyncio.run(story())
    assert set(outbox.states()) == {"sent"}


def test_stopping_finishes_the_letter_in_data_and_gives_the_others_back(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    for each in range(10):
        outbox.put(f"r{each}@x.example")

    async def story() -> None:
        stop = asyncio.Event()
        run = asyncio.create_task(outbox.sender(Patience()).run(stop))
        await asyncio.to_thread(relay.wait_until_held, 4)
        stop.set()
        await asyncio.sleep(0)
        relay.release()
        await run

    asyncio.run(story())
    assert sorted(outbox.states()) == ["pending"] * 6 + ["sent"] * 4
    waiting = [outbox[number] for number in range(1, 11) if outbox[number].state == "pending"]
    assert {(row.attempts, row.doubtful, row.claimed_until) for row in waiting} == {(0, 0, None)}


def test_stopping_does_not_wait_for_a_relay_that_never_answers(outbox: Outbox, relay: Relay) -> None:
    relay.hold("DATA")
    number = outbox.put("erika@x.example")

    async def story() -> None:
        run = asyncio.create_task(outbox.sender(Patience(drain=0.2)).run(asyncio.Event()))
        await asyncio.to_thread(relay.wait_until_held)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)

    asyncio.run(story())
    row = outbox[number]
    assert (row.state, row.doubtful, row.claimed_until) == ("pending", 1, None)


def test_a_stalled_relay_does_not_stop_letters_to_another(tmp_path: Path, relay: Relay) -> None:
    with Relay() as stalled:
        outbox = Outbox(
            tmp_path, [{"url": stalled.url, "from": ["*@it.example"]}, {"url": relay.url, "from": ["*@example.com"]}]
        )
        stalled.hold("DATA")
        for each in range(60):
            outbox.put(f"r{each}@x.example", sender="desk@it.example")
        outbox.put("erika@x.example")

        async def story() -> None:
            sender, stop = outbox.sender(Patience(turn=0.1, gather=0.05, drain=0.1)), asyncio.Event()

            async def arrives() -> None:
                await relay.arrived(1)

            await _running(sender, stop, arrives)

        asyncio.run(story())
        assert outbox[61].state == "sent"


def test_a_sender_that_stood_still_for_too_long_hands_over_nothing(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example")
    relay.hold("RCPT")

    async def story(sender: Sender) -> None:
        sending = asyncio.create_task(sender.send_due())
        await asyncio.to_thread(relay.wait_until_held)
        outbox.clock.advance(timedelta(minutes=3))  # SIGSTOP, a machine that is suspended
        with outbox.store.transaction(outbox.settings, outbox.clock.now()) as tx:
            assert due.claim(tx, [number], "another sender", tx.now + timedelta(minutes=2))
        relay.release()
        await sending

    outbox.with_sender(story)
    assert relay.letters == []
    assert (outbox[number].state, outbox[number].worker, outbox[number].doubtful) == ("pending", "another sender", 1)


def test_a_sender_that_stood_still_and_was_not_missed_tries_again(outbox: Outbox, relay: Relay) -> None:
    number = outbox.put("erika@x.example")
    relay.hold("RCPT")

    async def story(sender: Sender) -> None:
        sending = asyncio.create_task(sender.send_due())
        await asyncio.to_thread(relay.wait_until_held)
        outbox.clock.advance(timedelta(minutes=3))
        relay.release()
        await sending
        await sender.send_due()

    outbox.with_sender(story)
    assert len(relay.letters) == 1
    assert (outbox[number].state, outbox[number].doubtful) == ("sent", 0)
