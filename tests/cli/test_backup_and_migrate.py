"""`backup` and `migrate`: a copy that can be worked with, and a database of this version."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.store.running import the_only_one
from tests import databases
from tests.cli.terminal import Terminal, terminal_of
from tests.stories.example import write_config
from tests.stories.world import ERIKA, World


def config_at(folder: Path, state: Path) -> Path:
    where = {"site": {"state": str(state)}, "storage": {"database": databases.at(state)}}
    return write_config(folder, where)


@pytest.fixture
def new(tmp_path: Path) -> Terminal:
    """A configuration without a database."""
    return Terminal(config_at(tmp_path / "config", tmp_path / "state"))


@pytest.mark.sqlite
def test_a_copy_made_in_the_middle_of_a_change_is_a_desk_to_work_with(tmp_path: Path) -> None:
    with World(tmp_path / "desk") as desk:
        desk.write(ERIKA, "Printer on fire", "It burns.\n" + "x" * 100_000)
        with desk.store.transaction(desk.settings, Clock().now()) as tx, desk.store.journal.begin():
            tx.execute(sa.text("UPDATE ticket SET status = 'closed'"))
            said = terminal_of(desk)("backup", str(tmp_path / "copy.tar"))
        assert said.code == 0, said.err
    assert (tmp_path / "copy.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "copy.tar") as tar:
        tar.extractall(tmp_path / "restored", filter="data")
    there = Terminal(config_at(tmp_path / "config", tmp_path / "restored"))
    ticket = json.loads(there("ticket", "1001", "--json").out)
    assert (ticket["subject"], ticket["status"]) == ("Printer on fire", "new")
    assert "x" * 100_000 in there("mail", "1", "--raw").out.replace("=\r\n", "")
    assert there("audit", "verify").code == 0
    assert json.loads(there("status", "--json").out)["mails"]["accepted"] == 1


def test_a_file_that_is_there_is_not_written_over(new: Terminal, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    new("migrate")
    said = new("backup", str(tmp_path / "copy"))
    assert (said.code, (tmp_path / "copy").read_text()) == (1, "precious")
    assert "is there already" in said.err


def test_without_a_database_there_is_nothing_to_copy(new: Terminal, tmp_path: Path) -> None:
    said = new("backup", str(tmp_path / "copy"))
    assert (said.code, said.out, list(tmp_path.glob("*copy*"))) == (1, "", [])
    assert "There is no" in said.err


def test_a_folder_that_is_not_there_is_named(new: Terminal, tmp_path: Path) -> None:
    new("migrate")
    said = new("backup", str(tmp_path / "nowhere" / "copy"))
    assert said.code == 1
    assert "nowhere/copy can not be written: No such file" in said.err


def test_migrate_makes_a_database_once(new: Terminal) -> None:
    first, again = new("migrate"), new("migrate")
    assert (first.code, again.code) == (0, 0)
    assert "done: schema 1" in first.out
    assert again.out == "Nothing to do: the database has schema 1.\n"
    assert json.loads(new("tickets", "--json").out)["total"] == 0


def test_check_changes_nothing_and_fails_where_there_is_something_to_do(new: Terminal) -> None:
    assert new("migrate", "--check").code == 1
    new("migrate")
    said = new("migrate", "--check", "--json")
    assert (said.code, json.loads(said.out)) == (0, {"schema": 1, "done": False, "steps": []})


def test_nothing_is_migrated_under_a_daemon_that_runs(new: Terminal, tmp_path: Path) -> None:
    with the_only_one(tmp_path / "state", "", ""):
        said = new("migrate")
    assert said.code == 1
    assert "stop it" in said.err


@pytest.mark.sqlite
def test_an_older_database_is_named_with_the_way_out(new: Terminal, tmp_path: Path) -> None:
    new("migrate")
    with sqlite3.connect(tmp_path / "state" / "desk.db") as database:
        database.execute("UPDATE mailgate_schema SET version_num = '0000'")
    database.close()
    said = new("tickets")
    assert said.code == 1
    assert "run `mailgate migrate`" in said.err
