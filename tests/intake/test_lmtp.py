"""LMTP (RFC 2033): its own greeting, and one reply to the message for each accepted recipient, whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mailgate.store.journal import raw_of
from tests.intake.desk import Desk, failing, open_desk, seconds
from tests.intake.raw import MAIL, Client

LMTP: dict[str, Any] = {"lmtp": {"listen": "unix:lmtp.sock"}, "smtp": {"listen": None}}
THREE = ("MAIL FROM:<a@b.example>", *["RCPT TO:<support@example.com>"] * 2, "RCPT TO:<it@example.com>")


async def ready(desk: Desk) -> Client:
    client = await desk.call("lmtp")
    await client.ready_for_data(THREE, hello="LHLO mx.example.com")
    return client


async def test_lhlo_alone_is_a_greeting(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as desk:
        client = await desk.call("lmtp")
        assert (await client.ask("HELO mx.example.com")).startswith("500")
        assert (await client.ask("EHLO mx.example.com")).startswith("500")
        assert "PIPELINING" in await client.ask("LHLO mx.example.com")


async def test_each_accepted_recipient_gets_a_reply_also_the_same_one_twice(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as desk:
        client = await desk.call("lmtp")
        await client.ask("LHLO mx.example.com")
        for command in THREE:
            await client.ask(command)
        assert (await client.ask("RCPT TO:<nobody@example.com>")).startswith("550 5.1.1")
        await client.ask("DATA")
        client.send(MAIL + b".\r\nQUIT\r\n")
        assert await client.rest() == ["250 2.0.0 kept as M-1"] * 3 + ["221 2.0.0 bye"]
        row = desk.rows()[0]
    assert (row.source, row.peer, row.trusted) == ("lmtp", None, True)
    assert row.recipients == ["support@example.com", "it@example.com"]


@pytest.mark.parametrize(
    ("content", "reply"),
    [
        (MAIL + b"x\r\n" * 100_000, "552 5.3.4"),
        (MAIL + b"x" * 90_000 + b"\r\n", "552 5.6.0"),
        (b"", "554 5.6.0"),
    ],
)
async def test_a_refused_message_gets_as_many(tmp_path: Path, content: bytes, reply: str) -> None:
    async with open_desk(tmp_path, intake=LMTP, message_size="200KiB") as desk:
        client = await ready(desk)
        client.send(content + b".\r\nNOOP\r\n")
        assert [line[:9] for line in await client.replies(4)] == [reply] * 3 + ["250 2.0.0"]


async def test_bare_line_ends_of_a_local_server_are_stored_as_they_are(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as desk:
        client = await ready(desk)
        client.send(b"Subject: a\n\nb\rc\n.\n\r\n.\r\n")
        assert await client.replies(3) == ["250 2.0.0 kept as M-1"] * 3
        assert raw_of(desk.store, desk.rows()[0]) == b"Subject: a\n\nb\rc\n.\n\r\n"


async def test_without_trust_they_are_refused_with_as_many_replies(tmp_path: Path) -> None:
    untrusted = {**LMTP, "lmtp": {"listen": "unix:lmtp.sock", "trusted": False}}
    async with open_desk(tmp_path, intake=untrusted) as desk:
        client = await ready(desk)
        client.send(b"Subject: a\n\r\n.\r\n")
        assert [line[:10] for line in await client.replies(3)] == ["550 5.6.11"] * 3


async def test_a_fault_of_ours_is_said_to_each(tmp_path: Path) -> None:
    async with open_desk(tmp_path, failing(RuntimeError("secret")), intake=LMTP) as desk:
        client = await ready(desk)
        client.send(MAIL + b".\r\nNOOP\r\n")
        assert await client.replies(4) == ["451 4.3.0 try again later"] * 3 + ["250 2.0.0 ok"]


async def test_no_room_is_said_to_each(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP, bytes_in_flight=500) as desk:
        client = await ready(desk)
        client.send(MAIL + b"x\r\n" * 1000 + b".\r\n")
        assert [line[:9] for line in await client.replies(3)] == ["452 4.3.1"] * 3


async def test_a_message_that_never_ends_is_given_up_to_each(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP, data_timeout=seconds(0.1), data_rate=10**9) as desk:
        client = await ready(desk)
        assert await client.rest() == ["421 4.4.2 too slow"] * 3


async def test_a_shutdown_in_the_middle_of_a_message_is_said_to_each(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as desk:
        client = await ready(desk)
        await desk.listeners.drain(0)
        assert await client.rest() == ["421 4.3.2 closing, try again later"] * 3
