"""Limits of a session and of all sessions: 4xx for what passes, 5xx for what never will."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.intake.desk import open_desk, seconds
from tests.intake.raw import ENVELOPE, MAIL
from tests.limits.shown import shows

HELLO = "EHLO client.example"
TO = "RCPT TO:<support@example.com>"


def of(size: int) -> bytes:
    """A mail of exactly so many bytes."""
    lines, rest = divmod(size - len(MAIL), 100)
    return MAIL + (b"x" * 98 + b"\r\n") * (lines - 1) + b"x" * (98 + rest) + b"\r\n"


@shows("message_size")
async def test_a_message_may_be_as_large_as_the_limit_announced_or_not(tmp_path: Path) -> None:
    async with open_desk(tmp_path, message_size="20KiB") as desk:
        client = await desk.call()
        assert (await client.hand_in(of(20 * 1024))).startswith("250")
        assert await client.hand_in(of(20 * 1024 + 1)) == "552 5.3.4 message too big"
        assert (await client.ask("MAIL FROM:<a@b.example> SIZE=20480")).startswith("250")
        await client.ask("RSET")
        assert await client.ask("MAIL FROM:<a@b.example> SIZE=20481") == "552 5.3.4 message too big"


@shows("connections")
async def test_strangers_together_hold_so_many_connections(tmp_path: Path) -> None:
    async with open_desk(tmp_path, connections=2) as desk:
        for number in (1, 2):
            await desk.call(ip=f"127.0.0.{number + 1}")
        third = await desk.call(ip="127.0.0.9", greeted=False)
        assert await third.rest() == ["421 4.3.2 too many connections, try again later"]


@shows("connections_per_peer")
async def test_one_stranger_holds_so_many_connections(tmp_path: Path) -> None:
    async with open_desk(tmp_path, connections_per_peer=2) as desk:
        for _ in range(2):
            await desk.call()
        third = await desk.call(greeted=False)
        assert await third.rest() == ["421 4.7.0 too many connections from you, try again later"]


@shows("recipients")
async def test_a_mail_has_so_many_recipients_and_the_others_come_with_the_next(tmp_path: Path) -> None:
    async with open_desk(tmp_path, recipients=3) as desk:
        client = await desk.call()
        await client.ask(HELLO)
        await client.ask(ENVELOPE[0])
        said = [await client.ask(f"RCPT TO:<support+{number}@example.com>") for number in range(4)]
        assert [line[:9] for line in said] == ["250 2.1.5"] * 3 + ["452 4.5.3"]
        assert (await client.ask("DATA")).startswith("354")
        assert (await client.ask(MAIL + b".")).startswith("250")
        assert len(desk.rows()[0].recipients) == 3


@shows("bytes_in_flight")
async def test_so_many_bytes_are_in_memory_together(tmp_path: Path) -> None:
    async with open_desk(tmp_path, bytes_in_flight="40KiB", message_size="1MiB") as desk:
        client = await desk.call()
        assert (await client.hand_in(of(39 * 1024))).startswith("250")
        assert await client.hand_in(of(41 * 1024)) == "452 4.3.1 no room now, try again later"
        assert (await client.hand_in(of(38 * 1024))).startswith("250"), "it is given back each time"


@shows("free_disk")
async def test_so_much_of_the_disk_stays_free(tmp_path: Path) -> None:
    async with open_desk(tmp_path / "a", free_disk="1KiB") as desk:
        assert (await (await desk.call()).hand_in()).startswith("250")
    async with open_desk(tmp_path / "b", free_disk="900000GiB") as desk:
        client = await desk.call()
        await client.ask(HELLO)
        assert await client.ask(ENVELOPE[0]) == "452 4.3.1 no room now, try again later"


@shows("line_size")
async def test_a_line_is_as_long_as_the_limit(tmp_path: Path) -> None:
    async with open_desk(tmp_path, line_size="2KiB") as desk:
        client = await desk.call()
        assert (await client.hand_in(MAIL + b"x" * 2048 + b"\r\n")).startswith("250")
        assert await client.hand_in(MAIL + b"x" * 2049 + b"\r\n") == "552 5.6.0 line too long in message"


@shows("command_timeout")
async def test_who_says_nothing_for_so_long_is_let_go(tmp_path: Path) -> None:
    async with open_desk(tmp_path, command_timeout=seconds(0.1)) as desk:
        assert await (await desk.call()).rest() == ["421 4.4.2 idle for too long"]
    async with open_desk(tmp_path, command_timeout="5m") as desk:
        assert (await (await desk.call()).hand_in()).startswith("250")


@shows("data_timeout", "data_rate")
async def test_a_message_takes_so_long_and_its_size_at_that_rate(tmp_path: Path) -> None:
    async with open_desk(tmp_path, data_timeout=seconds(0.1), data_rate="1GiB") as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(b"Subject: slow\r\n")
        assert await client.rest() == ["421 4.4.2 too slow"]
    async with open_desk(tmp_path, data_timeout=seconds(0.1), data_rate=1) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL)  # each byte of it earns a second
        session = next(iter(desk.reception.visitors))
        while session._pace.came < len(MAIL):
            await asyncio.sleep(0)
        assert session._pace.left(session.loop.time()) > len(MAIL) - 5
        client.send(b".\r\n")
        assert (await client.reply()).startswith("250")
