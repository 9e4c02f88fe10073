"""Logging in to each mailbox and relay and looking around, as `mailgate connect` and `check --online` do: what waits
there, what of it would be fetched, what a relay takes. Nothing is changed: folders are examined, letters are not sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.oauth import expiry, kept, person
from mailgate.oauth.access import NoToken, access_of
from mailgate.oauth.login import Login, of_mailbox
from mailgate.oauth.person import Asking
from mailgate.outbox.connections import Connections, Unreachable
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way, read_alert_relay, read_relays
from mailgate.outbox.wire import our_name
from mailgate.settings.model import Settings
from mailgate.settings.site import Mailbox
from mailgate.store import ledger
from mailgate.store.db import Store

if TYPE_CHECKING:
    from mailgate.intake.imap_place import Reading
    from mailgate.intake.imap_session import Session

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox, as it was found. What could not be found out is None."""

    name: str
    address: str
    user: str
    server: str
    folder: str
    since: str
    """`now`, `all` or a date."""
    trouble: str | None = None
    """Why it can not be read."""
    mails: int | None = None
    """They lie in the folder."""
    would_be_fetched: int | None = None
    """None also where the server has given all mails other UIDs: then the next fetch finds out."""
    known: bool = False
    """We have been there before, so that only what we do not know is fetched."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A relay, as it was found."""

    url: str
    user: str | None
    trouble: str | None = None
    largest: int | None = None
    """Octets of the largest letter it takes; None: it does not say so."""


@dataclass(frozen=True, slots=True)
class Held:
    """A login by OAuth, and how long it lasts."""

    name: str
    provider: str
    grant: str
    folder: Path
    """Where its tokens are kept."""
    trouble: str | None = None
    token_until: datetime | None = None
    """The token of this hour, which is renewed by itself."""
    ends: tuple[expiry.End, ...] = ()
    """What has to be renewed by a person, and is known to end."""


async def hold(login: Login, asking: Asking, clock: Clock, *, anew: bool = False) -> Held:
    """Have a token of this login, asking a person where that has to be. `anew`: ask in any case."""
    trouble = None
    try:
        await _hold(login, asking, clock, anew=anew)
    except (NoToken, StoreUnavailable, ConfigurationError) as wrong:
        trouble = str(wrong)
    tokens = None if trouble else kept.load(login.file)
    until = tokens.expires_at if tokens else None
    return Held(login.name, login.provider, login.grant, login.folder, trouble, until, expiry.ends(login))


async def _hold(login: Login, asking: Asking, clock: Clock, *, anew: bool) -> None:
    access = access_of(login)
    if login.grant == "secret" or not anew:
        try:
            await access.proven(clock)
            return
        except NoToken as wrong:
            if login.grant == "secret" or not wrong.needs_person:
                raise
    await access.keep(await person.log_in(login, asking, clock))


# -- mailboxes ---------------------------------------------------------------------------------------------------------


async def look_into(settings: Settings, mailbox: Mailbox, store: Store | None, clock: Clock) -> Box:
    """`store`: it knows what was fetched already; None where there is no database."""
    from mailgate.intake.imap_place import reading_of

    try:
        reading = reading_of(settings, mailbox)
    except ConfigurationError as wrong:
        defaults = settings.intake.imap_defaults
        since, folder = str(mailbox.since or defaults.since), mailbox.folder or defaults.folder
        return Box(mailbox.name, mailbox.address, mailbox.user, mailbox.host or "", folder, since, str(wrong))
    return await _look_into(reading, store, clock)


async def _look_into(reading: Reading, store: Store | None, clock: Clock) -> Box:
    from mailgate.intake.imap_login import enter, explained
    from mailgate.intake.imap_session import Refused, Session
    from mailgate.intake.imap_wire import Lost

    place, mailbox = reading.place, reading.mailbox
    server, since = f"{place.host}:{place.port}", str(reading.since)
    said = (mailbox.name, mailbox.address, mailbox.user, server, reading.folder, since)
    try:
        session = await Session.begun(place, 2**20, PATIENCE_SECONDS)
        try:
            await enter(session, reading, clock)
            mails, wanted, is_known = await _count(session, reading, store)
        finally:
            await session.leave()
    except (Lost, Refused, ConfigurationError, OSError) as wrong:
        return Box(*said, trouble=explained(reading, wrong))
    return Box(*said, mails=mails, would_be_fetched=wanted, known=is_known)


async def _count(session: Session, reading: Reading, store: Store | None) -> tuple[int, int | None, bool]:
    """How many there are, how many of them would be fetched, and whether we know the folder."""
    opened = await session.open(reading.folder, only_look=True)
    present = await session.uids()
    if store:
        with store.looking_back() as journal:
            if following := ledger.following(journal, reading.ledger):
                if following.renumbered or following.uidvalidity != opened.uidvalidity:
                    return len(present), None, True
                states = ledger.states(journal, reading.ledger, opened.uidvalidity, present)
                return len(present), len(ledger.missing(states, present)), True
    return len(present), await _wanted(session, reading.since, present), False


async def _wanted(session: Session, since: str | date, present: list[int]) -> int:
    from mailgate.intake.imap_place import is_wanted

    if since == "now" or not present:
        return 0
    return sum(is_wanted(since, each.arrived) for each in await session.weigh(present))


# -- relays ------------------------------------------------------------------------------------------------------------


def ways(settings: Settings) -> Iterator[Way]:
    """Each relay once, with the one for alerts. Raises ConfigurationError."""
    apart = read_alert_relay(settings)
    yield from dict.fromkeys((*read_relays(settings), *((apart,) if apart else ())))


async def try_relay(way: Way, clock: Clock) -> Gate:
    """Log in and leave."""
    if way.scheme == "maildir":
        return Gate(way.url, None, _of_folder(way))
    connections = Connections(way, clock, Patience(command=PATIENCE_SECONDS), our_name())
    try:
        async with connections.lend() as connection:
            largest = connection.most
        return Gate(way.url, way.user, largest=largest or None)
    except Unreachable as wrong:
        return Gate(way.url, way.user, str(wrong))
    finally:
        await connections.close()


def _of_folder(way: Way) -> str | None:
    assert way.path is not None, "a Maildir is a folder"
    nearest = next((each for each in (way.path, *way.path.parents) if each.exists()), way.path)
    return None if nearest.is_dir() and os.access(nearest, os.W_OK) else f"{nearest} can not be written"


# -- all of it ---------------------------------------------------------------------------------------------------------


def prove_tools(settings: Settings, logins: tuple[Login, ...]) -> None:
    """Raises ConfigurationError where an extra is missing that what is configured needs."""
    if settings.intake.imap and find_spec("aioimaplib") is None:
        raise ConfigurationError("intake.imap: aioimaplib is not installed; install mailgate[imap]")
    if logins and find_spec("httpx") is None:
        raise ConfigurationError("oauth: httpx is not installed; install mailgate[oauth]")


def login_of(settings: Settings, mailbox: Mailbox) -> Login | None:
    """The login of a mailbox; None for a password, and where it is not written well, which is told elsewhere."""
    try:
        return of_mailbox(settings, mailbox)
    except ConfigurationError:
        return None
