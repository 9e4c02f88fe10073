"""The hosts that our letters leave by: their addresses, and what a reverse lookup says of them.

Of a relay we know the address at which it is reached. Whether it sends from that one only its operator can say.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from mailgate.online.said import Said, good, warning
from mailgate.outbox.relays import Way
from mailgate.settings.hosts import in_a_labels
from mailgate.settings.tree import Path
from mailgate.trust.lookups import Lookups

_ANYWHERE: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for examples: to learn by which of ours we would leave. Nothing is sent."""

_PROVIDERS: Final = (
    ("*.office365.com", "spf.protection.outlook.com"),
    ("*.outlook.com", "spf.protection.outlook.com"),
    ("smtp*.gmail.com", "_spf.google.com"),
    ("email-smtp*.amazonaws.com", "amazonses.com"),
    ("smtp.sendgrid.net", "sendgrid.net"),
    ("smtp*.mailgun.org", "mailgun.org"),
    ("smtp*.postmarkapp.com", "spf.mtasv.net"),
)
"""Hosts that take letters for providers, and the record that each provider asks its customers to include."""

Own = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Host:
    """One host that hands letters on to the world."""

    title: str
    """As a sentence names it."""
    addresses: tuple[str, ...] = ()
    """Of the internet; () where they are not known."""
    mechanism: str = ""
    """What allows it in an SPF record."""
    is_ours: bool = False
    """Its address is surely the one our letters come from."""
    why: str = ""
    """Why its addresses are not known."""
    included: str = ""
    """Whose SPF record names the hosts that a large provider sends by: those that take our letters are others."""


def own_addresses() -> tuple[str, ...]:
    """Those by which this machine reaches the internet, where they are its own."""
    found = []
    for family, far in _ANYWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((far, 9))
            found.append(str(line.getsockname()[0]))
    return tuple(each for each in found if ipaddress.ip_address(each).is_global)


def host_of(way: Way, lookups: Lookups, own: Own) -> Host | None:
    """Who hands the letters of this relay on; None where they go no further than a folder."""
    if way.scheme == "maildir":
        return None
    if way.on_this_machine:
        return _here(own())
    assert way.host is not None, "only a socket has none, and that is on this machine"
    name = in_a_labels(way.host).lower()
    found = _addresses(name, lookups)
    outside = tuple(each for each in found if ipaddress.ip_address(each).is_global)
    why = f"{name} has no address of the internet" if found else f"DNS knows no address of {name}"
    included = next((record for glob, record in _PROVIDERS if fnmatchcase(name, glob)), "")
    mechanism = f"include:{included}" if included else _mechanism(name, outside)
    return Host(name, outside, mechanism, why=why, included=included)


def _here(addresses: tuple[str, ...]) -> Host:
    mechanism = " ".join(f"ip{ipaddress.ip_address(each).version}:{each}" for each in addresses)
    why = "it has no address of the internet of its own, so its mail server hands letters on by another one"
    return Host("this machine", addresses, mechanism, is_ours=True, why=why)


def _mechanism(host: str, addresses: tuple[str, ...]) -> str:
    try:
        return f"ip{ipaddress.ip_address(host).version}:{host}"
    except ValueError:
        return f"a:{host}" if addresses else ""


def _addresses(host: str, lookups: Lookups) -> tuple[str, ...]:
    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:
        return (*lookups.records(host, "A"), *lookups.records(host, "AAAA"))


def reverse(path: Path, host: Host, lookups: Lookups) -> Iterator[Said]:
    """Many receivers refuse hosts whose address has no name, or one that does not lead back to it."""
    for address in host.addresses:
        names = [each.rstrip(".") for each in lookups.records(ipaddress.ip_address(address).reverse_pointer, "PTR")]
        back = [each for each in names if address in _addresses(each, lookups)]
        if back:
            yield good(path, f"the address {address} of {host.title} has the name {back[0]}, which leads back to it")
        elif host.is_ours and names:
            words = f"its name {names[0]} does not lead back to it: give that name the address {address}"
            yield warning(path, f"the address {address} of {host.title}: {words}")
        elif host.is_ours:
            words = "has no name by reverse lookup, and many receivers refuse such hosts: ask its provider for one"
            yield warning(path, f"the address {address} of {host.title} {words}")
        else:
            yield good(
                path, f"the address {address} of {host.title} has no name that leads back to it; it may send by others"
            )
