"""`mailgate connect`: logs in to every mailbox and relay, asks a person where OAuth needs one, and says what waits."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer

from mailgate import connecting
from mailgate.cli.common import AsJson, Config, print_json, say, settings_of
from mailgate.clock import Clock
from mailgate.connecting import Box, Gate, Held
from mailgate.desk.views import when
from mailgate.errors import MailgateError, NoDatabase, StoreUnavailable
from mailgate.oauth.login import Login
from mailgate.oauth.person import Asking, Invitation
from mailgate.outbox.relays import Way
from mailgate.sentence import many
from mailgate.settings.model import Settings
from mailgate.settings.problems import suggestion
from mailgate.settings.site import Mailbox
from mailgate.store.db import Store, open_store

Found = Held | Box | Gate


def connect(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One mailbox, or a relay by its URL.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Log in again, also where a login is kept.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Log in to every mailbox and relay, and say what waits there. 0 only when all of it works."""
    settings = settings_of(config)
    clock = Clock()
    plan = _Plan(settings, name)
    connecting.prove_tools(settings, plan.logins)
    store = _store(settings)
    try:
        found = asyncio.run(_all(plan, store, clock, anew=anew, aloud=not as_json))
    except KeyboardInterrupt:
        raise MailgateError("Given up; nothing was changed.") from None
    finally:
        if store:
            store.close()
    ok = all(each.trouble is None for each in found)
    if as_json:
        print_json({"ok": ok, **_document(found)})
    elif not found:
        typer.echo("There is no mailbox and no relay to log in to.")
    raise typer.Exit(0 if ok else 1)


class _Plan:
    """What is tried: all, or what has this name with the login it needs."""

    def __init__(self, settings: Settings, name: str | None) -> None:
        self.settings = settings
        every = tuple(connecting.ways(settings))
        self.mailboxes: tuple[Mailbox, ...] = tuple(each for each in settings.intake.imap if name in (None, each.name))
        self.ways: tuple[Way, ...] = tuple(each for each in every if name in (None, each.url, each.host))
        if name and not (self.mailboxes or self.ways):
            known = (*(each.name for each in settings.intake.imap), *(each.url for each in every))
            raise MailgateError(f"There is no mailbox or relay '{name}'; {suggestion(name, known)}.")
        needed = (
            *(connecting.login_of(settings, each) for each in self.mailboxes),
            *(each.login for each in self.ways),
        )
        self.logins: tuple[Login, ...] = tuple({each.file: each for each in needed if each}.values())


async def _all(plan: _Plan, store: Store | None, clock: Clock, *, anew: bool, aloud: bool) -> list[Found]:
    found: list[Found] = []

    def tell(each: Found) -> None:
        found.append(each)
        for line in _lines(each, clock.now()) if aloud else ():
            say(line)

    asking = Asking(_show, _address)
    for login in plan.logins:
        tell(await connecting.hold(login, asking, clock, anew=anew))
    for mailbox in plan.mailboxes:
        tell(await connecting.look_into(plan.settings, mailbox, store, clock))
    for way in plan.ways:
        tell(await connecting.try_relay(way, clock))
    return found


def _store(settings: Settings) -> Store | None:
    """Where there is a database it knows what was fetched already; none is needed."""
    try:
        return open_store(settings)
    except (NoDatabase, StoreUnavailable):
        return None


# -- a person ----------------------------------------------------------------------------------------------------------


def _show(asked: Invitation) -> None:
    """On stderr: on stdout stands what was found."""
    if asked.code:
        until = f" before {asked.until:%H:%M} UTC" if asked.until else ""
        words = f"Open {asked.url} on any device, and type {asked.code} there{until}. Waiting; Ctrl-C gives up."
    else:
        words = (
            f"Open this address in a browser, and agree:\n\n{asked.url}\n\nAt the end the browser shows a page that can"
            " not be reached. Copy its whole address (it begins with http://127.0.0.1:1) to here."
        )
    typer.echo(words, err=True)


