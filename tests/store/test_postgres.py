"""PostgreSQL, shared by several nodes: whatever two of them do at the same moment, the outcome is that of one."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.desk import change, tickets
from mailgate.errors import NoDatabase, StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store import arrivals, backup, claim, postgres
from mailgate.store.append import append
from mailgate.store.beforehand import Ready
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Transmission, raw_of
from mailgate.store.transmission import digests
from mailgate.store.trouble import is_trouble_of_the_machine
from tests.postgres import Server, database_for, programs, server
from tests.store.example import NOON, settings_at, transmission


def on_postgres(folder: Path) -> Settings:
    settings = settings_at(folder)
    return settings.model_copy(
        update={"storage": settings.storage.model_copy(update={"database": database_for(folder)})}
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return on_postgres(tmp_path)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings, create=True)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with opened(settings) as store:
        yield store


@pytest.fixture
def other(settings: Settings, store: Store) -> Iterator[Store]:
    """Another node on the same database."""
    with opened(settings) as store:
        yield store


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same moment; what came of each."""
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        start.wait(10)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(do, deeds))


# -- the intake ------------------------------------------------------------------------------------------------------


def take_in(store: Store, *mails: Transmission) -> list[int]:
    journal = Journal(store, SetClock(NOON))
    try:
        return [receipt.result().id for receipt in [journal.submit(mail) for mail in mails]]
    finally:
        journal.close()


def test_the_same_transmission_on_two_nodes_at_once_is_one(store: Store, other: Store) -> None:
    mails = [transmission(f"r{number}") for number in range(40)]
    first, second = at_once(lambda: take_in(store, *mails), lambda: take_in(other, *reversed(mails)))
    assert first == list(reversed(second))
    assert arrivals.count(store) == 40
    assert set(arrivals.seen(store, first).values()) == {2}


@pytest.mark.parametrize(("to", "ids"), [("support@example.com", [1]), ("it@example.com", [3])])
def test_who_is_handed_the_same_bytes_meanwhile_waits_for_the_first(
    store: Store, other: Store, to: str, ids: list[int]
) -> None:
    mail = transmission("erika")
    with ThreadPoolExecutor(1) as threads:
        with store.journal.begin() as unfinished:
            append(unfinished, store.blobs, [(mail, Ready(digests(mail)))], NOON)
            second = threads.submit(take_in, other, replace(mail, recipients=(to,)))
            assert not wait([second], timeout=0.3).done
            assert take_in(other, transmission("otto")) == [2]  # nobody else waits
        assert second.result() == ids


def test_the_copy_for_others_always_finds_the_first(store: Store, other: Store, settings: Settings) -> None:
    copies = [transmission("erika", to=f"a{number}@example.com") for number in range(10)]
    at_once(lambda: take_in(store, *copies[:5]), lambda: take_in(other, *copies[5:]))
    one = settings.model_copy(update={"intake": settings.intake.model_copy(update={"multi_target": "one"})})
    with store.looking_back() as journal:
        rows = list(journal.execute(sa.select(arrivals.ARRIVAL).order_by(arrivals.ARRIVAL.c.id)))
    twins = [arrivals.copies(store, one, row).twin for row in rows]
    assert twins == [None] + [rows[0].id] * 9


def test_a_mail_that_becomes_visible_late_is_not_passed_over(store: Store, other: Store, settings: Settings) -> None:
    slow, quick = transmission("slow"), transmission("quick")
    with store.journal.begin() as unfinished:
        append(unfinished, store.blobs, [(slow, Ready(digests(slow)))], NOON)
        assert take_in(other, quick) == [2]
        assert taken(other, settings, "a") == [2]
    assert taken(other, settings, "b") == [1]


