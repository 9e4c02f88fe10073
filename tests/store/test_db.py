"""Opening databases, and what their failing is called."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.errors import NoDatabase, OlderSchema, StoreUnavailable
from mailgate.store import sqlite, version
from mailgate.store.db import Store, Tx, in_memory, open_store, state_folder
from mailgate.store.running import Refusal, Running, running, the_only_one
from mailgate.store.trouble import is_trouble_of_the_machine
from tests.store.example import NOON, settings_at


def pragma(store: Store, name: str) -> object:
    with store.desk.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.sqlite
def test_every_connection_is_durable_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    store = open_store(settings_at(tmp_path), create=True)
    said = [pragma(store, name) for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")]
    assert said == ["wal", 2, 1, 1]
    store.close()


@pytest.mark.sqlite
def test_a_file_keeps_the_pages_that_it_was_made_with(tmp_path: Path) -> None:
    with suppress(sqlite3.Error), closing(sqlite3.connect(tmp_path / "desk.db")) as older:
        older.executescript("PRAGMA page_size=4096; PRAGMA journal_mode=WAL; CREATE TABLE other (id INTEGER)")
    store = open_store(settings_at(tmp_path), create=True)
    assert pragma(store, "page_size") == 4096
    with store.looking_back() as journal:
        assert journal.exec_driver_sql("PRAGMA page_size").scalar() == sqlite.PAGE_BYTES
    store.close()


@pytest.mark.sqlite
def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match=f"no database at {tmp_path / 'state'}"):
        open_store(settings_at(tmp_path / "state"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite
def test_an_empty_file_is_no_database_but_may_become_one(tmp_path: Path) -> None:
    for name in ("journal.db", "desk.db"):
        (tmp_path / name).touch()
    with pytest.raises(NoDatabase):
        open_store(settings_at(tmp_path))
    open_store(settings_at(tmp_path), create=True).close()
    open_store(settings_at(tmp_path)).close()


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    at_schema(tmp_path, version.SCHEMA + 1)
    for create in (True, False):
        with pytest.raises(StoreUnavailable, match=r"written by a newer mailgate .* knows 1"):
            open_store(settings_at(tmp_path), create=create)


def test_an_older_database_is_refused_and_the_way_out_is_named(tmp_path: Path) -> None:
    at_schema(tmp_path, version.SCHEMA - 1)
    for create in (True, False):
        with pytest.raises(OlderSchema, match="run `mailgate migrate`"):
            open_store(settings_at(tmp_path), create=create)


def at_schema(folder: Path, number: int) -> None:
    store = open_store(settings_at(folder), create=True)
    with store.journal.begin() as connection:
        connection.execute(sa.update(version.NUMBER).values(version_num=version.name_of(number)))
    store.close()


def test_the_state_folder_is_the_one_that_is_said_else_systemds_else_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = settings_at(tmp_path / "said")
    unsaid = said.model_copy(update={"site": said.site.model_copy(update={"state": None})})
    for settings in (said, unsaid):
        settings.comes_from(tmp_path / "config", "", {})
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    assert (state_folder(said), state_folder(unsaid)) == (tmp_path / "said", tmp_path / "var")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/mailgate:/var/lib/other")
    assert (state_folder(said), state_folder(unsaid)) == (tmp_path / "said", Path("/var/lib/mailgate"))


def test_a_savepoint_undoes_rows_effects_and_letters(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with store.transaction(settings, NOON) as tx:
        tx.effects.append("before")
        with pytest.raises(ZeroDivisionError):
            _fail_halfway(tx)
        assert (tx.effects, tx.letters, tx.value(sa.text("SELECT count(*) FROM cursor"))) == (["before"], [], 0)
    store.close()


@pytest.mark.sqlite
@pytest.mark.parametrize("then", [StoreUnavailable, MemoryError])
def test_where_the_database_has_undone_everything_nothing_is_written_after_it(
    tmp_path: Path, then: type[Exception]
) -> None:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with pytest.raises(then), store.transaction(settings, NOON) as tx:
        _go_on_all_the_same(tx, MemoryError() if then is MemoryError else ZeroDivisionError())
    with store.reading(settings, NOON) as tx:
        assert tx.value(sa.text("SELECT count(*) FROM cursor")) == 0
    store.close()


def _go_on_all_the_same(tx: Tx, wrong: Exception) -> None:
    """SQLite undoes a whole transaction where it has no memory, and where the disk is full."""
    tx.execute(sa.text("CREATE TRIGGER t BEFORE INSERT ON cursor BEGIN SELECT RAISE(ROLLBACK, 'gone'); END"))
    with suppress(ZeroDivisionError), tx.savepoint():
        with suppress(sa.exc.IntegrityError):
            tx.execute(sa.text("INSERT INTO cursor VALUES ('inside', 1)"))
        raise wrong
    tx.execute(sa.text("INSERT INTO cursor VALUES ('behind', 1)"))


def _fail_halfway(tx: Tx) -> None:
    with tx.savepoint():
        tx.effects.append("inside")
        tx.letters.append(7)
        tx.execute(sa.text("INSERT INTO cursor VALUES ('x', 1)"))
        raise ZeroDivisionError


@pytest.mark.sqlite
def test_a_full_disk_is_trouble_of_the_machine_without_the_values(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    sa.event.listen(store.desk, "connect", lambda connection, record: connection.execute("PRAGMA max_page_count=1"))
    store.desk.dispose()
    insert = sa.text("INSERT INTO file VALUES (:sha256, 1, :content)")
    with (
        pytest.raises(StoreUnavailable, match="database or disk is full") as wrong,
        store.transaction(settings, NOON) as tx,
    ):
        tx.execute(insert, {"sha256": "secret", "content": b"secret" * 100_000})
    assert "secret" not in f"{wrong.value} {wrong.value.__cause__}"
    store.close()


@pytest.mark.sqlite
def test_a_locked_database_is_trouble_and_can_be_read_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 20)
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with store.transaction(settings, NOON):
        with pytest.raises(StoreUnavailable, match="being written"), store.transaction(settings, NOON):
            pass
        with store.reading(settings, NOON) as tx:
            assert tx.value(sa.text("SELECT 1")) == 1
    with store.transaction(settings, NOON) as tx:
        assert tx.value(sa.text("SELECT 1")) == 1
    store.close()


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "INSERT INTO cursor VALUES (1)"])
def test_a_wrong_statement_is_nobodys_trouble_but_ours(tmp_path: Path, statement: str) -> None:
    settings = settings_at(tmp_path)
    store = open_store(settings, create=True)
    with pytest.raises(sa.exc.DBAPIError) as wrong, store.transaction(settings, NOON) as tx:
        tx.execute(sa.text(statement))
    assert not is_trouble_of_the_machine(wrong.value)
    store.close()


@pytest.mark.sqlite
def test_capital_umlauts_are_small_ones_for_a_search() -> None:
    store = in_memory()
    with store.desk.connect() as connection:
        assert connection.exec_driver_sql("SELECT lower('STÖRUNG'), lower(NULL), lower(7)").one() == (
            "störung",
            None,
            7,
        )
    store.close()


def test_one_daemon_per_state_folder_and_everybody_can_see_which(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    with the_only_one(tmp_path / "state", "v1", "2026-11-23T12:00:00Z"):
        found = running(tmp_path / "state")
        assert found
        assert (found.pid, found.version, found.since) == (os.getpid(), "v1", "2026-11-23T12:00:00Z")
        with (
            pytest.raises(StoreUnavailable, match="Another mailgate runs"),
            the_only_one(tmp_path / "state", "v2", ""),
        ):
            pass
    assert running(tmp_path / "state") is None
    with the_only_one(tmp_path / "state", "v2", ""):
        assert running(tmp_path / "state")


def test_who_runs_tells_with_what_and_what_was_refused(tmp_path: Path) -> None:
    with the_only_one(tmp_path, "v1", "2026-11-23T12:00:00Z") as tenure:
        refusal = Refusal("2026-11-23T13:00:00Z", ("routing.yaml:1:1: größer", "and more" * 1000))
        tenure.tell(replace(tenure.now, refused=refusal))
        assert running(tmp_path) == replace(tenure.now, version="v1", refused=refusal)
        tenure.tell(replace(tenure.now, version="v2", loaded_at="2026-11-23T14:00:00Z", refused=None))
        assert running(tmp_path) == Running(
            os.getpid(), "v2", "2026-11-23T12:00:00Z", "2026-11-23T14:00:00Z", after_restart=()
        )


def test_half_written_words_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with the_only_one(tmp_path, "v1", "2026-11-23T12:00:00Z") as tenure:
        whole = (tmp_path / "daemon.lock").read_bytes()
        (tmp_path / "daemon.lock").write_bytes(whole[:20])
        threading.Timer(0.1, tenure.tell, [tenure.now]).start()
        assert running(tmp_path) == tenure.now
