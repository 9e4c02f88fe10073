"""Who of several nodes reads a mailbox: a lease each, given up when its reader has left, and never another node's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.mailboxes import Mailboxes
from mailgate.settings.model import Settings
from mailgate.store import leases
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal
from mailgate.store.leases import LEASE, LENGTH
from mailgate.store.turns import Turns


@dataclass
class OneOfTwo:
    """A node that shares its mailboxes with another one."""

    folder: Path
    store: Store
    mailboxes: Mailboxes

    def goes_by(self, *names: str, folder: str = "INBOX") -> None:
        self.mailboxes.go_by(settings_of(self.folder, names, folder))

    def keeps_leases(self) -> None:
        with self.store.transaction(settings_of(self.folder, ()), Clock().now()) as tx:
            self.mailboxes.keep_leases(tx)

    def is_overtaken(self, name: str) -> None:
        """It stood still for so long that the other one came."""
        with self.store.transaction(settings_of(self.folder, ()), Clock().now() + LENGTH * 2) as tx:
            assert leases.take(tx, f"imap:{name}", "other")

    def holders(self) -> dict[str, str]:
        with self.store.reading(settings_of(self.folder, ()), Clock().now()) as tx:
            return {row.name: row.holder for row in tx.all(sa.select(LEASE)) if row.until > tx.now or row.holder}

    async def until(self, holders: dict[str, str]) -> None:
        async with asyncio.timeout(20):
            while self.holders() != holders:
                await asyncio.sleep(0.01)


def settings_of(folder: Path, names: Sequence[str], of: str = "INBOX") -> Settings:
    """Mailboxes on a server that is away."""
    (folder / "password").write_text("geheim")
    box = {"address": "support@example.com", "host": "127.0.0.1", "port": 9, "tls": "none", "password_file": "password"}
    return Settings(
        site={"admins": ["ops@example.com"], "state": str(folder)},
        addresses=[{"address": "support@example.com"}],
        intake={"imap": [{**box, "name": name, "user": name, "folder": of} for name in names]},
    )


@pytest_asyncio.fixture
async def node(tmp_path: Path) -> AsyncIterator[OneOfTwo]:
    settings = settings_of(tmp_path, ("a", "b"))
    store = replace(open_store(settings, create=True), node="ours")
    journal = Journal(store, Clock())
    mailboxes = Mailboxes(store, journal, Clock(), Turns(), lambda: None, settings)
    yield OneOfTwo(tmp_path, store, mailboxes)
    await mailboxes.end()
    journal.close()
    store.close()


async def test_at_the_end_all_mailboxes_are_free_for_other_nodes(node: OneOfTwo) -> None:
    node.keeps_leases()
    assert node.holders() == {"imap:a": "ours", "imap:b": "ours"}
    await node.mailboxes.end()
    assert node.holders() == {}
    node.keeps_leases()
    assert node.holders() == {}


async def test_a_mailbox_that_is_removed_is_free_and_the_others_are_not(node: OneOfTwo) -> None:
    node.keeps_leases()
    node.goes_by("b")
    await node.until({"imap:b": "ours"})


async def test_a_mailbox_that_is_changed_stays_ours(node: OneOfTwo) -> None:
    node.keeps_leases()
    before = asyncio.all_tasks()
    node.goes_by("a", "b", folder="Tickets")
    await asyncio.wait([each for each in before if (each.get_name() or "").startswith("imap:")])
    assert node.holders() == {"imap:a": "ours", "imap:b": "ours"}
    node.keeps_leases()
    assert node.holders() == {"imap:a": "ours", "imap:b": "ours"}


async def test_a_mailbox_that_another_node_has_taken_over_stays_with_it(node: OneOfTwo) -> None:
    node.keeps_leases()
    node.is_overtaken("a")
    await node.mailboxes.end()
    assert node.holders() == {"imap:a": "other"}


async def test_a_mailbox_that_comes_back_is_not_taken_for_ours_before_its_lease_is(node: OneOfTwo) -> None:
    node.keeps_leases()
    node.goes_by("b")
    await node.until({"imap:b": "ours"})
    node.is_overtaken("a")
    node.goes_by("a", "b")
    assert [each.reader.may_read() for each in node.mailboxes._running.values()] == [True, False]
    node.keeps_leases()
    assert node.holders() == {"imap:a": "other", "imap:b": "ours"}
