"""`mailgate mails` and `mailgate mail ID`: the journal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.common import (
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
    settings_of,
    since_of,
)
from mailgate.cli.follow import follow as follow_them
from mailgate.cli.reasons import print_reasons
from mailgate.cli.zoned import zoned
from mailgate.desk import change, journal, outbox_views, turned_away
from mailgate.desk import mails as desk
from mailgate.desk.journal import Asked
from mailgate.desk.views import when
from mailgate.errors import MailgateError
from mailgate.mail.parse import read
from mailgate.mail.trace import received_chain
from mailgate.rules.sort import Sort
from mailgate.store import arrivals, claim
from mailgate.store.db import Store, Tx, open_store
from mailgate.store.older import MISSING

Text = Annotated[str | None, typer.Option(help="A part of it, or a glob.")]
State = Literal["pending", "handled", "held", "failed", "dropped"]

ACTS = {
    "retry": (claim.retry, "failed, held and dropped mails can be handled again", "will be handled again"),
    "release": (claim.release_held, "only held mails can be released", "will be handled as a request"),
    "drop": (claim.drop, "only failed and held mails can be dropped", "dropped"),
}
"""What an admin can do with a mail: how, when it is impossible, and what is said when it is done."""


def mails(
    config: Config = None,
    state: Annotated[State | None, typer.Option(help="What became of them.")] = None,
    sort: Annotated[Sort | None, typer.Option(help="What they were taken for.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Part of From or of the envelope sender.")] = None,
    to: Text = None,
    subject: Text = None,
    since: Since = None,
    message_id: Annotated[str | None, typer.Option(help="With or without brackets.")] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Turned away in the session, with our words.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as they come, until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """What came in, and what became of it: the newest thousand that fit, oldest first."""
    if refused and (state or sort or subject):
        raise typer.BadParameter("what was refused has no state, sort or subject: use --from, --to, --since")
    asked = Asked(state, sort, from_, to, subject, message_id, since_of(since))
    if follow:
        _follow(config, asked, refused=refused, as_json=as_json)
        return
    with reading(config) as (store, tx):
        total, found = turned_away.search(store, asked) if refused else journal.search(store, tx, asked)
        zone = ZoneInfo(tx.settings.site.timezone)
    if as_json:
        print_json({"total": total, "mails": found})
        return
    columns, line, empty = _REFUSED if refused else _TAKEN
    print_table(columns, [line(each) for each in zoned(found, zone)], empty)
    if total > len(found):
        typer.echo(f"The newest {len(found)} of {total}; see --since and the other filters.")


def _follow(config: Path | None, asked: Asked, *, refused: bool, as_json: bool) -> None:
    settings = settings_of(config)
    store = open_store(settings)
    try:
        follow_them(store, settings, asked, refused=refused, as_json=as_json)
    finally:
        store.close()


def _line(one: dict[str, Any]) -> tuple[Any, ...]:
    sender = one["from"] or one["envelope_from"]
    return (one["id"], _minute(one), sender, one["subject"], one["state"], one["sort"], one["ticket"])


def _refused_line(one: dict[str, Any]) -> tuple[Any, ...]:
    sender = "<>" if one["envelope_from"] == "" else one["envelope_from"]
    return (_minute(one), one["peer"], sender, " ".join(one["recipients"]), one["reply"], one["seen"])


def _minute(one: dict[str, Any]) -> str:
    return str(one["received_at"])[:16].replace("T", " ")


_TAKEN = (("id", "received", "from", "subject", "state", "sort", "ticket"), _line, "No mails.")
_REFUSED = (("at", "peer", "from", "to", "our words", "times"), _refused_line, "Nothing was turned away.")


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
    if sum((raw, why, retry, release, drop)) > 1 or (raw and as_json):
        raise typer.BadParameter("choose one of --raw, --why, --retry, --release, --drop; --raw goes without --json")
    act = "retry" if retry else "release" if release else "drop" if drop else None
    if act:
        with changing(config) as (store, tx):
            _change(store, tx, number, act)
    with reading(config) as (store, tx):
        row, document = _found(store, tx, number)
        if raw and row is None:
            raise MailgateError(f"M-{number}: {MISSING}.")
        if raw:
            sys.stdout.buffer.write(arrivals.raw(store, row))
            return
        if why:
            document = {**document, "why": _decision(store, tx, number, row)}
    if as_json:
        print_json(document)
    elif act:
        typer.echo(f"M-{number}: {ACTS[act][2]}.")
    else:
        _for_people(document)


def _found(store: Store, tx: Tx, number: int) -> tuple[Any, dict[str, Any]]:
    found = journal.one_mail(store, tx, number)
    if found is None:
        raise not_found(f"mail M-{number}")
    return found


def _decision(store: Store, tx: Tx, number: int, row: Any) -> dict[str, Any] | None:
    """The explain document of the moment it was judged, with the way it came and the letters that came of it. `row`
    None: only the journal could tell the way."""
    decision = desk.decision(tx, number)
    if decision is None:
        return None
    chain = received_chain(read(arrivals.raw(store, row), tx.settings.limits).headers) if row else ()
    hops = [
        {"by": hop.received_by, "from": hop.received_from, "protocol": hop.protocol, "at": when(hop.at)}
        for hop in chain
    ]
    return {**decision, "hops": hops, "letters": outbox_views.of_mail(tx, number)}


def _change(store: Store, tx: Tx, number: int, action: str) -> None:
    _, before = _found(store, tx, number)
    act, impossible, _ = ACTS[action]
    if not act(tx, number):
        raise MailgateError(f"M-{number} is {before['state']}: {impossible}.")
    change.record(tx, change.WITHOUT_TICKET, "admin", f"mail_{action}", of=number)


def _for_people(one: dict[str, Any]) -> None:
    for name, value in one.items():
        if name != "why" and value not in (None, "", []):
            say(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    if "why" not in one:
        return
    if one["why"] is None:
        typer.echo("\nwhy\n  nothing has been decided about it yet" + (": see its error" if one["error"] else ""))
        return
    typer.echo("\nwhy")
    print_reasons(one["why"])
