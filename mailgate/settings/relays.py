"""Relays that can not be used as they are written: half a login, a password in the clear, a login not built yet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from mailgate.settings.problems import Problem
from mailgate.settings.tree import Found, Mapping, Node, children, find, pattern


def unusable(root: Node) -> Iterator[Problem]:
    """A problem for each relay that would refuse us, or that we must not talk to."""
    for found in find(root, pattern("delivery.relays.*")):
        if isinstance(found.node, Mapping):
            yield from _wrong_login({str(child.path[-1]): child for child in children(found)})


def _wrong_login(relay: dict[str, Found]) -> Iterator[Problem]:
    user, password, url = relay.get("user"), relay.get("password_file"), relay.get("url")
    if "oauth" in relay:
        yield relay["oauth"].key_problem("logging in to a relay by OAuth is not built yet; use user and password_file")
    elif user and not password:
        yield user.key_problem("user and password_file belong together; password_file is missing")
    elif password and not user:
        yield password.key_problem("user and password_file belong together; user is missing")
    elif user and url and _in_the_clear(url.text or ""):
        # RFC 4954, 4: no password over an open line.
        yield url.problem("a password would travel unprotected; write smtp+starttls:// or smtps://")


def _in_the_clear(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme == "smtp" and host != "localhost" and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return url.startswith("smtp://")
