"""`mailgate backup FILE`: a consistent copy of all that is stored, while the daemon runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from mailgate.cli.common import AsJson, Config, print_json, settings_of
from mailgate.clock import Clock
from mailgate.store import backup as copies
from mailgate.store import postgres

BAR_AFTER_SECONDS = 1.0
RESTORE = "To restore: stop mailgate, and unpack it into an empty state folder (tar -xf)."
RESTORE_DUMP = "To restore: stop mailgate on every node, and run pg_restore into an empty database."


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; must not be there yet.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Copy all that is stored into one file, consistent, while mailgate runs."""
    settings, clock = settings_of(config), Clock()
    bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    task, began = bar.add_task("copying", total=None), clock.monotonic()

    def done(part: int, whole: int) -> None:
        if clock.monotonic() - began > BAR_AFTER_SECONDS:
            bar.start()
            bar.update(task, completed=part, total=max(part, whole))

    try:
        size = copies.write(settings, file.absolute(), done)
    finally:
        bar.stop()
    if as_json:
        print_json({"file": str(file), "bytes": size})
        return
    typer.echo(f"{file}: {size:,} bytes, mails and tickets included: keep it where nobody else reads it.")
    typer.echo(RESTORE_DUMP if postgres.is_postgres(settings.storage.database) else RESTORE)
