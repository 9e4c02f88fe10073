"""`mailgate deliver`: the exit code is the truth, with the daemon and without."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.intake.submit import deliver
from mailgate.settings.model import Settings
from mailgate.store.db import open_store
from mailgate.store.journal import raw_of
from tests.intake.desk import ARRIVAL, failing, open_desk, settings_for
from tests.intake.raw import MAIL, SUPPORT

LMTP: dict[str, Any] = {"smtp": {"listen": None}, "lmtp": {"listen": "unix:lmtp.sock"}}
SENDER = "erika@customer.example"


def stored(settings: Settings) -> list[tuple[sa.Row[Any], bytes]]:
    store = open_store(settings)
    with store.journal.connect() as journal:
        rows = list(journal.execute(sa.select(ARRIVAL)).all())
    found = [(row, raw_of(store, row)) for row in rows]
    store.close()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with an empty database and no daemon."""

    def made(**changed: Any) -> Settings:
        settings = settings_for(tmp_path, **changed)
        open_store(settings, create=True).close()
        return settings

    return made


def test_without_a_daemon_it_goes_straight_into_the_journal(desk: Callable[..., Settings]) -> None:
    settings = desk()
    assert deliver(settings, MAIL, SENDER, [SUPPORT, "it+tag@example.com"]) == 0
    ((row, raw),) = stored(settings)
    assert (row.source, row.peer, row.envelope_from, raw) == ("deliver", None, SENDER, MAIL)
    assert row.recipients == [SUPPORT, "it+tag@example.com"]


def test_twice_the_same_is_stored_once(desk: Callable[..., Settings]) -> None:
    settings = desk()
    assert [deliver(settings, MAIL, SENDER, [SUPPORT]) for _ in range(2)] == [0, 0]
    assert len(stored(settings)) == 1


@pytest.mark.parametrize(
    ("piped", "kept"),
    [
        (b"Subject: a\n\nb\n.\nc\n", b"Subject: a\r\n\r\nb\r\n.\r\nc\r\n"),
        (b"From erika@x Sat Nov 21 10:00:00 2026\nSubject: a\n\nb\n", b"Subject: a\r\n\r\nb\r\n"),
        (b"Subject: a\r\n\r\nno end", b"Subject: a\r\n\r\nno end\r\n"),
        (b"Subject: a\r\n\r\nbare\nhere\r\n", b"Subject: a\r\n\r\nbare\nhere\r\n"),
        (b".first\r\n..second\r\n", b".first\r\n..second\r\n"),
    ],
)
async def test_a_pipe_and_the_daemon_store_the_same_bytes(tmp_path: Path, piped: bytes, kept: bytes) -> None:
    async with open_desk(tmp_path, intake=LMTP) as open_:
        assert await asyncio.to_thread(deliver, open_.settings, piped, SENDER, [SUPPORT]) == 0
        assert deliver(settings_for(tmp_path), piped, "", [SUPPORT]) == 0
        assert [raw_of(open_.store, row) for row in open_.rows()] == [kept, kept]
        assert [row.source for row in open_.rows()] == ["lmtp", "deliver"]


@pytest.mark.parametrize(
    ("raw", "sender", "recipients", "code"),
    [
        (MAIL, SENDER, ["nobody@example.com"], 67),
        (MAIL, SENDER, [SUPPORT, "nobody@example.com"], 67),
        (MAIL, SENDER, [], 67),
        (b"", SENDER, [SUPPORT], 65),
        (b"\n\n", SENDER, [SUPPORT], 65),
        (MAIL + b"x\r\n" * 100_000, SENDER, [SUPPORT], 65),
        (MAIL, "a b@c", [SUPPORT], 65),
        (MAIL, "a@b.example> SIZE=1", [SUPPORT], 65),
        (MAIL, "<>", [SUPPORT], 0),
        (MAIL, "jürgen@b.example", [SUPPORT], 0),
    ],
)
async def test_the_code_is_the_same_with_the_daemon_and_without(
    tmp_path: Path, raw: bytes, sender: str, recipients: list[str], code: int
) -> None:
    async with open_desk(tmp_path, intake=LMTP, message_size="200KiB") as open_:
        assert await asyncio.to_thread(deliver, open_.settings, raw, sender, recipients) == code
    alone = settings_for(tmp_path, intake=LMTP, message_size="200KiB")
    assert deliver(alone, raw, sender, recipients) == code
    assert len(stored(alone)) == (1 if code == 0 else 0)


def test_without_a_database_it_is_for_later(tmp_path: Path) -> None:
    assert deliver(settings_for(tmp_path), MAIL, SENDER, [SUPPORT]) == 75


def test_without_room_on_the_disk_it_is_for_later(desk: Callable[..., Settings]) -> None:
    assert deliver(desk(free_disk="900000GiB"), MAIL, SENDER, [SUPPORT]) == 75


async def test_a_daemon_that_can_not_store_is_not_gone_round(tmp_path: Path) -> None:
    async with open_desk(tmp_path, failing(StoreUnavailable("full")), intake=LMTP) as open_:
        assert await asyncio.to_thread(deliver, open_.settings, MAIL, SENDER, [SUPPORT]) == 75
        assert open_.rows() == []


async def test_a_daemon_that_is_closing_is_for_later(tmp_path: Path) -> None:
    async with open_desk(tmp_path, intake=LMTP) as open_:
        open_.reception.is_closing = True
        assert await asyncio.to_thread(deliver, open_.settings, MAIL, SENDER, [SUPPORT]) == 75
