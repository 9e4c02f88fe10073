"""`mailgate reload`: the running daemon checks its configuration and swaps it in, or refuses and changes nothing."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate import control
from mailgate.cli.common import AsJson, Config, folder_of, print_json, say, state_of
from mailgate.control import Answer
from mailgate.errors import ConfigurationError, MailgateError
from mailgate.settings.files import read_folder
from mailgate.store.running import running

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


def reload(config: Config = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Check the configuration and swap it in, in every process of this node; 1 and the reasons when refused."""
    folder = folder_of(config)
    answer = control.ask(_daemons_folder(folder), folder.absolute(), dry_run=dry_run)
    if as_json:
        print_json(_document(answer))
        raise typer.Exit(0 if answer.ok else 1)
    for each in answer.warnings:
        say(f"warning: {each}")
    if not answer.ok:
        _refused(answer)
    _accepted(answer)


def _daemons_folder(folder: Path) -> Path:
    """The state folder of the daemon that works with this configuration. Raises ConfigurationError where a mistake
    keeps us from finding it."""
    state = state_of(folder)
    if running(state) is None:
        written = read_folder(folder, os.environ)
        if "mailgate" in written.unread:
            raise ConfigurationError("\n".join(map(str, written.problems)))
    return state


def _document(answer: Answer) -> dict[str, Any]:
    return {
        "ok": answer.ok,
        "dry_run": answer.dry_run,
        "version": answer.version,
        "changes": answer.changes,
        "after_restart": answer.after_restart,
        "reasons": answer.reasons,
        "problems": [asdict(each) for each in answer.problems],
        "warnings": [asdict(each) for each in answer.warnings],
    }


def _refused(answer: Answer) -> None:
    for each in answer.reasons:
        say(each)
    would = "would be" if answer.dry_run else "is"
    many = "one reason" if len(answer.reasons) == 1 else f"{len(answer.reasons)} reasons"
    goes_on = f"nothing has changed, version {answer.version} stays in force"
    raise MailgateError(f"The reload {would} refused for {many}; {goes_on}.")


def _accepted(answer: Answer) -> None:
    if answer.dry_run:
        say("This would change:" if answer.changes else "Nothing would change.")
    else:
        said = "; this has changed:" if answer.changes else "; certificates were read again, nothing else has changed."
        say(f"Reloaded, version {answer.version} is in force{said}")
    for each in answer.changes:
        say(f"  - {each}")
    if answer.after_restart:
        say("In force only after a restart:")
    for each in answer.after_restart:
        say(f"  - {each}")
