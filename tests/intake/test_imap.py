"""A mailbox read for ever: each mail once, whatever others do to the folder and however often the connection breaks."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.intake.imap import Desk, Reader
from mailgate.intake.imap_place import reading_of
from mailgate.settings.model import Settings
from mailgate.store import ledger
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal
from mailgate.store.tables import Arrival, table_of
from tests.doubles.dovecot import PASSWORD, USER, Dovecot

ARRIVAL = table_of(Arrival)


def mail(number: int, *fields: str, body: str = "words\r\n") -> bytes:
    head = (
        *fields,
        "From: erika@customer.example",
        f"Subject: mail {number}",
        f"Message-ID: <{number}@customer.example>",
    )
    return ("\r\n".join(head) + f"\r\n\r\n{body}").encode()


class Fetching:
    """A desk with one mailbox on a real server."""

    def __init__(self, folder: Path, server: Dovecot, /, **mailbox: Any) -> None:
        (folder / "password").write_text(PASSWORD)
        box = {
            "name": "shared",
            "address": "support@example.com",
            "host": "127.0.0.1",
            "port": server.port,
            "tls": "none",
        }
        box |= {"user": USER, "password_file": "password", **mailbox}
        limits = {"free_disk": "1MiB", **mailbox.pop("limits", {})}
        box.pop("limits", None)
        self.settings = Settings(
            site={"admins": ["ops@example.com"], "state": str(folder)},
            addresses=[{"address": "support@example.com", "subaddress": True}],
            intake={"imap": [box]},
            limits=limits,
        )
        self.store: Store = open_store(self.settings, create=True)
        self.journal = Journal(self.store, Clock())
        self.arrived: list[int] = []
        self.reader = self._reader()
        self.stop = asyncio.Event()

    def _reader(self) -> Reader:
        desk = Desk(
            lambda: self.settings, self.store, self.journal, Clock(), lambda receipt: self.arrived.append(receipt.id)
        )
        reading = reading_of(self.settings, self.settings.intake.imap[0])
        return Reader(reading, desk, silence=5, shortest_pause=0.05, compared_every=0.5)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Reader]:
        """Reads in the background."""
        self.stop.clear()
        task = asyncio.create_task(self.reader.run(self.stop))
        try:
            yield self.reader
        finally:
            self.stop.set()
            await asyncio.wait_for(task, 15)

    async def until(self, reached: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for something that the reader brings about."""
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(reached):
                await asyncio.sleep(0.05)

    def subjects(self) -> list[str]:
        """Of the journal, in its order."""
        with self.store.looking_back() as journal:
            raws = journal.execute(sa.select(ARRIVAL.c.raw).order_by(ARRIVAL.c.id)).scalars().all()
        return [bytes(each or b"").partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for each in raws]

    def rows(self) -> list[Any]:
        with self.store.looking_back() as journal:
            return list(journal.execute(sa.select(ARRIVAL).order_by(ARRIVAL.c.id)))

    def states(self) -> Counter[str]:
        with self.store.looking_back() as journal:
            return ledger.counted(journal, self.reader.reading.ledger)

    def close(self) -> None:
        self.journal.close()
        self.store.close()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def begin(tmp_path: Path, server: Dovecot) -> Iterator[Callable[..., Fetching]]:
    opened: list[Fetching] = []

    def made(**mailbox: Any) -> Fetching:
        opened.append(Fetching(tmp_path, server, **mailbox))
        return opened[-1]

    yield made
    for each in opened:
        each.close()


Begin = Callable[..., Fetching]


async def scanned(desk: Fetching) -> None:
    """The folder was compared with the ledger."""
    before = desk.reader.condition.last_scan
    await desk.until(lambda: desk.reader.condition.last_scan != before)


async def put(server: Dovecot, *numbers: int) -> None:
    await asyncio.to_thread(server.put, *map(mail, numbers))


