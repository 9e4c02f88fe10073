"""What a packet costs: one write for all that is said to it, and no timer of its own. Where nothing but the connection
matters, the connection is a double that writes down what it is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mailgate.clock import Clock
from mailgate.intake.data import Collected
from mailgate.intake.reception import Door, Reception
from mailgate.intake.verbs import SmtpSession
from mailgate.store.db import open_store
from mailgate.store.journal import Journal
from tests.intake.desk import open_desk, settings_for
from tests.intake.raw import ENVELOPE, MAIL

PIPELINED = ("\r\n".join(("EHLO client.example", *ENVELOPE, "DATA")) + "\r\n").encode()


class Connection(asyncio.Transport):
    """A transport that goes nowhere."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 4711)})
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        return 0


async def session_on(connection: Connection, folder: Path) -> SmtpSession:
    settings = settings_for(folder)
    store = open_store(settings, create=True)
    journal = Journal(store, Clock())
    journal.close()
    store.close()
    session = SmtpSession(Reception(settings, journal, Clock(), lambda receipt: None), Door("smtp"), "example.com")
    session.connection_made(connection)
    await asyncio.sleep(0)
    return session


def lose(session: SmtpSession) -> None:
    """The connection is gone."""
    assert isinstance(session.transport, Connection)
    session.transport.close()
    session.connection_lost(None)


def comes(session: SmtpSession, data: bytes) -> None:
    """A packet, as asyncio hands it over."""
    session.get_buffer(-1)[: len(data)] = data
    session.buffer_updated(len(data))


async def test_all_that_is_said_to_one_packet_goes_out_in_one(tmp_path: Path) -> None:
    connection = Connection()
    session = await session_on(connection, tmp_path)
    comes(session, PIPELINED)
    assert len(connection.written) == 2
    assert [line[:3] for line in connection.written[1].splitlines() if line[3:4] == b" "] == [
        b"250",
        b"250",
        b"250",
        b"354",
    ]
    lose(session)


async def test_a_deadline_moves_for_each_command_and_its_timer_stays(tmp_path: Path) -> None:
    session = await session_on(Connection(), tmp_path)
    ends, timer = session._ends_at, session._timeout_handle
    for _ in range(3):
        await asyncio.sleep(0.001)
        comes(session, b"NOOP\r\n")
        assert session._ends_at > ends
        assert session._timeout_handle is timer
        ends = session._ends_at
    session._alarm()  # when it goes off, the deadline has moved on
    assert session._timeout_handle is not timer
    assert not session.is_closing
    lose(session)


async def test_a_deadline_that_comes_sooner_gets_its_timer(tmp_path: Path) -> None:
    session = await session_on(Connection(), tmp_path)
    comes(session, PIPELINED)
    assert session._timeout_handle is not None
    assert session._timeout_handle.when() == session._ends_at
    assert session._ends_at < session.loop.time() + 61
    lose(session)


async def test_who_sends_what_there_is_no_memory_for_is_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(collected: Collected, data: bytes) -> bytes:
        raise MemoryError

    connection = Connection()
    session = await session_on(connection, tmp_path)
    comes(session, PIPELINED)
    monkeypatch.setattr(Collected, "add", add)
    comes(session, MAIL)
    assert connection.written[-1] == b"421 4.3.1 no memory now, try again later\r\n"
    assert connection.is_closed
    assert session.reception.flight.taken == 0


async def test_what_comes_after_the_end_is_not_kept(tmp_path: Path) -> None:
    connection = Connection()
    session = await session_on(connection, tmp_path)
    comes(session, b"QUIT\r\nNOOP\r\n")
    comes(session, b"NOOP\r\n" * 1000)
    assert connection.is_closed
    assert connection.written[-1] == b"221 2.0.0 bye\r\n"
    assert not session.came
    lose(session)


async def test_a_client_that_leaves_in_its_message_gives_back_its_bytes(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(PIPELINED + MAIL * 100)
        while not desk.reception.flight.taken:
            await asyncio.sleep(0)
        client.reset()
        assert await desk.reception.is_deserted_within(5)
        assert desk.reception.flight.taken == 0
