"""Writers of a SQLite file wait for each other, in one process and in several, until the commit is wholly over."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.store import one_writer, sqlite

HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sa.Engine]:
    made = sqlite.engine(tmp_path / "some.db")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE number (value INTEGER)")
    yield made
    made.dispose()


def add(file: sa.Engine) -> None:
    with file.begin() as connection:
        connection.exec_driver_sql("INSERT INTO number VALUES (1)")


def count(file: sa.Engine) -> int:
    with file.connect().execution_options(read_only=True) as connection, connection.begin():
        return int(connection.exec_driver_sql("SELECT count(*) FROM number").scalar_one())


def test_a_writer_waits_for_one_of_another_process_and_a_reader_does_not(file: sa.Engine, tmp_path: Path) -> None:
    with (tmp_path / "some.db-writer").open("a") as other, ThreadPoolExecutor() as pool:
        fcntl.flock(other, fcntl.LOCK_EX)
        adding = pool.submit(add, file)
        assert count(file) == 0
        assert not adding.done()
        fcntl.flock(other, fcntl.LOCK_UN)
        adding.result(timeout=20)
    assert count(file) == 1


def test_where_a_writer_dies_the_next_one_is_let_in(file: sa.Engine, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "some.db-writer")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder, ThreadPoolExecutor() as pool:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        adding = pool.submit(add, file)
        holder.kill()
        adding.result(timeout=20)


def test_who_waits_too_long_is_told_which_file_it_is(tmp_path: Path) -> None:
    made = sa.create_engine(f"sqlite:///{tmp_path / 'some.db'}")
    one_writer.guard(made, tmp_path / "some.db", patience=0.02)
    with (tmp_path / "some.db-writer").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StoreUnavailable, match=r"some\.db is being written by another process"):
            add(made)
    made.dispose()


def test_the_latch_is_open_again_after_a_rollback(file: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), file.begin():
        raise ZeroDivisionError
    with (tmp_path / "some.db-writer").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_many_writers_come_one_after_the_other(file: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add(file), range(200)))
    assert count(file) == 200