async def test_what_lay_there_before_opens_no_ticket_and_what_comes_is_fetched_and_moved(
    begin: Begin, server: Dovecot
) -> None:
    await put(server, 1, 2)
    desk = begin()
    async with desk.running():
        await scanned(desk)
        await put(server, 3, 4)
        await desk.until(lambda: server.subjects("Archive") == ["mail 3", "mail 4"])
    assert desk.subjects() == ["mail 3", "mail 4"]
    assert server.subjects() == ["mail 1", "mail 2"]
    assert desk.states() == {"old": 2, "done": 2}
    assert (desk.arrived, desk.reader.condition.trouble) == ([1, 2], None)


async def test_the_mail_says_to_which_address_of_ours_it_came(begin: Begin, server: Dovecot) -> None:
    desk = begin()
    delivered = "Delivered-To: support+abcdefghijklmnopqrstuvwx@example.com"
    async with desk.running():
        await scanned(desk)
        await asyncio.to_thread(
            server.put, mail(1, "Return-Path: <erika@customer.example>", delivered), mail(2, "Return-Path: <>")
        )
        await desk.until(lambda: len(desk.arrived) == 2)
    first, second = desk.rows()
    assert (first.source, first.trusted, first.peer) == ("imap:shared", True, None)
    assert first.recipients == ["support+abcdefghijklmnopqrstuvwx@example.com"]
    assert (first.envelope_from, second.envelope_from) == ("erika@customer.example", "")
    assert second.recipients == ["support@example.com"]


@pytest.mark.parametrize(("after", "left"), [("delete", []), ("keep", ["mail 1"]), ("flag", ["mail 1"])])
async def test_afterwards_a_mail_is_deleted_kept_or_flagged(
    begin: Begin, server: Dovecot, after: str, left: list[str]
) -> None:
    desk = begin(after=after, since="all")
    async with desk.running():
        await put(server, 1)
        await desk.until(lambda: desk.states() == {"done": 1})
    assert (server.subjects(), desk.subjects()) == (left, ["mail 1"])
    assert [r"\Seen" in each for each in server.flags()] == [after == "flag"] * len(left)


async def test_old_mail_is_imported_silently_where_that_is_asked_for(begin: Begin, server: Dovecot) -> None:
    await put(server, 1, 2)
    desk = begin(since="all")
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 2)
        await put(server, 3)
        await desk.until(lambda: len(desk.arrived) == 3)
    assert [row.source for row in desk.rows()] == ["import", "import", "imap:shared"]


async def test_an_import_that_is_interrupted_goes_on_silently(begin: Begin, server: Dovecot) -> None:
    await put(server, 1, 2, 3)
    desk = begin(since="all", after="keep")
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 3)
    with desk.store.journal.begin() as journal:  # as if it had ended behind the first
        journal.execute(sa.delete(ARRIVAL).where(ARRIVAL.c.id > 1))
        journal.execute(sa.update(ledger.SEEN).where(ledger.SEEN.c.uid > 1).values(state="import", arrival=None))
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 5)
    assert [row.source for row in desk.rows()] == ["import"] * 3


async def test_of_old_mail_only_what_came_since_a_day_is_imported(begin: Begin, server: Dovecot) -> None:
    await asyncio.to_thread(server.doveadm, "save", "-u", USER, "-m", "INBOX", given=mail(1))
    old = next((server.folder / "mail" / "new").iterdir(), None) or next((server.folder / "mail" / "cur").iterdir())
    os.utime(old, (1_500_000_000, 1_500_000_000))
    await put(server, 2)
    desk = begin(since="2020-01-01")
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 1)
        await scanned(desk)
    assert (desk.subjects(), desk.states()) == (["mail 2"], {"old": 1, "done": 1})


