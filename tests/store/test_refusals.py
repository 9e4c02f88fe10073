"""Refusals: remembered cheaply, never more than is good, and never at the cost of a mail."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.store import refusals
from mailgate.store.db import Store, open_folder
from mailgate.store.journal import Journal
from mailgate.store.refusals import Refusal, Shelf
from tests.store.test_journal import NOON, mail, rows, store

__all__ = ["store"]

NOT_HERE = Refusal(NOON, "smtp", "192.0.2.1", "client.example", "a@b.example", ("x@example.com",), "550 5.1.1 no")


def written(store: Store, *some: tuple[Refusal, int], now: datetime = NOON) -> list[tuple[str, int]]:
    with store.journal.begin() as connection:
        refusals.write(connection, some, now)
    return [(row.recipients[0], row.times) for row in refusals.select(store)]


def to(name: str, **changed: object) -> tuple[Refusal, int]:
    return replace(NOT_HERE, recipients=(name,), **changed), 1  # type: ignore[arg-type]


def test_the_same_refusal_of_a_moment_is_one_that_is_counted() -> None:
    shelf = Shelf()
    later = replace(NOT_HERE, at=NOON + timedelta(milliseconds=5))
    assert [shelf.put(each) for each in (NOT_HERE, later, replace(NOT_HERE, peer="192.0.2.2"))] == [True, False, False]
    assert [(each.peer, times) for each, times in shelf.take()] == [("192.0.2.1", 2), ("192.0.2.2", 1)]
    assert shelf.take() == []
    assert shelf.put(NOT_HERE)


def test_a_flood_takes_no_room() -> None:
    shelf = Shelf()
    for number in range(refusals.MOST_WAITING * 2):
        shelf.put(replace(NOT_HERE, helo=str(number)))
    assert len(shelf) == refusals.MOST_WAITING


def test_one_peer_that_tries_names_pushes_nobody_else_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_OF_A_PEER", 3)
    written(store, to("honest@example.com", peer="192.0.2.9"))
    kept = written(store, *(to(f"{number}@example.com") for number in range(10)))
    assert [name.partition("@")[0] for name, _ in kept] == ["honest", "7", "8", "9"]


def test_a_day_has_so_many_and_a_month_is_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_OF_A_DAY", 2)
    yesterday = NOON - timedelta(days=2)
    written(
        store, to("old@example.com", at=NOON - timedelta(days=31)), to("y@example.com", at=yesterday), now=yesterday
    )
    kept = written(store, *(to(f"{number}@example.com", peer=str(number)) for number in range(4)))
    assert [name.partition("@")[0] for name, _ in kept] == ["y", "2", "3"]


def test_the_writer_writes_them_soon_together_and_at_its_end(store: Store) -> None:
    journal = Journal(store, SetClock(NOON))
    for name in ("a", "b", "a"):
        journal.note(replace(NOT_HERE, helo=name))
    assert journal.receive(mail()).id == 1
    journal.note(replace(NOT_HERE, helo="last"))
    journal.close()
    assert sorted((row.helo, row.times) for row in refusals.select(store)) == [("a", 2), ("b", 1), ("last", 1)]


def test_mails_without_end_do_not_keep_them_waiting(store: Store) -> None:
    journal = Journal(store, SetClock(NOON))
    journal.note(NOT_HERE)
    for number in range(60):
        journal.receive(mail(b"Message-ID: <%d@a.example>\r\n\r\nx\r\n" % number))
    assert len(refusals.select(store)) == 1
    journal.close()


def test_what_the_database_does_not_take_costs_no_mail(store: Store) -> None:
    with store.journal.begin() as connection:
        connection.execute(sa.text("DROP TABLE refusal"))
    journal = Journal(store, SetClock(NOON))
    journal.note(NOT_HERE)
    assert journal.receive(mail()).id == 1
    journal.close()
    assert (len(rows(store)), refusals.select(store), journal.broken) == (1, [], False)


def test_a_journal_of_an_older_version_gets_the_table_when_the_daemon_starts(tmp_path: Path) -> None:
    open_folder(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / "journal.db") as database:
        database.execute("DROP TABLE refusal")
    database.close()
    older = open_folder(tmp_path)
    assert refusals.select(older) == []
    older.close()
    newer = open_folder(tmp_path, create=True)
    assert written(newer, to("a@example.com")) == [("a@example.com", 1)]
    newer.close()
