"""A server without MOVE: a lost answer costs no mail, and leaves no copy too many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.dovecot import USER, Dovecot
from tests.doubles.proxy import Proxy
from tests.intake.test_imap import Fetching, mail, put, scanned

MAILS = ["mail 1", "mail 2"]


@pytest.fixture(params=["UIDPLUS", ""])
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """With and without UIDPLUS."""
    with Dovecot(f"imap_capability = IMAP4rev1 IDLE {request.param}") as server:
        yield server


@pytest.fixture
def line(server: Dovecot) -> Iterator[Proxy]:
    with Proxy(server.port) as line:
        yield line


@pytest.fixture
def begin(tmp_path: Path, server: Dovecot, line: Proxy) -> Iterator[Callable[..., Fetching]]:
    opened: list[Fetching] = []

    def made(**mailbox: Any) -> Fetching:
        opened.append(Fetching(tmp_path, server, port=line.port, **mailbox))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


Begin = Callable[..., Fetching]


def undeleted(server: Dovecot) -> int:
    """Mails of the folder that nobody has marked."""
    return sum(r"\Deleted" not in each for each in server.flags())


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("folder", ["there", "not there yet"])
async def test_where_the_answer_to_copy_is_lost_the_archive_has_each_mail_once(
    begin: Begin, server: Dovecot, line: Proxy, arrives: bool, folder: str
) -> None:
    desk = begin()
    if folder == "there":
        await asyncio.to_thread(server.doveadm, "mailbox", "create", "-u", USER, "Archive")
    async with desk.running():
        await scanned(desk)
        line.lose(b"UID COPY", 1, arrives=arrives)
        await asyncio.to_thread(server.deliver, [mail(1), mail(2)])
        await desk.until(lambda: desk.states() == {"done": 2})
    assert line.lost == 1
    assert (sorted(server.subjects("Archive")), undeleted(server)) == (MAILS, 0)
    assert sorted(desk.subjects()) == MAILS


async def test_however_often_it_breaks_a_mail_is_copied_twice_at_most_and_stays_where_it_is(
    begin: Begin, server: Dovecot, line: Proxy
) -> None:
    desk = begin()
    async with desk.running() as reader:
        await scanned(desk)
        line.lose(b"UID COPY", 1000, arrives=False)
        await put(server, 1)
        await desk.until(lambda: "twice the connection broke" in (reader.condition.trouble or ""))
        await scanned(desk)
        assert (line.lost, undeleted(server), desk.states()) == (2, 1, {"copying again": 1})
        await asyncio.to_thread(server.put, mail(1), folder="Archive")  # somebody does it
        await desk.until(lambda: desk.states() == {"done": 1} and reader.condition.trouble is None)
    assert (server.subjects("Archive"), desk.subjects()) == (["mail 1"], ["mail 1"])
