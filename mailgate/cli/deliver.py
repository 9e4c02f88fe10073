"""`mailgate deliver`: a mail on stdin into the journal, for a Postfix pipe or procmail. Exits with sysexits."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mailgate.cli.common import Config, folder_of
from mailgate.errors import MailgateError
from mailgate.intake.submit import deliver as hand_in
from mailgate.settings import load

TRY_LATER = 75


def deliver(
    to: Annotated[list[str], typer.Option("--to", help="Recipient; several are allowed.")],
    from_: Annotated[str, typer.Option("--from", help="Envelope sender; empty for the null sender.")] = "",
    config: Config = None,
) -> None:
    """Hand in one mail from stdin: 0 stored, 75 try later, 67 no such address, 65 unusable."""
    try:
        settings = load.read(folder_of(config), os.environ)
        code = hand_in(settings, sys.stdin.buffer.read(), from_, to)
    except (MailgateError, OSError) as wrong:  # a wrong configuration must never bounce a mail
        typer.echo(f"try later: {wrong}", err=True)
        code = TRY_LATER
    raise typer.Exit(code)
