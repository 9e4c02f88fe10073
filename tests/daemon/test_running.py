"""One daemon that runs, and what can be seen and done while it does."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.node import Node, children, mail_of


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("running")) as node:
        node.start()
        node.send(mail_of("erika"), mail_of("hans", subject="hold me"), mail_of("eva", text="a long line\r\n" * 9000))
        node.until(lambda: node.settled(3))
        yield node
        assert node.end() == 0


@pytest.mark.sqlite
def test_a_worker_has_its_pipe_and_no_socket(node: Node) -> None:
    [worker] = node.workers
    open_files = {os.readlink(each) for each in Path(f"/proc/{worker}/fd").iterdir()}
    assert any(each.startswith("pipe:") for each in open_files)
    assert not [each for each in open_files if each.startswith("socket:") or "daemon.lock" in each]


def test_a_worker_that_is_killed_is_followed_by_another_and_leaves_no_zombie(node: Node) -> None:
    [worker] = node.workers
    os.kill(worker, signal.SIGKILL)
    node.until(lambda: node.workers and node.workers != [worker])
    assert node.process
    states = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in children(node.process.pid)]
    assert states
    assert "Z" not in states


def test_its_files_are_for_nobody_else(node: Node) -> None:
    files = [each for each in node.state.rglob("*") if each.is_file()]
    assert {each.name: each.stat().st_mode & 0o077 for each in files} == dict.fromkeys((each.name for each in files), 0)
    assert {"desk.db", "journal.db", "daemon.lock"} < {each.name for each in files}
    assert len(list((node.state / "blobs").iterdir())) == 1


def test_status_says_that_it_runs_and_with_what(node: Node) -> None:
    status = node.status()
    assert (status["healthy"], status["running"], status["config"]["changed_since"]) == (True, True, False)
    assert status["config"]["version"] == node.mails()[0]["config_version"]
    assert status["mails"] == {"accepted": 3, "pending": 0, "handled": 2, "held": 1, "failed": 0, "dropped": 0}


def test_nobody_else_runs_on_its_state_folder(node: Node) -> None:
    said = node.run("run")
    assert (said.code, said.out) == (1, "")
    assert "Another mailgate runs on" in said.err


def test_sighup_ends_nothing(node: Node) -> None:
    node.signal(signal.SIGHUP)
    node.said(r"reloaded .*changes=none")
    assert node.process
    assert node.process.poll() is None


def test_a_mail_that_an_admin_releases_is_handled_without_a_wake_up_call(node: Node) -> None:
    assert node.run("mail", "M-2", "--release").code == 0
    node.until(lambda: node.settled(3))
    assert node.run.json("mail", "M-2")["sort"] == "new_ticket"