async def test_who_reads_the_mail_first_does_not_hide_it_from_us(begin: Begin, server: Dovecot) -> None:
    desk = begin()
    async with desk.running():
        await scanned(desk)
    await put(server, 1, 2)
    await asyncio.to_thread(server.doveadm, "flags", "add", "-u", USER, r"\Seen", "mailbox", "INBOX", "all")
    async with desk.running():
        await desk.until(lambda: len(desk.arrived) == 2)
    assert desk.subjects() == ["mail 1", "mail 2"]


async def test_renumbered_mails_are_known(begin: Begin, server: Dovecot) -> None:
    await put(server, 1, 2)
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 3)
        await desk.until(lambda: len(desk.arrived) == 1)
        await asyncio.to_thread(server.renumber)
        await put(server, 4)
        await desk.until(lambda: len(desk.arrived) == 2)
        await scanned(desk)
    assert desk.subjects() == ["mail 3", "mail 4"]


async def test_after_a_crash_between_journal_and_move_the_mail_is_moved_and_not_kept_twice(
    begin: Begin, server: Dovecot
) -> None:
    desk = begin(after="keep")
    async with desk.running():
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: desk.states() == {"done": 1})
    with desk.store.journal.begin() as journal:
        journal.execute(sa.update(ledger.SEEN).values(state="kept"))
    desk.reader = replace(desk.reader, reading=replace(desk.reader.reading, after={"move": "Archive"}))
    async with desk.running():
        await desk.until(lambda: server.subjects("Archive") == ["mail 1"])
    assert (desk.subjects(), desk.arrived) == (["mail 1"], [1])


async def test_a_mail_that_is_too_large_becomes_a_stub_and_stays(begin: Begin, server: Dovecot) -> None:
    desk = begin(limits={"message_size": "100KiB"})
    async with desk.running():
        await scanned(desk)
        await asyncio.to_thread(server.put, mail(1, body="x" * 70 + "\r\n" + "y" * 150_000), mail(2))
        await desk.until(lambda: desk.states() == {"done": 2})
    assert (desk.subjects(), server.subjects()) == (["mail 1", "mail 2"], ["mail 1"])
    [stub, _] = desk.rows()
    assert b"more than mailgate fetches (0.1 MiB). It stays in the mailbox shared (INBOX)" in stub.raw
    assert stub.message_id == "1@customer.example"


async def test_a_server_that_dies_again_and_again_costs_no_mail(begin: Begin, server: Dovecot) -> None:
    desk = begin()
    async with desk.running():
        await scanned(desk)
        for number in (1, 2):
            await put(server, 10 * number, 10 * number + 1)
            await asyncio.to_thread(server.kick)
            await put(server, 10 * number + 2)
            await asyncio.to_thread(server.kill)
            await desk.until(lambda: desk.reader.condition.trouble is not None)
            await asyncio.to_thread(server.start)
        await desk.until(lambda: len(desk.arrived) >= 6)
        await scanned(desk)
    assert Counter(desk.subjects()) == Counter(f"mail {10 * one + other}" for one in (1, 2) for other in range(3))
    assert server.subjects() == []
    assert len(server.subjects("Archive")) == 6


async def test_a_folder_that_can_not_be_made_keeps_no_mail_out_and_is_told(begin: Begin, server: Dovecot) -> None:
    desk = begin(after={"move": "bad/name"})
    async with desk.running() as reader:
        await scanned(desk)
        await put(server, 1)
        await desk.until(lambda: len(desk.arrived) == 1)
        await desk.until(lambda: reader.condition.trouble is not None)
    assert "stay in the folder" in (reader.condition.trouble or "")
    assert server.subjects() == ["mail 1"]


async def test_a_wrong_password_is_told_and_tried_again(begin: Begin, tmp_path: Path) -> None:
    desk = begin()
    (tmp_path / "password").write_text("wrong")
    async with desk.running() as reader:
        await desk.until(lambda: reader.condition.trouble is not None)
        assert "Authentication failed" in (reader.condition.trouble or "")
        (tmp_path / "password").write_text(PASSWORD)
        await desk.until(lambda: reader.condition.trouble is None and reader.condition.connected)