def test_a_large_mail_lies_where_every_node_sees_it(store: Store, other: Store) -> None:
    large = replace(transmission("erika"), raw=b"Message-ID: <a@b>\r\n\r\n" + bytes(range(256)) * 1000)
    same = replace(large, recipients=("it@example.com",))
    take_in(store, large, same)
    with other.looking_back() as journal:
        rows = list(journal.execute(sa.select(arrivals.ARRIVAL)))
    assert [row.raw for row in rows] == [None, None]
    assert [raw_of(other, row) for row in rows] == [large.raw, same.raw]
    assert not store.blobs.exists()


def test_what_no_text_or_index_takes_is_taken_all_the_same(store: Store) -> None:
    odd = replace(
        transmission("erika"), helo="nul\0", raw="Message-ID: <{}@x>\r\n\r\nHi\r\n".format("鼠" * 990).encode()
    )
    assert take_in(store, odd) == [1]


# -- claims ----------------------------------------------------------------------------------------------------------


def taken(store: Store, settings: Settings, worker: str, most: int = 50) -> list[int]:
    with store.claiming(settings, NOON) as tx:
        return [each.arrival.id for each in claim.take(store, tx, worker, most)]


def test_every_mail_goes_to_exactly_one_of_many_workers(store: Store, settings: Settings) -> None:
    take_in(store, *(transmission(f"r{number}") for number in range(60)))

    def worker(name: str) -> list[int]:
        found: list[int] = []
        while mine := taken(store, settings, name, most=3):
            found += mine
        return found

    found = at_once(*(lambda name=name: worker(name) for name in "abcd"))
    assert sorted(number for each in found for number in each) == list(range(1, 61))


def test_who_claims_or_reads_waits_for_no_writer(store: Store, settings: Settings) -> None:
    take_in(store, transmission("erika"))
    with store.transaction(settings, NOON) as writer:
        writer.execute(sa.text("INSERT INTO cursor VALUES ('x', 1)"))
        assert taken(store, settings, "a") == [1]
        with store.reading(settings, NOON) as tx:
            assert tx.value(sa.text("SELECT count(*) FROM cursor")) == 0


# -- the desk has one writer at a time ---------------------------------------------------------------------------------


def test_numbers_and_histories_of_many_writers_are_those_of_one(store: Store, other: Store, settings: Settings) -> None:
    def writer(store: Store) -> list[int]:
        numbers = []
        for _ in range(10):
            with store.transaction(settings, NOON) as tx:
                numbers.append(tickets.next_number(tx))
                change.record(tx, change.WITHOUT_TICKET, "admin", "counted", number=numbers[-1])
        return numbers

    found = at_once(*[lambda one=one: writer(one) for one in (store, other, store, other)])
    assert sorted(number for each in found for number in each) == list(range(1001, 1041))
    with store.reading(settings, NOON) as tx:
        events = tx.all(sa.select(change.EVENT.c.seq, change.EVENT.c.detail).order_by(change.EVENT.c.seq))
    assert [row.seq for row in events] == list(range(1, 41))
    assert [row.detail["number"] for row in events] == list(range(1001, 1041))


def test_a_writer_that_falls_asleep_loses_its_transaction_and_nobody_waits_for_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SESSION", postgres.SESSION.replace("'10s'", "'1s'"))

    def fall_asleep(asleep: Store, awake: Store) -> None:
        with asleep.transaction(settings, NOON) as tx:
            tickets.next_number(tx)
            with awake.transaction(settings, NOON) as next_one:
                assert tickets.next_number(next_one) == 1001
            tickets.next_number(tx)

    lost = "idle-in-transaction|closed the connection"
    with opened(settings) as one, opened(settings) as two, pytest.raises(StoreUnavailable, match=lost):
        fall_asleep(one, two)


# -- a server in trouble -----------------------------------------------------------------------------------------------


