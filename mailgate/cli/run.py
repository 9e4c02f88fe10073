"""`mailgate run`: the daemon."""

from __future__ import annotations

from typing import Annotated

import typer

from mailgate.cli.common import Config, settings_of
from mailgate.daemon import Daemon
from mailgate.errors import NotBuiltYet
from mailgate.intake.smtp import Listeners


def run(
    config: Config = None,
    role: Annotated[str | None, typer.Option(help="Only some roles (not built yet: all run).")] = None,
    dry_clock: Annotated[str | None, typer.Option(help="List what the next days would bring (not built yet).")] = None,
) -> None:
    """Run the daemon. SIGTERM drains."""
    if role is not None or dry_clock is not None:
        raise NotBuiltYet("--role and --dry-clock are not built yet: `mailgate run` runs all roles.")
    raise typer.Exit(Daemon(settings_of(config), started=_say_where).run())


def _say_where(listeners: Listeners) -> None:
    for where in listeners.addresses:
        typer.echo(f"mailgate listens on {where.at} ({where.source})", err=True)
