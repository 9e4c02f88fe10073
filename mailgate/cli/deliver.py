"""`mailgate deliver`: a mail on stdin into the journal, for a Postfix pipe or procmail. Exits with sysexits."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mailgate.cli.common import Config, folder_of
from mailgate.intake.submit import deliver as hand_in
from mailgate.settings import load

WRONG_USAGE = 64
TRY_LATER = 75


def deliver(
    to: Annotated[list[str] | None, typer.Option("--to", help="Recipient; several are allowed.")] = None,
    from_: Annotated[str, typer.Option("--from", help="Envelope sender; empty for the null sender.")] = "",
    config: Config = None,
) -> None:
    """Hand in one mail from stdin: 0 stored, 75 try later, 67 no such address, 65 unusable."""
    if not to:
        typer.echo("`mailgate deliver` needs a recipient: --to ADDRESS", err=True)
        raise typer.Exit(WRONG_USAGE)
    try:
        settings = load.read(folder_of(config), os.environ)
        code = hand_in(settings, sys.stdin.buffer.read(), from_, to)
    except Exception as wrong:  # noqa: BLE001  whatever goes wrong here, a wrong configuration too, must not bounce a mail
        typer.echo(f"try later: {type(wrong).__name__}: {wrong}", err=True)
        code = TRY_LATER
    raise typer.Exit(code)