def test_a_connection_that_was_cut_is_trouble_and_the_next_one_is_new(store: Store, settings: Settings) -> None:
    def cut() -> None:
        with store.transaction(settings, NOON) as tx:
            server().ask(f"SELECT pg_terminate_backend({tx.value(sa.text('SELECT pg_backend_pid()'))})")
            with tx.savepoint():
                tickets.next_number(tx)

    with pytest.raises(StoreUnavailable):
        cut()
    with store.transaction(settings, NOON) as tx:
        assert tickets.next_number(tx) == 1001


@pytest.mark.parametrize(
    ("statement", "trouble"),
    [
        ("SELECT nothing FROM nowhere", False),
        ("SELECT 1 / 0", False),
        ("SET TRANSACTION READ ONLY; INSERT INTO cursor VALUES ('x', 1)", True),
        ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)", True),
    ],
)
def test_the_server_says_whose_fault_it_is(store: Store, statement: str, trouble: bool) -> None:
    with pytest.raises(sa.exc.DBAPIError) as wrong, store.desk.begin() as connection:
        connection.exec_driver_sql(statement)
    assert is_trouble_of_the_machine(wrong.value) == trouble


def test_a_server_that_is_away_refuses_mails_until_it_is_back(tmp_path: Path, short: Path) -> None:
    own = Server(short, {})
    own.make()
    own.start()
    settings = settings_at(tmp_path)
    settings.storage.__dict__["database"] = own.fresh("mailgate")
    with opened(settings) as store:
        journal = Journal(store, SetClock(NOON))
        assert journal.receive(transmission("before")).id == 1
        own.stop()
        for name in ("meanwhile", "again"):
            with pytest.raises(StoreUnavailable):
                journal.receive(transmission(name))
        assert not journal.broken
        own.start()
        assert not journal.receive(transmission("meanwhile")).again
        assert journal.receive(transmission("before")).again
        journal.close()
    own.stop("fast")


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose path is short enough for a socket in it."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="mg-own-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def test_a_copy_is_restored_elsewhere(settings: Settings, store: Store, tmp_path: Path) -> None:
    take_in(store, transmission("erika"))
    assert backup.write(settings, tmp_path / "copy") == (tmp_path / "copy").stat().st_size
    elsewhere = on_postgres(tmp_path / "elsewhere")
    restore = ["pg_restore", f"--dbname={elsewhere.storage.database}", str(tmp_path / "copy")]
    subprocess.run([found_program(restore[0]), *restore[1:]], check=True)
    with opened(elsewhere) as restored:
        assert arrivals.count(restored) == 1


def found_program(name: str) -> str:
    folder = programs()
    assert folder is not None
    return str(folder / name)


# -- which database ----------------------------------------------------------------------------------------------------


def test_a_commit_is_on_the_disk_whatever_the_server_is_set_to(settings: Settings) -> None:
    name = sa.make_url(settings.storage.database).database
    server().ask(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with opened(settings) as store:
        for engine in (store.journal, store.desk):
            with engine.begin() as connection:
                assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"


def test_without_create_nothing_is_made(settings: Settings) -> None:
    with pytest.raises(NoDatabase, match="There is no mailgate in postgresql://"):
        open_store(settings)
    name = sa.make_url(settings.storage.database).database
    assert server().ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", str(name)) == [(0,)]


@pytest.mark.parametrize(
    ("how", "said"),
    [("", "holds tables of another program"), ("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0", "in SQL_ASCII")],
)
def test_a_database_that_is_not_for_us_is_left_alone(settings: Settings, how: str, said: str) -> None:
    name = str(sa.make_url(settings.storage.database).database)
    server().ask(f"DROP DATABASE {name}")
    server().ask(f"CREATE DATABASE {name} {how}")
    if not how:
        server().ask("CREATE TABLE arrival (id int)", name)
    with pytest.raises(StoreUnavailable, match=said):
        open_store(settings, create=True)


def test_two_nodes_that_start_at_once_make_one_database(settings: Settings) -> None:
    at_once(*[lambda: open_store(settings, create=True).close()] * 4)
    open_store(settings).close()
