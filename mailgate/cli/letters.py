"""`mailgate outbox` and `mailgate letter ID`."""

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
from mailgate.desk import change, outbox_views, views
from mailgate.errors import MailgateError
from mailgate.outbox.content import whole_mail
from mailgate.store.db import Tx

Flag = Annotated[bool, typer.Option()]


def outbox(
    config: Config = None,
    state: Annotated[str | None, typer.Option(help="pending, sent, failed or cancelled.")] = None,
    to: Annotated[str | None, typer.Option()] = None,
    ticket: Annotated[int | None, typer.Option()] = None,
    since: Annotated[str | None, typer.Option(help="7d, 4h, 30m.")] = None,
    as_json: AsJson = False,
) -> None:
    """Letters going out."""
    with reading(config) as (_, tx):
        total, found = outbox_views.search(tx, state=state, to=to, ticket=ticket, since=age_of(since))
    if as_json:
        print_json({"total": total, "letters": found})
        return
    columns = ("id", "ticket", "letter", "to", "state", "attempts", "answer")
    rows = [(e["id"], e["ticket"], e["template"], e["to"], e["state"], e["attempts"], e["answer"]) for e in found]
    print_table(columns, rows, "No letters.")


def letter(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    config: Config = None,
    raw: Annotated[bool, typer.Option("--raw", help="The exact bytes.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Send it again, now.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Do not send it.")] = False,
    as_json: AsJson = False,
) -> None:
    """One letter."""
    number = number_of(id_, "L")
    if sum((raw, retry, cancel)) > 1:
        raise typer.BadParameter("choose one of --raw, --retry and --cancel")
    if retry or cancel:
        with changing(config) as (_, tx):
            _change(tx, number, "retry" if retry else "cancel")
        return
    with reading(config) as (_, tx):
        row = outbox_views.row_of(tx, number)
        if row is None:
            raise not_found(f"letter L-{number}")
        if raw:
            sys.stdout.buffer.write(whole_mail(tx, row))
            return
        document = views.letter(row)
    print_json(document) if as_json else _for_people(document, row)


def _change(tx: Tx, number: int, action: str) -> None:
    row = outbox_views.row_of(tx, number)
    if row is None:
        raise not_found(f"letter L-{number}")
    if not (outbox_views.retry if action == "retry" else outbox_views.cancel)(tx, number):
        raise MailgateError(f"L-{number} is {row.state}; that can not be changed.")
    change.record(tx, row.ticket or change.WITHOUT_TICKET, "admin", f"letter_{action}", letter=number)
    typer.echo(f"L-{number}: {'sent again now' if action == 'retry' else 'cancelled'}.")


def _for_people(one: dict[str, Any], row: Any) -> None:
    for name in ("id", "ticket", "template", "to", "envelope_from", "subject", "state", "attempts", "answer"):
        typer.echo(safe(f"{name}: {one[name] if one[name] is not None else '-'}"))
    typer.echo("\n" + safe(row.text))
