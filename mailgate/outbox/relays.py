"""The relays of the configuration, read: how each is reached, and which of them may carry a letter with this From.

A password never travels in the clear, nor does a token: `smtp://` with a user is for this machine only (RFC 4954, 4).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

from mailgate.errors import ConfigurationError
from mailgate.oauth.login import Login, of_relay
from mailgate.settings.model import Settings
from mailgate.settings.site import Relay
from mailgate.store.db import state_folder

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587, "lmtp": 24}
ALLOWED = (
    "smtp://HOST, smtps://HOST, smtp+starttls://HOST (each with :PORT), lmtp://HOST:PORT, lmtp:PATH, maildir:FOLDER"
)

_RATE = re.compile(r"(\d+)\s*/\s*([smhd])")
_PERIODS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many letters within any such period."""

    letters: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class Way:
    """One relay: `host` and `port`, or `path` for a Unix socket (lmtp) or a folder (maildir)."""

    url: str
    scheme: str
    host: str | None = None
    port: int | None = None
    path: Path | None = None
    user: str | None = None
    password_file: Path | None = None
    login: Login | None = None
    """By OAuth, in place of a password."""
    senders: tuple[str, ...] = ("*",)
    """Globs over the From address, in lower case."""
    rate: Rate | None = None

    def carries(self, from_address: str) -> bool:
        """Whether letters with this From go this way."""
        return any(fnmatchcase(from_address.lower(), glob) for glob in self.senders)

    @property
    def on_this_machine(self) -> bool:
        """A socket file, or a loopback address: nobody between us can listen."""
        return self.host is None or is_loopback(self.host)


def read_relays(settings: Settings) -> tuple[Way, ...]:
    """Every relay in the order of the file. Raises ConfigurationError with a sentence."""
    return tuple(read_relay(relay, settings) for relay in settings.delivery.relays)


def read_alert_relay(settings: Settings) -> Way | None:
    """The way that alerts leave by, whoever they are from; None where they go like other letters. One of
    `delivery.relays` is taken with its login: its URL is all that `alerts.relay` can say. Raises as `read_relays`."""
    url = settings.alerts.relay
    if not url:
        return None
    return read_relay(next((each for each in settings.delivery.relays if each.url == url), Relay(url=url)), settings)


def read_relay(relay: Relay, settings: Settings) -> Way:
    """One relay. Raises as `read_relays`."""
    folder = state_folder(settings)
    login, user = of_relay(settings, relay) or (None, relay.user)
    scheme, host, port, path = _parts(relay.url, folder)
    way = Way(
        url=relay.url,
        scheme=scheme,
        host=host,
        port=port,
        path=path,
        user=user,
        password_file=folder / relay.password_file if relay.password_file else None,
        login=login,
        senders=tuple(glob.lower() for glob in relay.from_),
        rate=read_rate(relay.rate) if relay.rate else None,
    )
    if bool(way.user) != bool(way.password_file or way.login):
        raise ConfigurationError(f"Relay {relay.url}: user and password_file belong together.")
    if way.user and way.scheme in ("smtp", "lmtp") and not way.on_this_machine:
        raise ConfigurationError(
            f"Relay {relay.url}: a password travels only over TLS; write smtp+starttls:// or smtps://."
        )
    return way


def read_rate(text: str) -> Rate:
    """`300/h`: a number for each s, m, h or d."""
    match = _RATE.fullmatch(text.strip())
    if not match or not int(match[1]):
        raise ConfigurationError(f"Rate '{text}': write a number for each s, m, h or d, such as 300/h.")
    return Rate(int(match[1]), _PERIODS[match[2]])


def ways_for(ways: Iterable[Way], from_address: str) -> tuple[Way, ...]:
    """The relays that may carry a letter with this From, in the order in which they are tried."""
    return tuple(way for way in ways if way.carries(from_address))


def from_address(header: bytes) -> str:
    """The address in the From field of one of our own finished header blocks, in lower case."""
    unfolded = re.sub(rb"\r?\n[ \t]", b" ", header)
    field = re.search(rb"(?im)^from:([^\r\n]*)", unfolded)
    value = field[1].decode("utf-8", "replace").strip() if field else ""
    return (value.rpartition("<")[2].rstrip("> ") if value.endswith(">") else value).lower()


def is_loopback(host: str) -> bool:
    """`localhost`, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _parts(url: str, folder: Path) -> tuple[str, str | None, int | None, Path | None]:
    scheme, _, rest = url.partition(":")
    if scheme in ("lmtp", "maildir") and rest and not rest.startswith("//"):
        return scheme, None, None, folder / rest
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError as wrong:
        raise ConfigurationError(f"Relay {url}: {wrong}.") from wrong
    if scheme not in PORTS or not host or split.path.strip("/"):
        raise ConfigurationError(f"Relay {url}: not understood; allowed are {ALLOWED}.")
    if split.username is not None:
        raise ConfigurationError(f"Relay {split.hostname}: write user and password_file as keys of their own.")
    return scheme, host, port or PORTS[scheme], None
