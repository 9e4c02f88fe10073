"""`mailgate tickets` and `mailgate ticket N`."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.belonging import print_belonging
from mailgate.cli.common import NUMBER, AsJson, Config, not_found, print_json, print_table, reading, say
from mailgate.cli.zoned import zoned
from mailgate.desk import outbox_views, views
from mailgate.desk import tickets as desk
from mailgate.desk.finding import Wanted, conditions
from mailgate.mail.marks import mark
from mailgate.outbox.phrases import minutes_words

Text = Annotated[str | None, typer.Option()]
Status = Literal["new", "accepted", "assigned", "in_progress", "waiting", "answered", "resolved", "closed", "merged"]
Light = Literal["green", "yellow", "red", "off"]


def tickets(
    config: Config = None,
    status: Annotated[Status | None, typer.Option(help="Also a closed one.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Neither closed nor merged (default).")] = False,
    closed: Annotated[bool, typer.Option("--closed")] = False,
    all_: Annotated[bool, typer.Option("--all")] = False,
    group: Text = None,
    assignee: Text = None,
    reporter: Text = None,
    category: Annotated[str | None, typer.Option(help="With its subcategories.")] = None,
    kind: Text = None,
    light: Annotated[Light | None, typer.Option()] = None,
    search: Annotated[str | None, typer.Option(help="Words in the subject or in what was said.")] = None,
    limit: Annotated[int, typer.Option(min=0, max=NUMBER)] = 100,
    offset: Annotated[int, typer.Option(min=0, max=NUMBER)] = 0,
    as_json: AsJson = False,
) -> None:
    """Overview of tickets."""
    if sum((open_, closed, all_)) > 1:
        raise typer.BadParameter("choose one of --open, --closed and --all")
    which = "all" if all_ else "closed" if closed else "open"
    wanted = Wanted(which, status, group, assignee, reporter, category, kind, light, search)
    with reading(config) as (_, tx):
        total, page = views.overview(tx, conditions(wanted, tx.now), limit=limit, offset=offset)
        zone = ZoneInfo(tx.settings.site.timezone)
    if as_json:
        print_json({"total": total, "tickets": page})
    else:
        _table(zoned(page, zone), total)


def _table(page: list[dict[str, Any]], total: int) -> None:
    columns = ("number", "status", "light", "subject", "reporter", "group", "assignee", "deadline", "updated")
    rows = [
        (
            one["number"],
            one["status"],
            one["light"] if one["light"] != "off" else "",
            one["subject"],
            one["reporter"]["email"],
            one["group"],
            one["assignee"],
            _minute(one["deadline"]),
            _minute(one["updated_at"]),
        )
        for one in page
    ]
    print_table(columns, rows, "No tickets.")
    if total > len(page):
        typer.echo(f"{len(page)} of {total}; see --limit and --offset.")


def _minute(at: str | None) -> str:
    return (at or "")[:16].replace("T", " ")


def ticket(number: Annotated[int, typer.Argument(max=NUMBER)], config: Config = None, as_json: AsJson = False) -> None:
    """One ticket with messages, letters and history."""
    with reading(config) as (_, tx):
        found = desk.load(tx, number)
        if found is None:
            raise not_found(f"ticket {number}")
        document = {**views.ticket_in_full(tx, found), "letters": outbox_views.of_ticket(tx, number)}
        zone = ZoneInfo(tx.settings.site.timezone)
    print_json(document) if as_json else _for_people(zoned(document, zone))


def _also(one: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Who else has to do with it, and its dates, where there are any."""
    yield "coordinator", one["coordinator"]
    yield "level", str(one["level"]) if one["level"] != 1 else None
    yield "waiting for", one["waiting_for"]
    for name in ("waiting_until", "snoozed_until", "wanted_by", "due_at", "closes_at"):
        yield name.replace("_", " "), _minute(one[name])
    yield "watched by", ", ".join(one["watchers"])


def _deadline(one: dict[str, Any]) -> None:
    """How it came about, and how long everything took."""
    say("\ndeadline")
    for step in one["deadline_steps"]:
        say(f"  {step}")
    say("\ntimes" if one["times"]["calendar"] is None else f"\ntimes (working time: {one['times']['calendar']})")
    took = [_took(name, each) for name, each in _times(one["times"]) if each["wall_minutes"]]
    for line in took or ["less than a minute so far"]:
        say(f"  {line}")


def _took(name: str, took: dict[str, Any]) -> str:
    kept = {None: "", True: "  kept", False: "  broken"}[took.get("kept")]
    working, wall = minutes_words(took["working_minutes"]), minutes_words(took["wall_minutes"])
    return f"{name:<16}{working} working, {wall} by the clock on the wall{kept}"


def _times(times: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in times["statuses"]:
        yield each["status"].replace("_", " "), each
    for name in ("first_response", "solution"):
        yield name.replace("_", " "), times[name]
    yield "at work", times["handling"]


def _for_people(one: dict[str, Any]) -> None:
    say(f"#{one['number']} {one['subject']}")
    facts = ("status", "light", "priority", "category", "kind", "group", "assignee")
    say("  ".join(f"{name}: {one[name] or '-'}" for name in facts))
    say(f"reporter: {one['reporter']['name'] or ''} <{one['reporter']['email']}>")
    more = [f"{name}: {value}" for name, value in _also(one) if value]
    if more:
        say("  ".join(more))
    print_belonging(one)
    _deadline(one)
    for each in one["not_sent"]:
        say(f"{each['said']}: {each['mail']} of {each['agent']}, {_unsent(each)} until {each['until'][:16]}")
    for message in one["messages"]:
        seen = "public" if message["public"] else "internal"
        say(f"\n--- {message['at'][:16]}  {message['purpose']} of {message['from']} ({seen})")
        if message.get("remark"):
            say(f"({message['remark']})")
        say(_readable(message))
        if message["quoted"]:
            say("\nquoted below:\n" + indent(message["quoted"], "> ", lambda _: True))
    typer.echo("\nletters")
    for letter in one["letters"]:
        say(f"  {letter['id']}  {letter['template']}  {letter['to']}  {letter['state']}")
    typer.echo("\nhistory")
    for event in one["events"]:
        detail = ", ".join(f"{name} {value}" for name, value in event["detail"].items())
        say(f"  {event['seq']:>3}  {event['at'][:19]}  {event['actor']}  {event['action']}  {detail}")


def _unsent(one: dict[str, Any]) -> str:
    if one["kind"] == "refused":
        return f"refused by {one['letter']}, kept"
    return f"asked by {one['letter']}, #yes counts" if one["letter"] else "still to be asked, #yes counts"


def _readable(message: dict[str, Any]) -> str:
    """Its words, with the name of each picture where it stood."""
    words: str = message["new_text"]
    for each in message["attachments"]:
        words = words.replace(mark(each["cid"]), f"[picture: {each['name']}]") if each["cid"] else words
    return words
