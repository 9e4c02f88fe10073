"""Who hands out tokens, where, and for what: Microsoft 365 and Google.

For tests alone, `MAILGATE_OAUTH_AT=http://127.0.0.1:PORT` puts another server in the place of all of theirs. Anything
that is not a loopback address is ignored: whoever could point us elsewhere would be handed our secrets.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from mailgate.settings.relays import GOOGLE, MICROSOFT

OVERRIDE: Final = "MAILGATE_OAUTH_AT"


@dataclass(frozen=True, slots=True)
class Provider:
    """A service with mailboxes. `{tenant}` in its addresses is the organisation's own part of it."""

    name: str
    """As `provider:` names it."""
    title: str
    tokens: str
    """Where tokens are fetched and renewed."""
    codes: str | None
    """Where a code for another device is asked for (RFC 8628); None: not for mail."""
    browser: str | None
    """Where a person agrees in a browser (RFC 6749, 4.1)."""
    scope: str
    """What a person is asked to allow."""
    of_app: str | None
    """The scope of an application without a person (RFC 6749, 4.4); None: there is no such way."""
    hosts: tuple[str, ...]
    """Its mail servers: how a relay or mailbox without `provider` is recognised."""

    def at(self, place: str, tenant: str) -> str:
        """One of its addresses, for this organisation."""
        return _elsewhere(place.format(tenant=quote(tenant, safe="")))


_MICROSOFT: Final = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0"

PROVIDERS: Final = {
    "microsoft365": Provider(
        name="microsoft365",
        title="Microsoft 365",
        tokens=f"{_MICROSOFT}/token",
        codes=f"{_MICROSOFT}/devicecode",
        browser=None,
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        of_app="https://outlook.office365.com/.default",
        hosts=MICROSOFT,
    ),
    # The codes for other devices are not given for `https://mail.google.com/`, so a person agrees in a browser.
    "google": Provider(
        name="google",
        title="Google",
        tokens="https://oauth2.googleapis.com/token",
        codes=None,
        browser="https://accounts.google.com/o/oauth2/v2/auth",
        scope="https://mail.google.com/",
        of_app=None,
        hosts=GOOGLE,
    ),
}


def by_host(host: str | None) -> Provider | None:
    """The service whose mail server this is."""
    return next((each for each in PROVIDERS.values() if (host or "").lower() in each.hosts), None)


def _elsewhere(url: str) -> str:
    other = urlsplit(os.environ.get(OVERRIDE, ""))
    if other.scheme != "http" or not _is_loopback(other.hostname):
        return url
    return f"http://{other.netloc}{urlsplit(url).path}"


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
