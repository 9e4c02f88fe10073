"""Commands the contract names and this version does not have: each says so in one sentence and exits 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from mailgate.errors import NotBuiltYet

COMMANDS = {
    "do": "commands by an admin",
    "person": "export or erase a person",
    "import": "old mail and tickets",
    "schema": "JSON schema of the configuration",
    "login-link": "a one-time login link for an agent",
}
ANYTHING: dict[Any, Any] = {"allow_extra_args": True, "ignore_unknown_options": True}


def not_built(name: str) -> Callable[[typer.Context], None]:
    """The command of that name, for now."""

    def command(context: typer.Context) -> None:
        raise NotBuiltYet(f"`mailgate {name}` is not built yet.")

    return command
