"""`mailgate run`: the daemon, and what its clock would do within the next days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mailgate.cli.common import AsJson, Config, print_json, say, settings_of
from mailgate.clock import Clock
from mailgate.daemon import Daemon
from mailgate.desk.views import when
from mailgate.dry_clock import Foretold, foretell
from mailgate.intake.smtp import Listeners
from mailgate.roles import ALL, Role, UnknownRole, roles
from mailgate.sentence import many
from mailgate.settings.model import Settings
from mailgate.settings.scalars import duration_of
from mailgate.store.db import open_store

FURTHEST = timedelta(days=92)


def run(
    config: Config = None,
    role: Annotated[str | None, typer.Option(help="Only some: intake,worker,sender,clock,web.")] = None,
    dry_clock: Annotated[
        str | None,
        typer.Option(metavar="7d", help="List what the clock would write and change within that time; sends nothing."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the daemon. SIGTERM drains."""
    if dry_clock is not None:
        _foretell(settings_of(config), _time_ahead(dry_clock), as_json=as_json)
    elif as_json:
        raise typer.BadParameter("the daemon prints no JSON; --json goes with --dry-clock")
    else:
        raise typer.Exit(Daemon(settings_of(config), roles=_roles(role), started=_say_where).run())


def _roles(text: str | None) -> frozenset[Role]:
    try:
        return roles(text) if text is not None else ALL
    except UnknownRole as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def _say_where(listeners: Listeners) -> None:
    for where in listeners.addresses:
        typer.echo(f"mailgate listens on {where.at} ({where.source})", err=True)


def _time_ahead(text: str) -> timedelta:
    try:
        ahead = duration_of(text).plain
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong
    if ahead > FURTHEST:
        raise typer.BadParameter(f"{text} is too far: at most {FURTHEST.days}d")
    return ahead


def _foretell(settings: Settings, ahead: timedelta, *, as_json: bool) -> None:
    clock = Clock()
    until = clock.now() + ahead
    with closing(open_store(settings)) as store:
        found = foretell(store, settings, clock, ahead)
        if as_json:
            print_json({"until": when(until), "items": [_as_json(each) for each in found]})
        else:
            _for_people(found, settings)


def _as_json(one: Foretold) -> dict[str, Any]:
    known = {"ticket": one.ticket, "subject": one.subject, "template": one.template, "to": one.to, "status": one.status}
    return {"at": when(one.at), **known}


def _for_people(found: Iterator[Foretold], settings: Settings) -> None:
    """A day, and a line each, in the site's time zone."""
    zone, day, count = ZoneInfo(settings.site.timezone), "", 0
    for one in found:
        at = one.at.astimezone(zone)
        if (today := f"{at:%a %d %B %Y}") != day:
            day = today
            say(day)
        what = f"{one.template} to {one.to}" if one.template else f"becomes {one.status}"
        about = f"  #{one.ticket}" if one.ticket else ""
        say(f"  {at:%H:%M}{about}  {what}  {one.subject}")
        count += 1
    typer.echo(f"{many(count, 'line')}; nothing was sent, nothing changed." if count else "Nothing would happen.")
