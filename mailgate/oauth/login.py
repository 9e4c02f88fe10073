"""Who logs in by OAuth, as the configuration says it: for a mailbox, and for a relay like one or by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from mailgate.errors import ConfigurationError
from mailgate.oauth.providers import PROVIDERS, Provider, by_host
from mailgate.settings.model import Settings
from mailgate.settings.site import Mailbox, OAuth, Relay
from mailgate.store.db import state_folder

Grant = Literal["secret", "code", "browser"]
ANY_TENANT: Final = "organizations"


@dataclass(frozen=True, slots=True)
class Login:
    """One login. Mailboxes and relays with the same login share its tokens."""

    name: str
    """The mailbox it is configured at, or the relay: what `mailgate connect NAME` takes."""
    provider: str
    tenant: str
    client_id: str
    secret: Path | None
    folder: Path
    """Where its tokens are kept."""
    secret_expires: date | None = None
    """As an admin has noted it down."""

    @property
    def of(self) -> Provider:
        """Who hands out its tokens."""
        return PROVIDERS[self.provider]

    @property
    def grant(self) -> Grant:
        """How it is come by: the application by itself with its secret, or once a person, by a code or in a browser."""
        if self.of.of_app:
            return "secret" if self.secret else "code"
        return "browser"

    @property
    def file(self) -> Path:
        """Where its tokens are kept. Those of another application or tenant are never taken for ours."""
        known_by = (self.provider, self.tenant, self.client_id, str(self.secret), self.grant)
        # The application is nobody's in particular: one token opens all its mailboxes.
        named = "application" if self.grant == "secret" else re.sub(r"[^\w.-]+", "_", self.name)[:60]
        told = "\0".join((*known_by, "" if self.grant == "secret" else self.name))
        return self.folder / f"{named}-{sha256(told.encode()).hexdigest()[:16]}.json"


def of_mailbox(settings: Settings, mailbox: Mailbox) -> Login | None:
    """None where it logs in with a password. Raises ConfigurationError in a sentence."""
    if mailbox.oauth is None:
        return None
    if mailbox.oauth.same_as:
        return of_mailbox(settings, _named(settings, mailbox.oauth.same_as, f"Mailbox {mailbox.name}"))
    provider = PROVIDERS.get(mailbox.provider) or by_host(mailbox.host)
    return _read(settings, mailbox.name, f"Mailbox {mailbox.name}", mailbox.oauth, provider)


def of_relay(settings: Settings, relay: Relay) -> tuple[Login, str] | None:
    """The login and the user; None where it has no OAuth. Raises ConfigurationError in a sentence."""
    if relay.oauth is None:
        return None
    said = f"Relay {relay.url}"
    if relay.password_file:
        raise ConfigurationError(f"{said}: write password_file or oauth, not both.")
    if relay.oauth.same_as:
        mailbox = _named(settings, relay.oauth.same_as, said)
        login = of_mailbox(settings, mailbox)
        assert login is not None, "a mailbox without a login of its own was refused"
        return login, relay.user or mailbox.user
    if not relay.user:
        raise ConfigurationError(f"{said}: user is missing.")
    return _read(settings, relay.url, said, relay.oauth, by_host(urlsplit(relay.url).hostname)), relay.user


def all_of(settings: Settings) -> tuple[Login, ...]:
    """Every login of the configuration, once. Raises ConfigurationError."""
    found = [of_mailbox(settings, each) for each in settings.intake.imap]
    at_relays = [of_relay(settings, each) for each in settings.delivery.relays]
    logins = [each for each in (*found, *(pair[0] for pair in at_relays if pair)) if each]
    return tuple({each.file: each for each in logins}.values())


def _named(settings: Settings, name: str, said: str) -> Mailbox:
    mailbox = next((each for each in settings.intake.imap if each.name == name), None)
    if mailbox is None or mailbox.oauth is None or mailbox.oauth.same_as:
        raise ConfigurationError(f"{said}: same_as names a mailbox with an oauth of its own, and '{name}' is none.")
    return mailbox


def _read(settings: Settings, name: str, said: str, oauth: OAuth, provider: Provider | None) -> Login:
    provider = provider or (PROVIDERS["microsoft365"] if oauth.tenant else None)
    if provider is None:
        raise ConfigurationError(f"{said}: whose OAuth it is can not be told; write provider, or the tenant.")
    if not oauth.client_id:
        raise ConfigurationError(f"{said}: oauth.client_id is missing.")
    if provider.name == "google" and not oauth.secret_file:
        raise ConfigurationError(f"{said}: oauth.secret_file is missing; Google wants the secret of the application.")
    if provider.of_app and oauth.secret_file and not oauth.tenant:
        raise ConfigurationError(f"{said}: oauth.tenant is missing; an application belongs to one.")
    state = state_folder(settings)
    return Login(
        name=name,
        provider=provider.name,
        tenant=oauth.tenant or ANY_TENANT,
        client_id=oauth.client_id,
        secret=state / oauth.secret_file if oauth.secret_file else None,
        folder=state / "oauth",
        secret_expires=oauth.secret_expires,
    )
