"""`mailgate check`: every mistake of the configuration at once, with file, line and column."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Annotated

import typer

from mailgate.cli.common import AsJson, Config, folder_of, print_json
from mailgate.errors import NotBuiltYet
from mailgate.outbox.overrides import check_templates
from mailgate.settings import load
from mailgate.settings.load import Examination
from mailgate.settings.problems import Problem


def check(
    config: Config = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    online: Annotated[bool, typer.Option("--online", help="Ask DNS, relays, mailboxes (not built yet).")] = False,
    as_json: AsJson = False,
) -> None:
    """Check configuration and templates; 0 only when there is no error."""
    if online:
        raise NotBuiltYet("--online is not built yet.")
    folder = folder_of(config)
    examined = load.examine(folder, os.environ)
    problems = (*examined.problems, *_templates(examined))
    ok = not problems and not (strict and examined.warnings)
    if as_json:
        found = {"problems": problems, "warnings": examined.warnings}
        print_json({"ok": ok, **{name: [asdict(each) for each in rows] for name, rows in found.items()}})
    else:
        _for_people(problems, examined.warnings, ok)
    raise typer.Exit(0 if ok else 1)


def _templates(examined: Examination) -> tuple[Problem, ...]:
    if examined.settings is None:
        return ()
    return tuple(
        Problem(file=file, line=line, column=1, path="", message=message)
        for file, line, message in check_templates(examined.settings)
    )


def _for_people(problems: tuple[Problem, ...], warnings: tuple[Problem, ...], ok: bool) -> None:
    for each in problems:
        typer.echo(str(each))
    for each in warnings:
        typer.echo(f"warning: {each}")
    if ok:
        typer.echo(f"The configuration is good{f' ({len(warnings)} warnings)' if warnings else ''}.")
    elif not problems:
        typer.echo("There are warnings, and --strict was asked for.")
    else:
        typer.echo(f"{len(problems)} mistakes." if len(problems) != 1 else "1 mistake.")
