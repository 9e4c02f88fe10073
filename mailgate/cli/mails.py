"""`mailgate mails` and `mailgate mail ID`: the journal."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from mailgate.cli.common import (
    AsJson,
    Config,
    age_of,
    changing,
    not_found,
    number_of,
    print_json,
    print_table,
    reading,
    safe,
)
from mailgate.desk import change, journal
from mailgate.desk import mails as desk
from mailgate.desk.journal import Asked
from mailgate.errors import MailgateError, NotBuiltYet
from mailgate.store import arrivals, claim
from mailgate.store.db import Tx

Text = Annotated[str | None, typer.Option()]


def mails(
    config: Config = None,
    state: Annotated[str | None, typer.Option(help="pending, handled, held, failed or dropped.")] = None,
    sort: Text = None,
    from_: Annotated[str | None, typer.Option("--from")] = None,
    to: Text = None,
    subject: Text = None,
    since: Annotated[str | None, typer.Option(help="7d, 4h, 30m.")] = None,
    message_id: Text = None,
    refused: Annotated[bool, typer.Option("--refused", help="Turned away in the session (not built yet).")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as they come (not built yet).")] = False,
    as_json: AsJson = False,
) -> None:
    """What came in, and what became of it."""
    if refused or follow:
        raise NotBuiltYet("--refused and --follow are not built yet.")
    asked = Asked(state, sort, from_, to, subject, message_id, age_of(since))
    with reading(config) as (store, tx):
        found = journal.mails(store, tx, asked)
    if as_json:
        print_json({"total": len(found), "mails": found})
        return
    columns = ("id", "received", "from", "subject", "state", "sort", "ticket")
    rows = [
        (
            e["id"],
            e["received_at"][:16].replace("T", " "),
            e["from"] or e["envelope_from"],
            e["subject"],
            e["state"],
            e["sort"],
            e["ticket"],
        )
        for e in found
    ]
    print_table(columns, rows, "No mails.")


def mail(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    config: Config = None,
    raw: Annotated[bool, typer.Option("--raw", help="The exact bytes.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Every decision with its reason.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Handle it again.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Take a held mail as a request.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Throw a held mail away; it stays visible.")] = False,
    as_json: AsJson = False,
) -> None:
    """One mail."""
    number = number_of(id_, "M")
    if sum((raw, why, retry, release, drop)) > 1:
        raise typer.BadParameter("choose one of --raw, --why, --retry, --release and --drop")
    if retry or release or drop:
        with changing(config) as (_, tx):
            _change(tx, number, "retry" if retry else "release" if release else "drop")
        return
    with reading(config) as (store, tx):
        found = journal.one_mail(store, tx, number)
        if found is None:
            raise not_found(f"mail M-{number}")
        row, document = found
        if raw:
            sys.stdout.buffer.write(arrivals.raw(store, row))
            return
        decision = desk.decision(tx, number)
    if why:
        document = {**document, "why": decision}
    print_json(document) if as_json else _for_people(document, decision if why else None)


def _change(tx: Tx, number: int, action: str) -> None:
    acts = {"retry": claim.retry, "release": claim.release_held, "drop": claim.drop}
    if not acts[action](tx, number):
        raise MailgateError(f"M-{number} can not be changed: only failed, held and dropped mails can, see its state.")
    change.record(tx, change.WITHOUT_TICKET, "admin", f"mail_{action}", of=number)
    typer.echo(f"M-{number}: {'dropped' if action == 'drop' else 'will be handled again'}.")


def _for_people(one: dict[str, Any], decision: dict[str, Any] | None) -> None:
    for name, value in one.items():
        if name != "why" and value not in (None, "", []):
            typer.echo(safe(f"{name}: {', '.join(value) if isinstance(value, list) else value}"))
    if decision is None:
        return
    typer.echo("\nwhy")
    trust = decision["trust"]
    typer.echo(safe(f"  trust: {trust['level']} ({'; '.join(trust['evidence'])})"))
    typer.echo(safe(f"  route: {decision['route']['why']}"))
    for rule in decision["rules"]:
        mark = "matched" if rule["matched"] else "not"
        typer.echo(safe(f"  rule {rule['name']} ({rule['file']}:{rule['line']}): {mark}: {rule['why']}"))
    for effect in decision["effects"]:
        typer.echo(safe(f"  {effect}"))
