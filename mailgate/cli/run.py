"""`mailgate run`: the daemon."""

from __future__ import annotations

from typing import Annotated

import typer

from mailgate.cli.common import Config, settings_of
from mailgate.daemon import Daemon
from mailgate.errors import NotBuiltYet
from mailgate.intake.smtp import Listeners
from mailgate.roles import ALL, Role, UnknownRole, roles


def run(
    config: Config = None,
    role: Annotated[str | None, typer.Option(help="Only some: intake,worker,sender,clock,web.")] = None,
    dry_clock: Annotated[str | None, typer.Option(help="List what the next days would bring (not built yet).")] = None,
) -> None:
    """Run the daemon. SIGTERM drains."""
    if dry_clock is not None:
        raise NotBuiltYet("--dry-clock is not built yet.")
    raise typer.Exit(Daemon(settings_of(config), roles=_roles(role), started=_say_where).run())


def _roles(text: str | None) -> frozenset[Role]:
    try:
        return roles(text) if text is not None else ALL
    except UnknownRole as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def _say_where(listeners: Listeners) -> None:
    for where in listeners.addresses:
        typer.echo(f"mailgate listens on {where.at} ({where.source})", err=True)
