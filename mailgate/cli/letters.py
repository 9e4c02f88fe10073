"""`mailgate outbox` and `mailgate letter ID`."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from mailgate.cli.common import (
    NUMBER,
    AsJson,
    Config,
    Since,
    changing,
    not_found,
    number_of,
    print_json,
    print_table,
    reading,
    say,
    since_of,
)
from mailgate.desk import change, outbox_views, views
from mailgate.errors import MailgateError
from mailgate.outbox.content import whole_mail
from mailgate.outbox.moulds import text_of
from mailgate.store.db import Tx

State = Literal["pending", "sent", "failed", "cancelled"]


def outbox(
    config: Config = None,
    state: Annotated[State | None, typer.Option(help="What became of them.")] = None,
    to: Annotated[str | None, typer.Option(help="A part of the address.")] = None,
    ticket: Annotated[int | None, typer.Option(max=NUMBER)] = None,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Letters going out: the newest thousand that fit, oldest first."""
    earliest = since_of(since)
    with reading(config) as (_, tx):
        total, found = outbox_views.search(tx, state=state, to=to, ticket=ticket, since=earliest)
    if as_json:
        print_json({"total": total, "letters": found})
        return
    columns = ("id", "ticket", "letter", "to", "state", "attempts", "answer")
    rows = [(e["id"], e["ticket"], e["template"], e["to"], e["state"], e["attempts"], e["answer"]) for e in found]
    print_table(columns, rows, "No letters.")
    if total > len(found):
        typer.echo(f"The newest {len(found)} of {total}; see --since and the other filters.")


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
    if sum((raw, retry, cancel)) > 1 or (raw and as_json):
        raise typer.BadParameter("choose one of --raw, --retry and --cancel; --raw goes without --json")
    if retry or cancel:
        with changing(config) as (_, tx):
            _change(tx, number, "retry" if retry else "cancel")
    with reading(config) as (_, tx):
        row = _row(tx, number)
        if raw:
            sys.stdout.buffer.write(whole_mail(tx, row))
            return
        text = text_of(tx, row)
    if as_json:
        print_json(views.letter(row))
    elif retry or cancel:
        typer.echo(f"L-{number}: {'is sent again now' if retry else 'cancelled'}.")
    else:
        _for_people(views.letter(row), text)


def _row(tx: Tx, number: int) -> Any:
    row = outbox_views.row_of(tx, number)
    if row is None:
        raise not_found(f"letter L-{number}")
    return row


def _change(tx: Tx, number: int, action: str) -> None:
    row = _row(tx, number)
    if outbox_views.is_under_way(tx, row):
        raise MailgateError(f"L-{number} is being sent right now; look again in a minute.")
    if not (outbox_views.retry if action == "retry" else outbox_views.cancel)(tx, number):
        raise MailgateError(f"L-{number} is {row.state}; that can not be changed.")
    change.record(tx, row.ticket or change.WITHOUT_TICKET, "admin", f"letter_{action}", letter=number)


def _for_people(one: dict[str, Any], text: str) -> None:
    for name in ("id", "ticket", "template", "to", "envelope_from", "subject", "state", "attempts", "answer"):
        say(f"{name}: {one[name] if one[name] is not None else '-'}")
    say("\n" + text)
