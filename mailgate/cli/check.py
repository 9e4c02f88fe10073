"""`mailgate check`: every mistake of the configuration at once, with file, line and column."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from mailgate.cli.common import AsJson, Config, folder_of, print_json, say
from mailgate.clock import Clock
from mailgate.sentence import many
from mailgate.settings.files import read_folder
from mailgate.settings.load import in_order
from mailgate.settings.model import Settings
from mailgate.vetting import Vetted, vet_in_place


def check(
    config: Config = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    online: Annotated[bool, typer.Option("--online", help="Ask DNS, relays and mailboxes too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check configuration, templates and routing tests; 0 only when there is no error."""
    vetted, found = vet_in_place(folder_of(config), os.environ), None
    if online and vetted.settings:
        vetted, found = _outside(vetted, vetted.settings, folder_of(config))
    ok = not vetted.problems and not (strict and vetted.warnings)
    if as_json:
        rows = {"problems": vetted.problems, "warnings": vetted.warnings}
        document = {"ok": ok, **{name: [asdict(each) for each in these] for name, these in rows.items()}}
        print_json({**document, **({"found": found} if online else {})})
    else:
        for sentence in found or ():
            say(f"good: {sentence}")
        _for_people(vetted, ok)
        if online and found is None:
            typer.echo("Nothing was asked outside, because of them.")
    raise typer.Exit(0 if ok else 1)


def _outside(vetted: Vetted, settings: Settings, folder: Path) -> tuple[Vetted, list[str]]:
    """With what DNS, relays and mailboxes say, and what is good there."""
    # Imported only when it is asked for: it brings all that speaks to the world.
    from mailgate.online.look import look, outside, problems

    root, clock = read_folder(folder, os.environ).root, Clock()
    said = look(settings, clock, outside(settings, clock))
    wrong = in_order((*vetted.problems, *problems(said, root, "problem")))
    doubtful = in_order((*vetted.warnings, *problems(said, root, "warning")))
    return replace(vetted, problems=wrong, warnings=doubtful), [each.words for each in said if each.weight == "good"]


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
