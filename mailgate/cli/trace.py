"""`mailgate trace ADDR|MESSAGE-ID|N`: what happened, one line each."""

from __future__ import annotations

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.common import AsJson, Config, not_found, print_json, reading, say
from mailgate.cli.zoned import zoned
from mailgate.desk import journal, outbox_views, tickets, timeline
from mailgate.desk.timeline import About
from mailgate.store.db import Store, Tx

_ID = re.compile(r"(?P<kind>M-|L-|#)?(?P<number>\d{1,18})", re.IGNORECASE)


def trace(
    what: Annotated[str, typer.Argument(metavar="ADDR|MESSAGE-ID|N", help="Also M-17 or L-17; N is a ticket.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """One time line: refused or arrived, taken for what and why, who was told, what became of each letter."""
    with reading(config) as (store, tx):
        events = timeline.line(store, tx, _about(store, tx, what.strip()))
        zone = ZoneInfo(tx.settings.site.timezone)
    if as_json:
        print_json({"events": events})
    else:
        _for_people(zoned(events, zone), what)


def _about(store: Store, tx: Tx, what: str) -> About:
    if match := _ID.fullmatch(what):
        return _by_number(store, tx, (match["kind"] or "#").upper(), int(match["number"]))
    if "@" not in what.strip("<>"):
        raise typer.BadParameter(f"'{what}' is no address, Message-ID, ticket, M-17 or L-17.")
    by_id = timeline.of_message_id(store, tx, what.strip("<> "))
    if what.startswith("<") or by_id != About():
        return by_id
    return timeline.of_address(store, tx, what)


def _by_number(store: Store, tx: Tx, kind: str, number: int) -> About:
    if kind == "M-":
        if journal.one_mail(store, tx, number) is None:
            raise not_found(f"mail M-{number}")
        return timeline.of_mail(tx, number)
    if kind == "L-":
        if outbox_views.row_of(tx, number) is None:
            raise not_found(f"letter L-{number}")
        return About(letters=frozenset({number}))
    if tickets.load(tx, number) is None:
        raise not_found(f"ticket {number}")
    return timeline.of_ticket(tx, number)


def _for_people(events: list[dict[str, Any]], what: str) -> None:
    day = None
    for each in events:
        at = each["at"] or ""
        if at[:10] != day:
            day = at[:10]
            say(day)
        ticket = f"#{each['ticket']} " if each["ticket"] and each["what"] != "judged" else ""
        say(f"  {at[11:19]}  {each['what']:<8}  {ticket}{' '.join(each['text'].split())}")
    if not events:
        say(f"Nothing is known of {what}.")
