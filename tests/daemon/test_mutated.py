"""Whatever happens to the files: a running daemon goes on with the configuration it has, and names file and line."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.cli.terminal import Said
from tests.daemon.node import Node, mail_of

FILES = ("mailgate.yaml", "people.yaml", "categories.yaml", "routing.yaml", "service.yaml")

MUTATIONS: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda raw: raw[: len(raw) // 2],
    "all but the last byte": lambda raw: raw[:-1],
    "nothing": lambda raw: b"",
    "zeros": lambda raw: bytes(len(raw)),
    "no UTF-8": lambda raw: raw[:10] + b"\xff" + raw[10:],
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "an unknown key": lambda raw: raw[:-1] + b', "nonsense": 1}',
    "a key twice": lambda raw: raw[:-1] + b", " + raw[1:],
    "another shape": lambda raw: b"[" + raw + b"]",
    "another type": lambda raw: json.dumps(dict.fromkeys(json.loads(raw), 7.5)).encode(),
    "the lines of a conflict": lambda raw: b"<<<<<<< ours\n" + raw + b"\n=======\n" + raw + b"\n>>>>>>> theirs\n",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(tmp_path_factory.mktemp("mutated")) as node:
        node.start()
        node.worker()
        yield node
        assert node.end() == 0


@pytest.fixture
def node(running: Node) -> Iterator[Node]:
    """The daemon; whatever a test does to its files, it is what it was, and works."""
    before, workers, mails = running.status()["config"]["version"], running.workers, running.count("handled")
    files = {path: path.read_bytes() for path in running.config.glob("*.yaml")}
    yield running
    for path in running.config.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for path, content in files.items():
        path.write_bytes(content)
    assert (running.status()["config"]["version"], running.workers) == (before, workers)
    running.send(mail_of(f"after{mails}"))
    running.until(lambda: running.count("handled") == mails + 1)


def reload(node: Node) -> Said:
    """As systemd does it: where the state folder is, is known also where mailgate.yaml can not be read."""
    said = node.run("reload", STATE_DIRECTORY=str(node.state))
    assert said.code == 1
    assert said.err.startswith("The reload is refused for ")
    return said


def refused(node: Node, file: str) -> list[str]:
    """The reasons: each names a file and a line, and one of them this file."""
    said = reload(node)
    problems = said.out.splitlines()
    assert all(re.match(r"[\w./]+:\d+:\d+: .", each) for each in problems), said
    assert any(each.startswith(f"{file}:") for each in problems), said
    return problems


@pytest.mark.parametrize("file", FILES)
def test_a_mutated_file_is_refused_and_named_with_its_line(node: Node, file: str) -> None:
    path = node.config / file
    whole = path.read_bytes()
    for mutation, mutated in MUTATIONS.items():
        path.write_bytes(mutated(whole))
        assert refused(node, file), mutation
    path.write_bytes(whole)


@pytest.mark.parametrize("file", FILES)
def test_what_is_no_file_is_refused_and_named(node: Node, file: str) -> None:
    path = node.config / file
    content = path.read_bytes()
    path.unlink()
    path.symlink_to("nowhere.yaml")
    assert refused(node, file) == [f"{file}:1:1: the file can not be read: no such file or directory"]
    path.unlink()
    path.mkdir()
    assert refused(node, file) == [f"{file}:1:1: the file can not be read: is a directory"]
    path.rmdir()
    path.write_bytes(content)


def test_a_folder_that_is_moved_away_while_it_runs(node: Node) -> None:
    away = node.config.rename(node.config.with_name("away"))
    said = reload(node)
    away.rename(node.config)
    assert said.out.startswith(f"mailgate.yaml:1:1: there is no configuration folder {node.config};")


def test_a_template_that_can_not_be_rendered_or_read(node: Node) -> None:
    folder = node.config / "templates"
    folder.mkdir()
    template = folder / "acknowledged.en.txt"
    template.write_text("Subject: x\n{{ numbr }}\n{% if %}\n")
    assert refused(node, "templates/acknowledged.en.txt")
    template.unlink()
    os.mkfifo(template)
    assert refused(node, "templates/acknowledged.en.txt") == [
        "templates/acknowledged.en.txt:1:1: the file can not be read: it is no plain file"
    ]
    template.unlink()
