"""A running daemon gets another configuration: everywhere, or nowhere; and no mail notices."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.node import BUSY, Node, Senders, address, mail_of
from tests.daemon.test_stop import in_data
from tests.stories.example import CONFIG, Json, merged


def rules(priority: str) -> Json:
    """Every mail gets this priority."""
    then = {"priority": priority}
    return {"rules": [{"name": "All", "when": {"from": "*"}, "then": then}]}


def edit(node: Node, file: str, changes: Json) -> None:
    """Save a file of its configuration with these changes."""
    path = node.config / f"{file}.yaml"
    path.write_text(json.dumps(merged(json.loads(path.read_text()), changes)))


def handled(node: Node, name: str) -> None:
    """Send a mail and wait until it is."""
    mails = node.count("handled")
    node.send(mail_of(name))
    node.until(lambda: node.count("handled") == mails + 1)


def copies(node: Node) -> list[Path]:
    return list((node.state / "running").iterdir())


def alarms(node: Node) -> int:
    """Troubles with a reload that stand open."""
    with sqlite3.connect(f"file:{node.state / 'desk.db'}?mode=ro", uri=True) as database:
        question = "SELECT count(*) FROM trouble WHERE kind = 'reload' AND ended_at IS NULL"
        found = int(database.execute(question).fetchone()[0])
    database.close()
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("reload")) as node:
        node.start()
        node.worker()
        yield node
        assert node.end() == 0


@pytest.fixture
def node(running: Node) -> Iterator[Node]:
    """A daemon that runs, with the files it was started with; they are put back."""
    files = {path: path.read_bytes() for path in running.config.glob("*.yaml")}
    yield running
    shutil.rmtree(running.config / "cases", ignore_errors=True)
    for path, content in files.items():
        path.write_bytes(content)


def test_the_next_mail_is_judged_by_the_new_configuration_and_each_by_exactly_one(node: Node) -> None:
    handled(node, "before")
    old, workers = node.status()["config"]["version"], node.workers
    edit(node, "routing", rules("urgent"))
    said = node.run("reload")
    assert (said.code, said.err) == (0, "")
    assert 'Rule "All" is new (routing.yaml:1)' in said.out
    handled(node, "after")
    new = node.status()["config"]["version"]
    [first], [second] = (node.mails("--from", address(name)) for name in ("before", "after"))
    assert (first["config_version"], second["config_version"]) == (old, new)
    found = [node.run.json("ticket", str(mail["ticket"]))["priority"] for mail in (first, second)]
    assert found == ["normal", "urgent"]
    assert set(workers).isdisjoint(node.workers)
    assert [copy.name.partition("-")[0] for copy in copies(node)] == [new]


def test_status_says_what_is_in_force_and_since_when(node: Node) -> None:
    before = node.status()["config"]
    edit(node, "mailgate", {"site": {"name": "Another name"}})
    assert node.status()["config"]["changed_since"]
    assert node.run.json("reload")["ok"]
    after = node.status()
    assert (after["healthy"], after["config"]["ok"], after["config"]["changed_since"]) == (True, True, False)
    assert after["config"]["version"] != before["version"]
    assert after["config"]["started_at"] == before["started_at"] <= after["config"]["loaded_at"]


def test_a_dry_run_says_the_same_and_changes_nothing(node: Node) -> None:
    before, workers = node.status()["config"], node.workers
    edit(node, "mailgate", {"site": {"name": "Never in force"}})
    said = node.run.json("reload", "--dry-run")
    assert (said["ok"], said["dry_run"], said["version"]) == (True, True, before["version"])
    [change] = said["changes"]
    assert change.startswith("site.name: ")
    assert change.endswith("→ Never in force")
    assert (node.workers, len(copies(node))) == (workers, 1)
    assert node.status()["config"] == {**before, "changed_since": True}


def test_a_refused_reload_changes_nothing_and_is_loud_until_it_is_mended(node: Node) -> None:
    before, workers = node.status()["config"], node.workers
    edit(node, "routing", rules("huge"))
    said = node.run("reload")
    assert said.code == 1
    assert said.out.startswith("routing.yaml:1:")
    assert "there is no priority 'huge'" in said.out
    assert said.err.startswith("The reload is refused for one reason; nothing has changed, version")
    status = node.status()
    assert (status["healthy"], status["config"]["ok"]) == (False, False)
    assert (status["config"]["version"], status["config"]["loaded_at"]) == (before["version"], before["loaded_at"])
    assert any("was not loaded: routing.yaml:1:" in problem for problem in status["problems"])
    assert (node.workers, alarms(node)) == (workers, 1)
    assert node.times_said("there is no priority 'huge'") == 1
    edit(node, "routing", rules("high"))
    assert node.status()["config"]["problems"] != []  # the files are right, but nobody has loaded them
    assert node.run("reload").code == 0
    assert (node.status()["healthy"], alarms(node)) == (True, 0)


def test_a_refused_dry_run_is_told_to_nobody_else(node: Node) -> None:
    edit(node, "routing", rules("huge"))
    said = node.run("reload", "--dry-run", "--json")
    assert (said.code, said.err, said.json["ok"]) == (1, "", False)
    assert [problem["file"] for problem in said.json["problems"]] == ["routing.yaml"]
    assert alarms(node) == 0
    assert node.status()["config"]["refused_at"] is None


def test_a_broken_routing_test_refuses_it(node: Node) -> None:
    folder = node.config / "cases"
    folder.mkdir()
    (folder / "fire.eml").write_bytes(mail_of("erika").replace(b"\r\n", b"\n"))
    (folder / "fire.yaml").write_text("route: {priority: low}\n")
    said = node.run("reload")
    assert said.code == 1
    assert said.out.startswith("cases/fire.yaml:1:")
    (folder / "fire.yaml").write_text("route: {priority: normal}\n")
    assert node.run("reload").code == 0


def test_what_needs_a_restart_is_said_and_the_rest_is_swapped(node: Node) -> None:
    edit(node, "mailgate", {"intake": {"smtp": {"listen": "127.0.0.1:2526"}}, "site": {"name": "Other"}})
    [words] = node.run.json("reload")["after_restart"]
    assert words == f"intake.smtp.listen: 127.0.0.1:{node.port} → 127.0.0.1:2526: only after a restart"
    with node.client() as client:
        assert client.ehlo("x")[0] == 250
    assert node.status()["config"]["after_restart"] == [words]
    edit(node, "mailgate", {"site": {"name": "Yet another"}})
    assert node.run.json("reload")["after_restart"] == [words]


def test_another_state_folder_and_database_are_used_after_a_restart_only(node: Node, tmp_path: Path) -> None:
    elsewhere = {"site": {"state": str(tmp_path / "elsewhere")}, "storage": {"database": "postgresql://db.example/x"}}
    edit(node, "mailgate", elsewhere)
    node.signal(signal.SIGHUP)
    node.said("in force after a restart only .*site.state")
    handled(node, "still-here")
    assert not (tmp_path / "elsewhere").exists()


def test_sighup_is_the_same(node: Node) -> None:
    edit(node, "mailgate", {"site": {"name": "By signal"}})
    node.signal(signal.SIGHUP)
    node.said("reloaded .*By signal")


def test_another_configuration_on_the_same_state_folder_is_not_meant(node: Node, tmp_path: Path) -> None:
    other = tmp_path / "config"
    other.mkdir()
    for path in node.config.glob("*.yaml"):
        (other / path.name).write_bytes(path.read_bytes())
    said = type(node.run)(other)("reload")
    assert said.code == 1
    assert f"This mailgate was started with --config {node.config}: reload that one." in said.out


def test_a_worker_that_is_killed_after_an_edit_is_followed_by_one_of_the_configuration_in_force(node: Node) -> None:
    version, before = node.status()["config"]["version"], (node.config / "routing.yaml").read_text()
    (node.config / "routing.yaml").write_text("rules: [{name: half")
    os.kill(node.worker(), signal.SIGKILL)
    handled(node, "unnoticed")
    (node.config / "routing.yaml").write_text(before)
    assert node.mails("--from", address("unnoticed"))[0]["config_version"] == version


def test_a_session_in_progress_ends_well_and_more_workers_may_come(node: Node) -> None:
    client = in_data(node, "patient")
    edit(node, "mailgate", {"workers": 2, "site": {"name": "Two workers"}})
    assert node.run("reload").code == 0
    client.send(mail_of("patient")[100:] + b".\r\n")
    assert client.getreply()[0] == 250
    client.close()
    node.until(lambda: len(node.workers) == 2)
    edit(node, "mailgate", {"workers": 1})
    assert node.run("reload").code == 0
    assert len(node.workers) == 1


def test_a_copy_that_somebody_changed_is_used_by_no_worker_and_replaced_by_the_next_reload(node: Node) -> None:
    [copy] = copies(node)
    (copy / "routing.yaml").write_text(json.dumps(rules("low")))
    os.kill(node.worker(), signal.SIGKILL)
    node.said("was changed by somebody else than mailgate")
    assert node.run("reload").code == 0
    handled(node, "healed")


def test_no_mail_is_lost_or_doubled_while_it_is_reloaded_under_traffic(tmp_path: Path) -> None:
    with Node(tmp_path, merged(BUSY, rules("low"))) as node:
        node.start()
        judged, done = {node.status()["config"]["version"]: "low"}, threading.Event()
        names = (f"r{number}" for number in itertools.takewhile(lambda number: not done.is_set(), itertools.count()))
        with Senders(node, names, at_once=8, pause=0.6) as senders:
            for priority in ("high", "low", "urgent"):
                edit(node, "routing", rules(priority))
                judged[node.run.json("reload")["version"]] = priority
            done.set()
        node.until(lambda: node.settled(len(senders.accepted)))
        node.audit(senders.accepted)
        versions = {mail["ticket"]: mail["config_version"] for mail in node.mails("--state", "handled")}
        found = node.run.json("tickets", "--all", "--limit", "1000")["tickets"]
        assert {one["number"]: one["priority"] for one in found} == {
            number: judged[version] for number, version in versions.items()
        }
        assert len(set(versions.values())) > 2
        assert node.times_said("worker died") == 0
        assert node.end() == 0


def test_on_change_two_seconds_after_the_last_saved_file(tmp_path: Path) -> None:
    with Node(tmp_path, {"reload": "on_change"}) as node:
        node.start()
        whole = json.dumps(merged({"rules": CONFIG["rules"]}, rules("urgent")))
        (node.config / "routing.yaml").write_text(whole[: len(whole) // 2])
        node.said("refused because of .*routing.yaml:1:")
        assert not node.status()["config"]["ok"]
        (node.config / "routing.yaml").write_text(whole)
        node.said("reloaded ")
        assert node.status()["config"]["ok"]
        assert node.times_said("reloaded ") == 1


def test_sigterm_in_the_middle_of_a_reload_ends_well(tmp_path: Path) -> None:
    with Node(tmp_path) as node:
        node.start()
        node.signal(signal.SIGHUP)
        # The next one stands by, for as long as it takes the other to end: who looks too late finds it done.
        node.until(lambda: len(node.workers) == 2 or node.times_said("reloaded"))
        node.signal(signal.SIGTERM)
        assert node.wait() == 0
        assert node.times_said("reload refused") == 0
