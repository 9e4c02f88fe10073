"""Opening, reporting, draining and closing the listeners."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from mailgate.errors import ConfigurationError
from mailgate.intake.endpoint import Endpoint, endpoint
from tests.intake.desk import HeldJournal, open_desk, settings_for
from tests.intake.raw import MAIL, connect

LMTP = {"smtp": {"listen": None}, "lmtp": {"listen": "unix:lmtp.sock"}}


async def test_addresses_are_where_it_really_listens(tmp_path: Path) -> None:
    intake = {"lmtp": {"listen": "unix:lmtp.sock"}, "submission": {"listen": "[::1]:0"}}
    async with open_desk(tmp_path, intake=intake) as desk:
        at = {one.source: one.at for one in desk.listeners.addresses}
    assert at["smtp"].host == "127.0.0.1"
    assert at["smtp"].port > 0
    assert str(at["submission"]).startswith("[::1]:")
    assert at["lmtp"] == Endpoint(path=tmp_path / "lmtp.sock")


@pytest.mark.parametrize(
    ("listen", "said"),
    [("127.0.0.1:25", "127.0.0.1:25"), ("[::1]:25", "[::1]:25"), ("*:25", "*:25"), (":0", "*:0")],
)
def test_a_place_is_written_as_it_is_read(tmp_path: Path, listen: str, said: str) -> None:
    assert str(endpoint(settings_for(tmp_path), listen)) == said


@pytest.mark.parametrize("listen", ["", "25", "localhost", "localhost:smtp", "localhost:70000", "localhost:²"])
def test_no_place_is_no_place(tmp_path: Path, listen: str) -> None:
    with pytest.raises(ConfigurationError, match="HOST:PORT"):
        endpoint(settings_for(tmp_path), listen)


async def test_an_address_in_use_is_named_and_nothing_stays_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError, match=at):
            async with open_desk(tmp_path, intake={"submission": {"listen": at}}):
                await asyncio.sleep(0)


async def test_a_socket_that_a_crash_left_behind_is_replaced(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "lmtp.sock"))
    left.close()
    async with open_desk(tmp_path, intake=LMTP) as desk:
        await desk.call("lmtp")
        assert stat.S_IMODE((tmp_path / "lmtp.sock").stat().st_mode) == 0o660
    assert not (tmp_path / "lmtp.sock").exists()


async def test_a_socket_that_somebody_listens_on_stays_theirs(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as desk:
        with pytest.raises(ConfigurationError, match="somebody listens"):
            async with open_desk(tmp_path, intake=LMTP):
                await asyncio.sleep(0)
        await desk.call("lmtp")


async def test_draining_says_421_to_the_idle_and_lets_a_message_finish(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        at, idle, busy = desk.at(), await desk.call(), await desk.call()
        await busy.ready_for_data()
        draining = asyncio.create_task(desk.listeners.drain(5))
        assert await idle.rest() == ["421 4.3.2 closing, try again later"]
        with pytest.raises(OSError):
            await connect(at)
        busy.send(MAIL + b".\r\n")
        assert await busy.rest() == ["250 2.0.0 kept as M-1", "421 4.3.2 closing, try again later"]
        await asyncio.wait_for(draining, 1)


async def test_draining_ends_in_time_also_with_a_message_that_does_not(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        client = await desk.call()
        await client.ready_for_data()
        await asyncio.wait_for(desk.listeners.drain(0.05), 1)
        assert await client.rest() == ["421 4.3.2 closing, try again later"]
        assert desk.reception.flight.taken == 0


async def test_a_commit_under_way_is_waited_for(tmp_path: Path) -> None:
    async with open_desk(tmp_path, HeldJournal) as desk:
        assert isinstance(desk.journal, HeldJournal)
        client = await desk.call()
        await client.ready_for_data()
        client.send(MAIL + b".\r\n")
        await desk.journal.came.wait()
        draining = asyncio.create_task(desk.listeners.drain(5))
        await asyncio.sleep(0)
        desk.journal.let_go()
        await asyncio.wait_for(draining, 1)
        assert (await client.rest())[0] == "250 2.0.0 kept as M-1"


async def test_who_slips_in_while_we_close_is_sent_away(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        desk.reception.is_closing = True
        client = await desk.call(greeted=False)
        assert await client.rest() == ["421 4.3.2 closing, try again later"]
