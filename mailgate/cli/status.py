"""`mailgate status`: counters, queues, the running configuration; exit 0 only when healthy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer

from mailgate.cli.common import AsJson, Config, folder_of, print_json, reading
from mailgate.desk import condition
from mailgate.settings import load


def status(config: Config = None, as_json: AsJson = False) -> None:
    """Is everything well? 0 only when it is."""
    with reading(config) as (store, tx):
        document = condition.status(store, tx, _config(folder_of(config), tx.settings.version))
    print_json(document) if as_json else _for_people(document)
    raise typer.Exit(0 if document["healthy"] else 1)


def _config(folder: Path, version: str) -> dict[str, Any]:
    examined = load.examine(folder, os.environ)
    return {
        "version": version,
        "loaded_at": None,
        "ok": not examined.problems,
        "problems": [str(each) for each in examined.problems],
    }


def _for_people(document: dict[str, Any]) -> None:
    typer.echo("All is well." if document["healthy"] else "Something needs attention:")
    for problem in document["problems"]:
        typer.echo(f"  - {problem}")
    mails, outbox, tickets = document["mails"], document["outbox"], document["tickets"]
    typer.echo(
        f"mails    {mails['accepted']} accepted: {mails['handled']} handled, {mails['pending']} pending, "
        f"{mails['held']} held, {mails['failed']} failed, {mails['dropped']} dropped"
    )
    typer.echo(f"letters  {outbox['sent']} sent, {outbox['pending']} pending, {outbox['failed']} failed")
    typer.echo(f"tickets  {tickets['open']} open, {tickets['closed']} closed")
    typer.echo(f"config   version {document['config']['version']}")
