"""A command is looked up by its name, and costs only itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailgate.cli.app import COMMANDS, commands
from tests.cli.terminal import mailgate

LOADED = "import sys; from mailgate.cli.app import commands; commands(sys.argv[1:]); print(*sys.modules)"


def loaded(*arguments: str) -> set[str]:
    """Our modules that a process has which is asked for this."""
    said = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    return {name for name in said.stdout.split() if name.startswith("mailgate.")}


def test_only_what_is_asked_for_is_imported() -> None:
    assert "mailgate.daemon" not in loaded("tickets", "--light", "red")
    assert "mailgate.daemon" in loaded("run")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("tikets",)])
def test_who_asks_for_none_of_ours_sees_all(arguments: tuple[str, ...]) -> None:
    app = commands(arguments)
    names = {each.name for each in app.registered_commands} | {each.name for each in app.registered_groups}
    assert set(COMMANDS) <= names


def test_a_name_that_is_nearly_one_is_told() -> None:
    said = mailgate("tikets")
    assert said.code == 2
    assert "tickets" in said.err
