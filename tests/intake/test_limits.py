"""Bounds of a session and of all of them: sizes, lines, connections, memory, time, mistakes, room on the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mailgate.store.journal import raw_of
from tests.intake.desk import open_desk, seconds
from tests.intake.raw import ENVELOPE, MAIL

HELLO = "EHLO client.example"
RELAY = {"smtp": {"listen": "127.0.0.1:0", "trusted_relays": ["127.0.0.9"]}}


async def test_too_big_is_said_after_the_dot_where_no_size_was_announced(tmp_path: Path) -> None:
    async with open_desk(tmp_path, message_size="100KiB") as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b"x" * 70 + b"\r\n" * 200_000 + b".\r\n")
        assert (await client.reply()).startswith("552 5.3.4")
        assert await client.hand_in() == "250 2.0.0 kept as M-1"
        assert desk.reception.flight.taken == 0


async def test_long_lines_of_real_senders_are_kept(tmp_path: Path) -> None:
    raw = MAIL + b"x" * 60_000 + b"\r\n" + b"y" * 999 + b"\r\n"
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        assert await client.hand_in(raw) == "250 2.0.0 kept as M-1"
        assert raw_of(desk.store, desk.rows()[0]) == raw


async def test_a_line_beyond_all_reason_is_refused_after_it_was_read(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        assert (await client.hand_in(MAIL + b"x" * 200_000 + b"\r\n")).startswith("552 5.6.0")
        assert await client.hand_in() == "250 2.0.0 kept as M-1"


async def test_a_stranger_holds_only_so_many_connections(tmp_path: Path) -> None:
    async with open_desk(tmp_path, connections_per_peer=2) as desk:
        await desk.call()
        first = await desk.call()
        third = await desk.call(greeted=False)
        assert [line[:9] for line in await third.rest()] == ["421 4.7.0"]
        await desk.call(ip="127.0.0.2")
        await first.ask("QUIT")
        await first.rest()
        await desk.call()


async def test_all_strangers_together_hold_only_so_many_and_relays_always_get_in(tmp_path: Path) -> None:
    async with open_desk(tmp_path, connections=1, intake=RELAY) as desk:
        await desk.call()
        other = await desk.call(ip="127.0.0.2", greeted=False)
        assert [line[:9] for line in await other.rest()] == ["421 4.3.2"]
        for _ in range(3):
            await desk.call(ip="127.0.0.9")


async def test_bytes_in_flight_are_bounded_over_all_sessions(tmp_path: Path) -> None:
    async with open_desk(tmp_path, bytes_in_flight="300KiB", message_size="250KiB") as desk:
        first, second = await desk.call(), await desk.call()
        await first.ready_for_data()
        first.send(MAIL + b"x" * 998 + b"\r\n" + b"y" * 1_000 * 200)
        while desk.reception.flight.taken < 120_000:
            await asyncio.sleep(0)
        for command in (HELLO, "MAIL FROM:<a@b.example> SIZE=240000", "RCPT TO:<support@example.com>"):
            await second.ask(command)
        assert (await second.ask("DATA")).startswith("452 4.3.1")
        await second.ask("RSET")
        assert await second.hand_in() == "250 2.0.0 kept as M-1"
        first.reset()
        while desk.reception.flight.taken:
            await asyncio.sleep(0)


async def test_who_announces_little_and_sends_much_is_told_after_the_dot(tmp_path: Path) -> None:
    async with open_desk(tmp_path, bytes_in_flight="100KiB") as desk:
        client = await desk.call()
        said = await client.hand_in(MAIL + (b"x" * 998 + b"\r\n") * 300, ("MAIL FROM:<> SIZE=10", *ENVELOPE[1:]))
        assert said.startswith("452 4.3.1")
        assert desk.reception.flight.taken == 0


async def test_no_mail_begins_where_the_disk_is_nearly_full(tmp_path: Path) -> None:
    async with open_desk(tmp_path, free_disk="900000GiB") as desk:
        client = await desk.call()
        await client.ask(HELLO)
        assert (await client.ask(ENVELOPE[0])).startswith("452 4.3.1")
        assert (await client.ask(ENVELOPE[1])).startswith("503")


async def test_a_broken_journal_takes_no_mail_and_says_so_early(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.journal.broken = True
        client = await desk.call()
        await client.ask(HELLO)
        assert (await client.ask(ENVELOPE[0])).startswith("451 4.3.1")


async def test_an_idle_client_is_told_and_let_go(tmp_path: Path) -> None:
    async with open_desk(tmp_path, command_timeout=seconds(0.1)) as desk:
        client = await desk.call()
        assert await client.rest() == ["421 4.4.2 idle for too long"]


async def test_letters_that_trickle_in_do_not_stop_the_clock_of_a_command(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        session = next(iter(desk.reception.visitors))
        ends = session._ends_at
        for number, letter in enumerate(b"EHLO client", 1):
            client.send(bytes([letter]))
            while len(session.came) < number:
                await asyncio.sleep(0)
        assert session._ends_at == ends
        session.time_is_up()  # the end has come
        assert await client.rest() == ["421 4.4.2 idle for too long"]


async def test_a_message_that_comes_too_slowly_ends(tmp_path: Path) -> None:
    async with open_desk(tmp_path, data_timeout=seconds(0.1), data_rate=1_000_000) as desk:
        client = await desk.call()
        await client.ready_for_data()
        client.send(b"Subject: slow\r\n")
        assert await client.rest() == ["421 4.4.2 too slow"]
        assert desk.rows() == []


async def test_bytes_that_come_earn_time_but_silence_ends_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, data_timeout=seconds(0.05), data_rate=100, command_timeout=seconds(0.3)) as desk:
        client = await desk.call()
        await client.ready_for_data()
        started = asyncio.get_running_loop().time()
        client.send(b"x" * 1000)  # ten seconds' worth
        assert await client.rest() == ["421 4.4.2 too slow"]
        assert asyncio.get_running_loop().time() - started > 0.25


async def test_a_flood_of_mistakes_ends(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(b"XYZZY\r\n" * 100)
        said = await client.rest()
    assert said == ["500 5.5.1 command not recognized"] * 20 + ["421 4.7.0 too many errors"]


@pytest.mark.parametrize("command", [b"NOOP", b"RSET", b"VRFY x", HELLO.encode()])
async def test_a_flood_of_small_talk_ends(tmp_path: Path, command: bytes) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send((command + b"\r\n") * 1000)
        said = await client.rest()
    assert len(said) == 101
    assert said[-1].startswith("421 4.7.0")


async def test_a_relay_may_make_mistakes_all_day(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=RELAY) as desk:
        client = await desk.call(ip="127.0.0.9")
        client.send(f"{HELLO}\r\nMAIL FROM:<>\r\n".encode() + b"RCPT TO:<x@example.com>\r\n" * 60 + b"QUIT\r\n")
        said = await client.rest()
    assert said[-2:] == ["550 5.1.1 no such address here", "221 2.0.0 bye"]


async def test_a_command_without_end_is_not_collected(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        client.send(b"EHLO " + b"x" * 300_000)
        assert (await client.reply()).startswith("500 5.5.2")


async def test_who_reads_nothing_is_cut_off(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        session = next(iter(desk.reception.visitors))
        session.hang_up("421 4.3.2 closing, try again later")
        session.time_is_up()  # what comes a few seconds later
        await client.rest()
        assert await desk.reception.is_deserted_within(1)
