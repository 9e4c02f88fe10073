"""`mailgate run --dry-clock`: a line for each letter and status that the next days would bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.stories.example import write_config
from tests.stories.world import ERIKA, World

SLOW_ANSWER = {"kinds": {"request": {"response": "4h"}}}


@pytest.fixture
def desk(tmp_path: Path) -> World:
    with World(tmp_path, SLOW_ANSWER) as world:
        world.clock.at = world.clock.at.now(world.clock.at.tzinfo)
        world.write(ERIKA, "A new screen", "Please.")
        return world


@pytest.fixture
def run(desk: World) -> Terminal:
    return Terminal(desk.folder / "config")


def test_a_person_reads_a_line_for_each(run: Terminal) -> None:
    said = run("run", "--dry-clock", "8d")
    assert said.code == 0
    assert "#1001  escalated to anna@example.com  Re: [#1001] A new screen" in said.out
    assert said.out.endswith("nothing was sent, nothing changed.\n")


def test_a_program_reads_a_document(run: Terminal) -> None:
    document = run.json("run", "--dry-clock", "8d")
    assert set(document) == {"until", "items"}
    item = next(each for each in document["items"] if each["template"] == "escalated")
    assert set(item) == {"at", "ticket", "subject", "template", "to", "status"}
    assert (item["ticket"], item["status"]) == (1001, None)


@pytest.mark.parametrize(("words", "said"), [("soon", "is no duration"), ("100d", "too far: at most 92d")])
def test_how_far_it_looks_has_to_be_said_well(run: Terminal, words: str, said: str) -> None:
    ended = run("run", "--dry-clock", words)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())


def test_where_there_is_no_desk_nothing_is_foretold(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"site": {"state": str(tmp_path / "state")}})
    ended = Terminal(config)("run", "--dry-clock", "7d")
    assert (ended.code, ended.out) == (1, "")
    assert "no database" in ended.err


def test_the_daemon_itself_prints_no_document(run: Terminal) -> None:
    assert run("run", "--json").code == 2
