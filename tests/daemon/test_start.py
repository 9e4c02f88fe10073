"""Starting: what it tells its supervisor, and why it does not start."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.store import db, sqlite
from mailgate.store.running import the_only_one
from tests.cli.terminal import Said, Terminal
from tests.daemon.node import Node
from tests.stories.example import Json, merged, write_config


def start(folder: Path, changes: Json | None = None) -> Said:
    """Start a daemon that can not start."""
    own: Json = {"site": {"state": str(folder / "state")}}
    return Terminal(write_config(folder / "config", merged(own, changes or {})))("run")


def refused(said: Said, why: str) -> None:
    assert (said.code, said.out) == (1, "")
    assert why in said.err
    assert said.err.rstrip("\n").count("\n") == 0


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_port_that_is_taken(tmp_path: Path, taken: str) -> None:
    refused(start(tmp_path, {"intake": {"smtp": {"listen": taken}}}), f"{taken} can not be used")


def test_a_state_folder_that_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder would")
    refused(start(tmp_path), f"The state folder {tmp_path / 'state'} can not be used")


def test_a_state_folder_that_another_daemon_works_on(tmp_path: Path) -> None:
    with the_only_one(tmp_path / "state", "0123456789ab", "2026-11-23T09:00:00Z"):
        refused(start(tmp_path), "Another mailgate runs on")


@pytest.mark.parametrize("name", ["journal.db", "desk.db"])
def test_a_database_of_a_newer_mailgate(tmp_path: Path, name: str) -> None:
    db.open_folder(tmp_path / "state", create=True).close()
    with sqlite3.connect(tmp_path / "state" / name) as database:
        database.execute("UPDATE mailgate_schema SET version_num = '0002'")
    database.close()
    refused(start(tmp_path), "was written by a newer mailgate")


def test_a_database_that_somebody_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    with Node(tmp_path) as node:
        db.open_folder(node.state, create=True).close()
        with sqlite3.connect(node.state / "desk.db", isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            refused(node.run("run"), "database is locked")
        holder.close()


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "desk.db").write_bytes(b"nothing that SQLite knows " * 100)
    refused(start(tmp_path), "file is not a database")


def test_systemd_hears_ready_then_a_heartbeat_and_the_end(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        with Node(tmp_path, None, **environ) as node:
            node.start()
            assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
            node.end()
            heard = [systemd.recv(100)]
            while heard[-1] != b"STOPPING=1":
                heard.append(systemd.recv(100))
            assert set(heard[:-1]) <= {b"WATCHDOG=1"}


def test_the_unit_file_is_one_that_systemd_understands(tmp_path: Path) -> None:
    analyze = "/usr/bin/systemd-analyze"
    if not Path(analyze).exists():
        assert os.environ.get("CI") != "true", "CI installs systemd-analyze: without it the unit file is not checked"
        pytest.skip("systemd-analyze is not installed here; the unit is checked where it is")
    unit = (Path(__file__).parents[2] / "systemd" / "mailgate.service").read_text()
    (tmp_path / "mailgate.service").write_text(unit.replace("/usr/local/bin/mailgate", "/bin/true"))
    said = subprocess.run([analyze, "verify", str(tmp_path / "mailgate.service")], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
