"""`mailgate status`: counters, queues, the running configuration; exit 0 only when healthy."""

from __future__ import annotations

import os
from typing import Any

import typer

from mailgate.cli.common import AsJson, Config, folder_of, print_json, say, state_of
from mailgate.cli.mistaken import reading_all_the_same
from mailgate.desk import condition
from mailgate.settings import load
from mailgate.settings.load import Examination
from mailgate.store.running import Running, running


def status(config: Config = None, as_json: AsJson = False) -> None:
    """Is everything well? 0 only when it is."""
    folder = folder_of(config)
    examined = load.examine(folder, os.environ)
    daemon = running(state_of(folder, examined.root))
    with reading_all_the_same(folder, examined) as (store, tx):
        document = condition.status(store, tx, _config(examined, daemon), running=daemon is not None)
    print_json(document) if as_json else _for_people(document)
    raise typer.Exit(0 if document["healthy"] else 1)


def _config(examined: Examination, daemon: Running | None) -> dict[str, Any]:
    """Of the running daemon where there is one; `ok` and `problems` are about the files as they are now, and about the
    last attempt to load them."""
    on_disk = examined.settings.version if examined.settings else None
    refused = daemon.refused if daemon else None
    found = [*map(str, examined.problems), *(refused.reasons if refused else ())]
    return {
        "version": daemon.version if daemon else on_disk,
        "loaded_at": daemon.loaded_at if daemon else None,
        "ok": not found,
        "problems": list(dict.fromkeys(found)),
        "changed_since": daemon is not None and on_disk != daemon.version,
        "refused_at": refused.at if refused else None,
        "started_at": daemon.since if daemon else None,
        "after_restart": list(daemon.after_restart) if daemon else [],
    }


def _for_people(document: dict[str, Any]) -> None:
    typer.echo("All is well." if document["healthy"] else "Something needs attention:")
    for problem in document["problems"]:
        say(f"  - {problem}")
    mails, outbox, tickets, config = (document[name] for name in ("mails", "outbox", "tickets", "config"))
    typer.echo(
        f"mails    {mails['accepted']} accepted: {mails['handled']} handled, {mails['pending']} pending, "
        f"{mails['held']} held, {mails['failed']} failed, {mails['dropped']} dropped"
    )
    typer.echo(f"letters  {outbox['sent']} sent, {outbox['pending']} pending, {outbox['failed']} failed")
    typer.echo(f"tickets  {tickets['open']} open, {tickets['closed']} closed")
    for mailbox in document["mailboxes"]:
        say(f"mailbox  {mailbox['name']}: {_of_mailbox(mailbox)}")
    typer.echo(f"daemon   {'running since ' + config['started_at'] if document['running'] else 'not running'}")
    loaded = f", loaded at {config['loaded_at']}" if config["loaded_at"] else ""
    changed = " (changed on disk since; `mailgate reload` uses it)" if config["changed_since"] else ""
    typer.echo(f"config   version {config['version'] or '-'}{loaded}{changed}")
    if config["refused_at"]:
        say(f"         the reload at {config['refused_at']} was refused: nothing of the change holds")
    for each in config["after_restart"]:
        say(f"         after a restart: {each}")


def _of_mailbox(mailbox: dict[str, Any]) -> str:
    waiting = f", for {mailbox['lag']} s" if mailbox["lag"] else ""
    said = [
        "connected" if mailbox["connected"] else "not connected",
        f"{mailbox['waiting']} to be fetched{waiting}",
        f"last looked at {mailbox['last_scan'] or 'never'}",
    ]
    if mailbox["unaccounted"]:
        said.append(f"{mailbox['unaccounted']} found that the server had not told us of")
    if mailbox["trouble"]:
        said.append(mailbox["trouble"])
    return "; ".join(said)
