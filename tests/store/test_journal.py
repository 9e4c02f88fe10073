"""The journal: durable before the receipt, once for each transmission, and honest when the disk is not."""

from __future__ import annotations

import errno
import gc
import os
import sqlite3
import stat
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store import blobs
from mailgate.store.beforehand import Beforehand, in_turn
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Transmission, raw_of
from mailgate.store.tables import Arrival, Retransmission, table_of
from tests import databases

ARRIVAL, RETRANSMISSION = table_of(Arrival), table_of(Retransmission)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LARGE = b"Subject: large\r\n\r\n" + b"x" * 70_000


def mail(raw: bytes = b"Message-ID: <1@a.example>\r\n\r\nHello\r\n", **changed: Any) -> Transmission:
    to = ("support@example.com",)
    made = Transmission(NOON, "smtp", "192.0.2.1", "client.example", False, None, "erika@a.example", to, raw)
    return replace(made, **changed)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    site = {"admins": ["ops@example.com"], "state": str(tmp_path)}
    addresses, storage = [{"address": "support@example.com"}], {"database": databases.at(tmp_path)}
    settings = Settings.model_validate({"site": site, "storage": storage, "addresses": addresses})
    store = open_store(settings, create=True)
    yield store
    store.close()


@pytest.fixture
def journal(store: Store) -> Iterator[Journal]:
    journal = Journal(store, SetClock(NOON))
    yield journal
    journal.close()


def rows(store: Store, table: sa.Table = ARRIVAL) -> list[sa.Row[Any]]:
    with store.journal.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)).all())


def ids(journal: Journal, *mails: Transmission) -> list[tuple[int, bool]]:
    receipts = [journal.receive(each) for each in mails]
    return [(receipt.id, receipt.again) for receipt in receipts]


# -- what is kept --------------------------------------------------------------------------------------------


def test_a_mail_is_there_when_the_receipt_is(store: Store, journal: Journal) -> None:
    sent = mail(trusted=True, submitted_by="ben")
    assert ids(journal, sent) == [(1, False)]
    row = rows(store)[0]
    assert (row.received_at, row.source, row.peer, row.helo) == (NOON, "smtp", "192.0.2.1", "client.example")
    assert (row.trusted, row.submitted_by, row.recipients) == (True, "ben", ["support@example.com"])
    assert (row.size, row.message_id, raw_of(store, row)) == (len(sent.raw), "1@a.example", sent.raw)


@pytest.mark.sqlite
def test_a_large_mail_lies_in_a_file_that_only_we_can_read(store: Store, journal: Journal) -> None:
    journal.receive(mail(LARGE))
    row = rows(store)[0]
    file = store.blobs / row.sha256
    assert row.raw is None
    assert raw_of(store, row) == LARGE == file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in store.blobs.iterdir()] == [row.sha256]


@pytest.mark.sqlite
def test_the_same_bytes_for_others_share_the_file_but_not_the_row(store: Store, journal: Journal) -> None:
    journal.receive(mail(LARGE))
    journal.receive(mail(LARGE, recipients=("it@example.com",)))
    first, second = rows(store)
    assert first.content == second.content
    assert first.transmission != second.transmission
    assert len(list(store.blobs.iterdir())) == 1


@pytest.mark.sqlite
def test_large_mails_are_on_the_disk_side_by_side_before_the_journal_may_be_written(store: Store) -> None:
    mails = [mail(b"Message-ID: <%d@a>\r\n\r\n" % number + LARGE) for number in range(2)]
    with held(store) as connection:
        journal = Journal(store, SetClock(NOON))
        receipts = [journal.submit(each) for each in mails]
        wait_for_files(store, sorted(each.raw for each in mails))
        assert not wait(receipts, timeout=0.05).done
        connection.rollback()
    assert [receipt.result().id for receipt in receipts] == [1, 2]
    journal.close()
    assert {path.name for path in store.blobs.iterdir()} == {row.sha256 for row in rows(store)}