async def _address() -> str:
    typer.echo("Address: ", err=True, nl=False)
    with suppress(OSError, ValueError):  # a file, or no real stdin at all: there is nothing to wait for
        await _readable(sys.stdin.fileno())
    return sys.stdin.readline()


async def _readable(descriptor: int) -> None:
    """Waits so that Ctrl-C ends it; a thread that reads would wait on."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


# -- words -------------------------------------------------------------------------------------------------------------


def _lines(found: Found, now: datetime) -> Iterator[str]:
    if isinstance(found, Held):
        yield from _of_login(found, now)
    elif isinstance(found, Box):
        yield from _of_mailbox(found)
    else:
        yield from _of_relay(found)


def _of_login(found: Held, now: datetime) -> Iterator[str]:
    if found.trouble:
        yield f"login    {found.name}: {found.trouble}."
        return
    until = f"{found.token_until:%Y-%m-%d %H:%M} UTC" if found.token_until else "later"
    yield f"login    {found.name}: logged in; the token holds until {until} and is renewed by itself"
    if found.grant != "secret":
        # A command of root and the unit of systemd may mean two state folders.
        yield f"         kept in {found.folder}, where the daemon has to look too (site.state, $STATE_DIRECTORY)"
    for each in found.ends:
        yield f"         {each.said(now) or f'{each.what} expires on {each.at:%Y-%m-%d}'}"
    if not found.ends and found.grant == "secret":
        yield "         when its secret expires is not known; note it down as oauth.secret_expires, and you are told"


def _of_mailbox(found: Box) -> Iterator[str]:
    place = f"{found.name} ({found.user} at {found.server})" if found.server else found.name
    if found.trouble or found.mails is None:
        yield f"mailbox  {place}: {(found.trouble or '').rstrip('.')}."
        return
    yield f"mailbox  {place}: {many(found.mails, 'mail')} in {found.folder}; {_fetched(found)}"


def _fetched(found: Box) -> str:
    number = found.would_be_fetched
    if number is None:
        return "the server has given all of them other numbers; those that are known are recognised when they are read"
    if found.known:
        return f"{number} of them not fetched yet" if number else "all of them known"
    if found.since == "now":
        return "none of them would be fetched, only what comes from now on (since: now)"
    if found.since == "all":
        return f"{number} of them would become tickets, silently (since: all)"
    return f"{number} of them would become tickets, silently (since: {found.since})"


def _of_relay(found: Gate) -> Iterator[str]:
    place = f"{found.url} as {found.user}" if found.user else found.url
    if found.trouble:
        yield f"relay    {place}: {found.trouble.rstrip('.')}."
        return
    largest = f"; takes letters up to {found.largest / 2**20:.0f} MiB" if found.largest else ""
    yield f"relay    {place}: ready{largest}"


# -- the document ------------------------------------------------------------------------------------------------------


def _document(found: list[Found]) -> dict[str, Any]:
    return {
        "logins": [_login(each) for each in found if isinstance(each, Held)],
        "mailboxes": [_mailbox(each) for each in found if isinstance(each, Box)],
        "relays": [_relay(each) for each in found if isinstance(each, Gate)],
    }


def _login(each: Held) -> dict[str, Any]:
    return {
        "name": each.name,
        "provider": each.provider,
        "ok": each.trouble is None,
        "trouble": each.trouble,
        "by_person": each.grant != "secret",
        "token_until": when(each.token_until),
        "kept_in": str(each.folder),
        "expires": [{"what": str(end.what), "at": when(end.at)} for end in each.ends],
    }


def _mailbox(each: Box) -> dict[str, Any]:
    return {
        "name": each.name,
        "address": each.address,
        "user": each.user,
        "server": each.server,
        "ok": each.trouble is None,
        "trouble": each.trouble,
        "folder": each.folder,
        "since": each.since,
        "mails": each.mails,
        "would_be_fetched": each.would_be_fetched,
        "known": each.known,
    }


def _relay(each: Gate) -> dict[str, Any]:
    return {
        "url": each.url,
        "user": each.user,
        "ok": each.trouble is None,
        "trouble": each.trouble,
        "largest": each.largest,
    }
