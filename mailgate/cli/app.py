"""The command `mailgate`: its commands, and how their errors reach people (CONTRACT 2)."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer

from mailgate import __version__, log
from mailgate.cli import later
from mailgate.cli.printable import safe
from mailgate.errors import ConfigurationError, MailgateError

HERE: Final = "mailgate.cli"
COMMANDS: Final = {
    "run": "run:run",
    "demo": "demo:demo",
    "init": "init:init",
    "check": "check:check",
    "explain": "explain:explain",
    "connect": "connect:connect",
    "deliver": "deliver:deliver",
    "mails": "mails:mails",
    "mail": "mails:mail",
    "outbox": "letters:outbox",
    "letter": "letters:letter",
    "tickets": "tickets:tickets",
    "ticket": "tickets:ticket",
    "reload": "reload:reload",
    "send-test": "send_test:send_test",
    "replay": "replay:replay",
    "report": "report:report",
    "trace": "trace:trace",
    "announce": "announce:announce",
    "status": "status:status",
    "backup": "backup:backup",
    "migrate": "migrate:migrate",
    "audit": "audit:commands",
}
"""Name of the command → its file and what it is there. Only the one that is asked for is imported: all of them take
longer than most of them do."""


def commands(arguments: Sequence[str]) -> typer.Typer:
    """The command that these arguments ask for; all where they name none of ours."""
    asked = next((each for each in arguments if not each.startswith("-")), "")
    app = typer.Typer(
        name="mailgate",
        help="An email-driven ticket gateway: a support address in, tickets and the right letters out.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(f"{HERE}.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    for name, what in later.COMMANDS.items():
        app.command(name, help=f"{what} (not built yet)", context_settings=later.ANYTHING)(later.not_built(name))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailgate {__version__}")
        raise typer.Exit


def options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """Every command takes --config DIR (default: $MAILGATE_CONFIG, else ./config, else /etc/mailgate)."""


def main() -> None:
    """Run a command. A failure is one sentence on stderr and exit code 1; wrong usage is 2 (click)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no umlauts is no reason to fail
    try:
        log.set_up_as_wished(os.environ)
        commands(sys.argv[1:])()
    except ConfigurationError as wrong:
        heading = "The configuration has mistakes:\n" if _PLACE.match(str(wrong)) else ""
        typer.echo(f"{heading}{safe(str(wrong))}", err=True)
        sys.exit(1)
    except MailgateError as wrong:
        typer.echo(safe(str(wrong)), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)  # the reader of our output is gone


_PLACE = re.compile(r"\S+:\d+:\d+: ")
"""What was found in a file, in contrast to a port that is taken or a folder that is full."""