def wait_for_files(store: Store, expected: list[bytes]) -> None:
    """Until files without a name hold these bytes."""
    end = time.monotonic() + 30
    while sorted(path.read_bytes() for path in store.blobs.glob(".new-*")) != expected:
        assert time.monotonic() < end, list(store.blobs.iterdir())
        time.sleep(0.01)


@pytest.mark.sqlite
def test_of_a_large_mail_that_came_again_with_another_trace_no_file_is_left(store: Store, journal: Journal) -> None:
    known = mail(b"Message-ID: <1@a>\r\n" + LARGE)
    again = replace(known, raw=b"Received: by another.example; Sat, 21 Nov 2026 12:00:00 +0000\r\n" + known.raw)
    assert ids(journal, known, again) == [(1, False), (1, True)]
    journal.close()
    assert [path.name for path in store.blobs.iterdir()] == [row.sha256 for row in rows(store)]


@pytest.mark.sqlite
def test_of_a_large_mail_that_was_refused_no_file_is_left(store: Store) -> None:
    journal = Journal(store, SetClock(NOON))
    pragma(store, "busy_timeout=20")
    with closing(sqlite3.connect(store.blobs.parent / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            journal.receive(mail(LARGE))
    journal.close()
    assert list(store.blobs.iterdir()) == []


def test_an_id_that_no_database_takes_is_made_harmless(store: Store, journal: Journal) -> None:
    journal.receive(mail(b"Message-ID: <a\xff\x00b" + b"c" * 5000 + b"@x.example>\r\n\r\nx\r\n"))
    assert len(rows(store)[0].message_id or "") <= 998


# -- the same transmission -------------------------------------------------------------------------------------


def test_the_same_again_is_counted_on_the_first_row(store: Store, journal: Journal) -> None:
    again = mail(b"Received: by us\r\n" + mail().raw, received_at=NOON + timedelta(days=6))
    assert ids(journal, mail(), again) == [(1, False), (1, True)]
    assert len(rows(store)) == 1
    assert [row.arrival for row in rows(store, RETRANSMISSION)] == [1]


@pytest.mark.parametrize(
    "other",
    [
        {"raw": b"Message-ID: <1@a.example>\r\n\r\nHello!\r\n"},
        {"recipients": ("it@example.com",)},
        {"recipients": ("support@example.com", "it@example.com")},
        {"envelope_from": ""},
        {"received_at": NOON + timedelta(days=8)},
    ],
)
def test_anything_else_is_another_mail(journal: Journal, other: dict[str, Any]) -> None:
    assert ids(journal, mail(), mail(**other)) == [(1, False), (2, False)]


def test_the_case_and_order_of_addresses_and_the_way_in_make_no_difference(journal: Journal) -> None:
    first = mail(recipients=("support@example.com", "it@example.com"))
    second = mail(recipients=("IT@example.com", "Support@example.com"), source="lmtp", peer=None)
    assert ids(journal, first, second) == [(1, False), (1, True)]


def test_without_a_message_id_a_quarter_of_an_hour_counts(journal: Journal) -> None:
    alarm = mail(b"Subject: disk full\r\n\r\nAgain.\r\n")
    later = [replace(alarm, received_at=NOON + timedelta(minutes=minutes)) for minutes in (14, 16, 20, 32)]
    assert ids(journal, alarm, *later) == [(1, False), (1, True), (2, False), (2, True), (3, False)]


def test_a_clock_that_was_set_back_swallows_nothing_for_long(journal: Journal) -> None:
    earlier = [mail(received_at=NOON - ago) for ago in (timedelta(hours=1), timedelta(days=8))]
    assert ids(journal, mail(), *earlier) == [(1, False), (1, True), (2, False)]


def test_two_of_the_same_in_one_batch_are_one(store: Store) -> None:
    with held(store) as connection:
        journal = Journal(store, SetClock(NOON))
        first = journal.submit(mail(b"Subject: opens the first batch\r\n\r\nx\r\n"))
        receipts = [journal.submit(mail()), journal.submit(mail(LARGE)), journal.submit(mail())]
        connection.rollback()
    assert [(one.result().id, one.result().again) for one in (first, *receipts)] == [
        (1, False),
        (2, False),
        (3, False),
        (2, True),
    ]
    journal.close()


# -- batches ---------------------------------------------------------------------------------------------------


def held(store: Store) -> sa.Connection:
    """The write lock of the journal, in other hands until it is rolled back."""
    connection = store.journal.connect()
    # On SQLite BEGIN IMMEDIATE is enough.
    connection.exec_driver_sql("LOCK TABLE arrival IN EXCLUSIVE MODE" if store.is_shared else "SELECT 1")
    return connection


def test_what_waits_is_committed_together(store: Store) -> None:
    commits: list[int] = []
    sa.event.listen(store.journal, "commit", lambda connection: commits.append(1))
    with held(store) as connection:
        journal = Journal(store, SetClock(NOON))
        receipts = [journal.submit(mail(b"Message-ID: <%d@a>\r\n\r\nx\r\n" % n)) for n in range(150)]
        assert not wait(receipts, timeout=0.05).done
        connection.rollback()
    assert [receipt.result().id for receipt in receipts] == list(range(1, 151))
    assert len(commits) <= 3
    journal.close()


def test_closing_commits_what_waits_and_takes_nothing_more(store: Store) -> None:
    journal = Journal(store, SetClock(NOON))
    receipts = [journal.submit(mail(b"Message-ID: <%d@a>\r\n\r\nx\r\n" % n)) for n in range(250)]
    journal.close()
    journal.close()
    assert all(receipt.done() for receipt in receipts)
    assert len(rows(store)) == 250
    with pytest.raises(StoreUnavailable):
        journal.receive(mail())


def test_nobody_can_cancel_what_was_handed_in(journal: Journal) -> None:
    receipt = journal.submit(mail())
    assert not receipt.cancel()
    assert receipt.result().id == 1


def test_one_mail_the_database_can_not_take_does_not_refuse_the_others(store: Store) -> None:
    with held(store) as connection:
        journal = Journal(store, SetClock(NOON))
        journal.submit(mail(b"Subject: opens the first batch\r\n\r\nx\r\n"))
        bad = journal.submit(mail(helo="\udcff"))
        good = journal.submit(mail())
        connection.rollback()
    assert good.result().again is False
    with pytest.raises(StoreUnavailable, match="could not be stored"):
        bad.result()
    journal.close()


class Seen(Transmission):
    """One of which can be seen when it is gone."""


def test_what_is_written_does_not_stay_in_memory_until_another_comes(journal: Journal) -> None:
    seen, is_gone = Seen(**asdict(mail(LARGE))), threading.Event()
    weakref.finalize(seen, is_gone.set)
    journal.receive(seen)
    del seen
    assert is_gone.wait(10)


@pytest.mark.sqlite
def test_what_is_refused_does_not_stay_in_memory_until_it_is_looked_for(store: Store, journal: Journal) -> None:
    store.blobs.rmdir()
    seen, is_gone = Seen(**asdict(mail(LARGE))), threading.Event()
    weakref.finalize(seen, is_gone.set)
    gc.disable()
    try:
        assert isinstance(journal.submit(seen).exception(10), StoreUnavailable)
        del seen
        assert is_gone.wait(10)
    finally:
        gc.enable()


def test_on_a_broken_disk_nothing_more_is_written(tmp_path: Path) -> None:
    large = Beforehand(tmp_path)
    large.give_up()
    begun = large.begin(mail(LARGE))
    with pytest.raises(StoreUnavailable):
        in_turn(mail(LARGE), begun)
    large.close()
    assert list(tmp_path.iterdir()) == []


# -- a disk that fails -------------------------------------------------------------------------------------------


def pragma(store: Store, words: str) -> None:
    """Set on every connection from now on."""
    store.journal.dispose()
    sa.event.listen(store.journal, "connect", lambda connection, record: connection.execute(f"PRAGMA {words}").close())


@pytest.mark.sqlite
def test_a_full_disk_is_for_later_and_heals(store: Store) -> None:
    pages = rows_of_pragma(store, "page_count")
    pragma(store, f"max_page_count={pages}")
    journal = Journal(store, SetClock(NOON))
    with pytest.raises(StoreUnavailable, match="full"):
        journal.receive(mail(b"x" * 60_000))
    assert not journal.broken
    pragma(store, "max_page_count=100000")
    assert ids(journal, mail()) == [(1, False)]
    journal.close()


def rows_of_pragma(store: Store, name: str) -> int:
    with store.journal.connect() as connection:
        return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@pytest.mark.sqlite
def test_a_locked_journal_is_for_later(store: Store) -> None:
    pragma(store, "busy_timeout=20")
    journal = Journal(store, SetClock(NOON))
    with closing(sqlite3.connect(store.blobs.parent / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            journal.receive(mail())
    assert ids(journal, mail()) == [(1, False)]
    journal.close()


@pytest.mark.sqlite
def test_a_folder_that_takes_no_file_is_for_later_and_leaves_no_row(store: Store, journal: Journal) -> None:
    store.blobs.rmdir()
    with pytest.raises(StoreUnavailable):
        journal.receive(mail(LARGE))
    assert rows(store) == []
    store.blobs.mkdir()
    assert ids(journal, mail(LARGE)) == [(1, False)]


def fsync_fails(store: Store) -> None:
    wrong = sqlite3.OperationalError("disk I/O error")
    wrong.sqlite_errorname = "SQLITE_IOERR_FSYNC"

    def fail(connection: sa.Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, wrong)

    sa.event.listen(store.journal, "commit", fail, once=True)


def eio_in_a_file(store: Store) -> None:
    def fail(connection: sa.Connection) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    sa.event.listen(store.journal, "commit", fail, once=True)


@pytest.mark.parametrize("accident", [fsync_fails, eio_in_a_file])
def test_after_a_failed_fsync_nothing_is_taken_any_more(store: Store, accident: Callable[[Store], None]) -> None:
    told: list[str] = []
    journal = Journal(store, SetClock(NOON), told.append)
    accident(store)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            journal.receive(mail())
    journal.close()
    assert journal.broken
    assert len(told) == 1
    assert "I/O error" in told[0] or "Input/output" in told[0]
    assert rows(store) == []


@pytest.mark.sqlite
def test_an_error_never_quotes_the_mail(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    pragma(store, f"max_page_count={rows_of_pragma(store, 'page_count')}")
    journal = Journal(store, SetClock(NOON))
    with pytest.raises(StoreUnavailable) as refused:
        journal.receive(mail(b"secret" * 10_000))
    journal.close()
    assert "secret" not in str(refused.value)
    assert "secret" not in "".join(capsys.readouterr())


# -- files -------------------------------------------------------------------------------------------------------


def test_leftovers_of_a_crash_are_swept_and_fresh_ones_are_left(tmp_path: Path) -> None:
    old, fresh, kept = tmp_path / ".new-old", tmp_path / ".new-fresh", tmp_path / "abc"
    for path in (old, fresh, kept):
        path.write_bytes(b"x")
    now = fresh.stat().st_mtime
    os.utime(old, (now - 4000, now - 4000))
    blobs.sweep(tmp_path, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".new-fresh", "abc"]


@pytest.mark.sqlite
def test_the_file_is_whole_before_the_row_that_names_it(store: Store, journal: Journal) -> None:
    at_insert: list[dict[str, int]] = []

    def look(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO arrival"):
            at_insert.append({path.name: path.stat().st_size for path in store.blobs.iterdir()})

    sa.event.listen(store.journal, "before_cursor_execute", look)
    journal.receive(mail(LARGE))
    assert at_insert == [{rows(store)[0].sha256: len(LARGE)}]
