"""Clients that are slow, silent, greedy, hasty or gone: each costs us little, gets its answer, and leaves nothing
behind. No test waits for a deadline: where one is meant, it is looked at, and then it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailgate.intake.session import Session
from tests.intake.desk import Desk, HeldJournal, open_desk
from tests.intake.raw import ENVELOPE, MAIL, SUPPORT, Client

HELLO = b"EHLO client.example\r\n"
FROM, TO = (each.encode() + b"\r\n" for each in ENVELOPE)
RELAY = {"smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.0/8"]}}


def session_of(desk: Desk) -> Any:
    """The only one."""
    (session,) = desk.reception.visitors
    assert isinstance(session, Session)
    return session


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


async def test_ten_thousand_recipients_are_answered_and_a_hundred_are_taken(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(HELLO + FROM + TO * 10_000 + b"DATA\r\n")
        hello, sender, *said, data = await client.replies(10_003)
        assert (hello[:3], sender[:3], data[:3]) == ("250", "250", "354")
        assert [said[:100], said[100:]] == [["250 2.1.5 ok"] * 100, ["452 4.5.3 too many recipients"] * 9900]
        assert (await client.ask(MAIL + b".")).startswith("250")
        assert desk.rows()[0].recipients == [SUPPORT]


async def test_rubbish_before_the_greeting_ends_with_421(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call(greeted=False)
        client.send(b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03\r\n" * 50)
        said = await client.rest()
        assert said[0].startswith("220")
        assert {line[:3] for line in said[1:-1]} == {"500"}
        assert said[-1] == "421 4.7.0 too many errors"


async def test_a_message_that_comes_a_byte_a_second_has_an_end(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data()
        session = session_of(desk)
        began = session._pace.started
        for seconds in range(1, 90):  # the bytes come at the rate of the wall clock, which stands still here
            session._pace.more(1, began + seconds)
        assert session._pace.left(began + 59) > 0
        assert session._pace.left(began + 61) < 0
        session._pace.started -= 61
        session.time_is_up()
        assert await client.rest() == ["421 4.4.2 too slow"]
        assert desk.rows() == []


async def test_who_says_nothing_after_data_is_let_go_and_his_bytes_are_given_back(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b"x" * 200_000)
        await until(lambda: desk.reception.flight.taken > 100_000)
        session = session_of(desk)
        session._pace.started -= 3600
        session.time_is_up()
        assert await client.rest() == ["421 4.4.2 too slow"]
        assert await desk.reception.is_deserted_within(5)
        assert desk.reception.flight.taken == 0


async def test_who_sends_and_never_reads_is_not_answered_into_our_memory(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=RELAY) as desk:
        client = await desk.call()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
        client.send(HELLO + FROM + TO * 1_000_000)
        session = session_of(desk)
        waits = session.transport.get_write_buffer_size
        await until(lambda: waits() > 60_000)
        most = 0
        for _ in range(50):
            await asyncio.sleep(0.001)
            most = max(most, waits(), len(session.came))
        assert most < 1_000_000
        session.time_is_up()  # it is let go ...
        session.time_is_up()  # ... and, because it does not read that either, cut off
        assert await desk.reception.is_deserted_within(5)


async def test_who_closes_his_side_and_waits_is_answered_and_gone(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(HELLO + FROM)
        client.writer.write_eof()
        assert [reply[:3] for reply in await client.rest()] == ["250", "250"]
        assert await desk.reception.is_deserted_within(5)


STATES = {
    "connected": b"",
    "a torn command": b"EHL",
    "greeted": HELLO,
    "in a transaction": HELLO + FROM,
    "with a recipient": HELLO + FROM + TO,
    "in the message": HELLO + FROM + TO + b"DATA\r\n" + MAIL,
    "before the dot is whole": HELLO + FROM + TO + b"DATA\r\n" + MAIL + b".\r",
}


@pytest.mark.parametrize("leave", [Client.reset, lambda client: client.writer.close()], ids=["reset", "closed"])
@pytest.mark.parametrize("state", STATES)
async def test_who_leaves_before_the_dot_has_brought_nothing(
    tmp_path: Path, state: str, leave: Callable[[Client], object]
) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(STATES[state])
        await client.writer.drain()
        leave(client)
        assert await desk.reception.is_deserted_within(5)
        assert desk.rows() == []
        assert (desk.reception.flight.taken, desk.reception.connections.total) == (0, 0)


async def test_who_leaves_after_the_dot_and_tries_again_has_brought_one_mail(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HeldJournal) as desk:
        assert isinstance(desk.journal, HeldJournal)
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b".\r\n")
        await desk.journal.came.wait()
        client.reset()
        assert await desk.reception.is_deserted_within(5)
        desk.journal.let_go()
        again = await desk.call()
        await again.ready_for_data()
        desk.journal.came.clear()
        again.send(MAIL + b".\r\n")
        await desk.journal.came.wait()
        desk.journal.let_go()
        assert await again.reply() == "250 2.0.0 kept as M-1"
        assert len(desk.rows()) == 1
