"""`mailgate explain`: every decision about a mail with its reason, and the letters that would go. Writes nothing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from mailgate.cli.common import AsJson, Config, print_json, safe, settings_of
from mailgate.clock import Clock
from mailgate.errors import MailgateError, NoDatabase, NotBuiltYet
from mailgate.rehearsal import Mail, rehearse, stored
from mailgate.settings.model import Settings
from mailgate.store.db import Store, in_memory, open_store

Text = Annotated[str | None, typer.Option()]


def explain(
    what: Annotated[list[str] | None, typer.Argument(metavar="[FILE…|M-ID…]")] = None,
    config: Config = None,
    from_: Annotated[str | None, typer.Option("--from", help="Envelope sender (and From of a made-up mail).")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="Envelope recipient.")] = None,
    subject: Text = None,
    text: Text = None,
    source: Text = None,
    peer: Text = None,
    at: Annotated[str | None, typer.Option(help="When it arrives: 2026-12-24T14:00.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON document a line.")] = False,
    save: Annotated[str | None, typer.Option(help="Save as a case (not built yet).")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge mails as the daemon would, and write nothing."""
    if save:
        raise NotBuiltYet("--save is not built yet.")
    settings = settings_of(config)
    given = Mail(from_, tuple(to or ()), subject, text, source, peer, _time(at))
    store = _store(settings, what or [])
    try:
        documents = [_one(store, settings, each, given) for each in (what or (None,))]
    finally:
        store.close()
    if jsonl or len(documents) > 1:
        for document in documents:
            _print_line(document)
    elif as_json:
        print_json(documents[0])
    else:
        _for_people(documents[0])


def _store(settings: Settings, what: list[str]) -> Store:
    """The desk, or an empty one where there is none; stored mails need the real one."""
    try:
        return open_store(settings)
    except NoDatabase:
        if any(_mail_id(each) for each in what):
            raise
        return in_memory()


def _one(store: Store, settings: Settings, what: str | None, given: Mail) -> dict[str, Any]:
    if what is None:
        return rehearse(store, settings, given.made_up(settings), given, Clock())
    if number := _mail_id(what):
        return stored(store, settings, number, Clock())
    try:
        raw = Path(what).read_bytes()
    except OSError as wrong:
        raise MailgateError(f"{what} can not be read: {wrong.strerror}.") from wrong
    return rehearse(store, settings, raw, given, Clock())


def _mail_id(text: str) -> int | None:
    match = re.fullmatch(r"M-(\d{1,18})", text, re.IGNORECASE)
    return int(match[1]) if match else None


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise typer.BadParameter(f"'{text}' is no time: write 2026-12-24T14:00.") from wrong
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _print_line(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))


def _for_people(one: dict[str, Any]) -> None:
    typer.echo(safe(f"sort    {one['sort']}: {one['reason']}"))
    typer.echo(safe(f"trust   {one['trust']['level']}: {'; '.join(one['trust']['evidence'])}"))
    typer.echo(_ticket_line(one["ticket"]))
    typer.echo(
        safe(f"route   {one['route']['category']}, {one['route']['group'] or 'no group'}: {one['route']['why']}")
    )
    for rule in one["rules"]:
        mark = "yes" if rule["matched"] else "no "
        typer.echo(safe(f"rule    {mark} {rule['name']} ({rule['file']}:{rule['line']}): {rule['why']}"))
    for effect in one["effects"]:
        typer.echo(safe(f"effect  {effect}"))
    for letter in one["letters"]:
        typer.echo(safe(f"letter  {letter['template']} ({letter['language']}) to {letter['to']}: {letter['subject']}"))


def _ticket_line(ticket: dict[str, Any] | None) -> str:
    if ticket is None:
        return "ticket  none"
    how = f", by {ticket['matched_by']}" if ticket["matched_by"] else ", new"
    return safe(f"ticket  #{ticket['number']}{how}")
