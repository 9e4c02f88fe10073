"""`mailgate check`: every mistake of the configuration at once, with file, line and column."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Annotated

import typer

from mailgate.cli.common import AsJson, Config, folder_of, print_json, say
from mailgate.errors import NotBuiltYet
from mailgate.sentence import many
from mailgate.vetting import Vetted, vet_in_place


def check(
    config: Config = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    online: Annotated[bool, typer.Option("--online", help="Ask DNS, relays, mailboxes (not built yet).")] = False,
    as_json: AsJson = False,
) -> None:
    """Check configuration, templates and routing tests; 0 only when there is no error."""
    if online:
        raise NotBuiltYet("--online is not built yet.")
    vetted = vet_in_place(folder_of(config), os.environ)
    ok = not vetted.problems and not (strict and vetted.warnings)
    if as_json:
        found = {"problems": vetted.problems, "warnings": vetted.warnings}
        print_json({"ok": ok, **{name: [asdict(each) for each in rows] for name, rows in found.items()}})
    else:
        _for_people(vetted, ok)
    raise typer.Exit(0 if ok else 1)


def _for_people(vetted: Vetted, ok: bool) -> None:
    for each in vetted.problems:
        say(str(each))
    for each in vetted.warnings:
        say(f"warning: {each}")
    if ok:
        typer.echo(f"The configuration is good{_said(vetted)}.")
    elif not vetted.problems:
        typer.echo("There are warnings, and --strict was asked for.")
    else:
        typer.echo(many(len(vetted.problems), "mistake") + ".")


def _said(vetted: Vetted) -> str:
    """`, and 3 routing tests come out as expected (1 warning)`"""
    tests = f", and {many(vetted.cases, 'routing test')} came out as expected" if vetted.cases else ""
    return tests + (f" ({many(len(vetted.warnings), 'warning')})" if vetted.warnings else "")
