"""`mailgate reload` without a daemon to answer it; with one, see tests/daemon."""

from __future__ import annotations

from tests.cli.terminal import Terminal
from tests.stories.world import World


def test_without_a_daemon_one_sentence_says_so(desk: World, run: Terminal) -> None:
    said = run("reload")
    state = desk.folder / "state"
    assert (said.code, said.out) == (1, "")
    assert said.err == f"No mailgate runs on {state}: start it with `mailgate run`.\n"


def test_it_needs_no_right_configuration_to_say_so(desk: World, run: Terminal) -> None:
    (run.config / "routing.yaml").write_text("rules: [{name: half")
    assert run("reload").err.startswith(f"No mailgate runs on {desk.folder / 'state'}")


def test_where_a_mistake_hides_which_daemon_is_meant_it_names_the_mistake(run: Terminal) -> None:
    (run.config / "mailgate.yaml").write_text("site: {name: half")
    said = run("reload", "--json")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("The configuration has mistakes:\nmailgate.yaml:1:")
