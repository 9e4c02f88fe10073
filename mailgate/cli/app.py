"""The command `mailgate`: its commands, and how their errors reach people (CONTRACT 2)."""

from __future__ import annotations

import io
import os
import re
import sys

import typer

from mailgate import __version__, log
from mailgate.cli import (
    announce,
    audit,
    backup,
    check,
    deliver,
    demo,
    explain,
    init,
    later,
    letters,
    mails,
    migrate,
    reload,
    replay,
    report,
    run,
    status,
    tickets,
    trace,
)
from mailgate.cli.common import safe
from mailgate.errors import ConfigurationError, MailgateError

app = typer.Typer(
    name="mailgate",
    help="An email-driven ticket gateway: a support address in, tickets and the right letters out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailgate {__version__}")
        raise typer.Exit


@app.callback()
def options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """Every command takes --config DIR (default: $MAILGATE_CONFIG, else ./config, else /etc/mailgate)."""


for command in (run.run, demo.demo, init.init, check.check, explain.explain, deliver.deliver):
    app.command()(command)
app.command("mails")(mails.mails)
app.command("mail")(mails.mail)
app.command("outbox")(letters.outbox)
app.command("letter")(letters.letter)
app.command("tickets")(tickets.tickets)
app.command("ticket")(tickets.ticket)
app.command("reload")(reload.reload)
app.command("replay")(replay.replay)
app.command("report")(report.report)
app.command("trace")(trace.trace)
app.command("announce")(announce.announce)
app.command("status")(status.status)
app.command("backup")(backup.backup)
app.command("migrate")(migrate.migrate)
app.add_typer(audit.commands, name="audit")
for name, what in later.COMMANDS.items():
    app.command(name, help=f"{what} (not built yet)", context_settings=later.ANYTHING)(later.not_built(name))


def main() -> None:
    """Run a command. A failure is one sentence on stderr and exit code 1; wrong usage is 2 (click)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no umlauts is no reason to fail
    try:
        log.set_up_as_wished(os.environ)
        app()
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
