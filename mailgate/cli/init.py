"""`mailgate init DIR`: a commented starting configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailgate.settings import starting


def init(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")]) -> None:
    """Write a commented starting configuration."""
    for path in starting.write(directory):
        typer.echo(f"wrote {path}")
    typer.echo(f"\nEdit these files, then: mailgate check --config {directory}")
