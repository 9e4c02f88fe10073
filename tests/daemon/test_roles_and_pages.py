"""What a node does, and what it shows by HTTP."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from mailgate.roles import ALL, Role, UnknownRole, roles
from tests.cli.terminal import Terminal
from tests.daemon.node import Node, mail_of
from tests.doubles.ports import Port
from tests.stories.example import write_config


def page(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_running_daemon_tells_its_health_and_its_numbers(tmp_path: Path) -> None:
    with Port() as at, Node(tmp_path, {"web": {"listen": f"127.0.0.1:{at.number}"}}) as node:
        node.start()
        node.send(mail_of("erika"))
        node.until(lambda: node.settled(1))
        assert json.loads(page(at.number, "/healthz")[1]) == {"healthy": True, "problems": 0}
        numbers = page(at.number, "/metrics")[1].splitlines()
        assert {"mailgate_mails_accepted_total 1.0", 'mailgate_letters{state="sent"} 1.0'} <= set(numbers)
        assert node.end() == 0


def test_a_place_for_pages_that_is_taken_is_said_where_an_admin_chose_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        config = write_config(tmp_path / "c", {"site": {"state": str(tmp_path / "s")}, "web": {"listen": listen}})
        said = Terminal(config)("run")
    assert (said.code, said.out) == (1, "")
    assert f"web.listen: {listen} can not be used" in said.err


def test_a_node_without_the_intake_works_on_what_came_before_it(tmp_path: Path) -> None:
    with Node(tmp_path) as node:
        node.start(role="intake,web")
        node.send(mail_of("erika"))
        assert node.workers == []
        assert node.end() == 0
        assert node.count("handled") == 0
        node.start(role="worker,sender", listening=False)
        node.until(lambda: node.settled(1))
        assert node.end() == 0
        node.audit({"erika"})


def test_roles_are_read_from_a_list() -> None:
    assert roles("intake, web") == {Role.intake, Role.web}
    assert roles(",".join(Role)) == ALL


@pytest.mark.parametrize("text", ["", "intake,postman"])
def test_a_role_that_there_is_not_is_wrong_usage(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnknownRole, match="allowed are intake, worker, sender, clock, web"):
        roles(text)
    assert Terminal(write_config(tmp_path / "c"))("run", "--role", text).code == 2
