"""Relays and mailboxes that can not be used as they are written: half a login, or one that travels in the clear."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from mailgate.settings.problems import Problem
from mailgate.settings.tree import Found, Mapping, Node, children, find, pattern

_ALONE = "same_as takes the whole login of that mailbox; leave '{key}' out"
GOOGLE = ("imap.gmail.com", "smtp.gmail.com", "smtp-relay.gmail.com")
MICROSOFT = ("outlook.office365.com", "smtp.office365.com", "smtp-mail.outlook.com")
"""Mail servers by which a login is known to be theirs, where no `provider` says so."""
_KNOWN = (*GOOGLE, *MICROSOFT)


def unusable(root: Node) -> Iterator[Problem]:
    """A problem for each relay or mailbox that would refuse us, or that we must not talk to."""
    for found in find(root, pattern("delivery.relays.*")):
        if isinstance(found.node, Mapping):
            yield from _wrong_login(_keys(found))
    own = {}
    for found in find(root, pattern("intake.imap.*")):
        if isinstance(found.node, Mapping):
            mailbox = _keys(found)
            yield from _wrong_mailbox(mailbox)
            own[_text(mailbox, "name")] = "same_as" not in _oauth(mailbox) and "oauth" in mailbox
    yield from _same_as_no_login(root, own)


def _wrong_login(relay: dict[str, Found]) -> Iterator[Problem]:
    user, password, url, oauth = (relay.get(each) for each in ("user", "password_file", "url", "oauth"))
    if oauth and password:
        yield password.key_problem("write password_file or oauth, not both")
    elif oauth:
        host = _host(url.text or "") if url else ""
        yield from _wrong_oauth(_oauth(relay), oauth, google=host in GOOGLE, known=host in _KNOWN)
        if not user and "same_as" not in _oauth(relay):
            yield oauth.key_problem("user is missing: the address in whose name letters are sent")
    elif user and not password:
        yield user.key_problem("user and password_file belong together; password_file is missing")
    elif password and not user:
        yield password.key_problem("user and password_file belong together; user is missing")
    if (user or oauth) and url and _in_the_clear(url.text or ""):
        # RFC 4954, 4: no password over an open line; a token is one too.
        what = "token" if oauth else "password"
        yield url.problem(f"a {what} would travel unprotected; write smtp+starttls:// or smtps://")


def _wrong_mailbox(mailbox: dict[str, Found]) -> Iterator[Problem]:
    oauth, password = mailbox.get("oauth"), mailbox.get("password_file")
    if oauth and password:
        yield password.key_problem("write password_file or oauth, not both")
    elif oauth:
        provider, host = _text(mailbox, "provider"), _text(mailbox, "host").lower()
        google = provider == "google" or (provider in ("", "none") and host in GOOGLE)
        known = provider in ("google", "microsoft365") or host in _KNOWN
        yield from _wrong_oauth(_oauth(mailbox), oauth, google=google, known=known)


def _wrong_oauth(keys: dict[str, Found], oauth: Found, *, google: bool, known: bool) -> Iterator[Problem]:
    if "same_as" in keys:
        for name in ("tenant", "client_id", "secret_file", "secret_expires"):
            if name in keys:
                yield keys[name].key_problem(_ALONE.format(key=name))
        return
    if "client_id" not in keys:
        yield oauth.key_problem("client_id is missing: the id of the application that logs in")
    if google and "secret_file" not in keys:
        yield oauth.key_problem("secret_file is missing; Google wants the secret of the application")
    elif not google and "secret_file" in keys and "tenant" not in keys:
        yield oauth.key_problem("tenant is missing: the id of the organisation, or one of its domains")
    elif not known and "tenant" not in keys:
        yield oauth.key_problem(
            "whose OAuth it is can not be told; write provider: microsoft365 or google, or the tenant"
        )


def _same_as_no_login(root: Node, own: dict[str, bool]) -> Iterator[Problem]:
    """A mailbox that does not exist is named by `links.py`."""
    for steps in ("delivery.relays.*.oauth.same_as", "intake.imap.*.oauth.same_as"):
        for found in find(root, pattern(steps)):
            if own.get(found.text or "") is False:
                yield found.problem(f"mailbox '{found.written}' has no oauth of its own")


def _keys(found: Found) -> dict[str, Found]:
    return {str(child.path[-1]): child for child in children(found)}


def _oauth(mapping: dict[str, Found]) -> dict[str, Found]:
    found = mapping.get("oauth")
    return _keys(found) if found and isinstance(found.node, Mapping) else {}


def _text(mapping: dict[str, Found], name: str) -> str:
    found = mapping.get(name)
    return (found.text or "") if found else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _in_the_clear(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in ("smtp", "lmtp") and host != "localhost" and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return url.startswith(("smtp://", "lmtp://"))
