"""Where a mailbox is, by the configuration: its own keys, else those of its provider, else `imap_defaults`."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from mailgate.errors import ConfigurationError
from mailgate.intake.imap_session import Place
from mailgate.settings.model import Settings
from mailgate.settings.site import After, Mailbox
from mailgate.store.db import state_folder

HOSTS: Final = {"microsoft365": "outlook.office365.com", "google": "imap.gmail.com"}
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Reading:
    """How one mailbox is read."""

    mailbox: Mailbox
    place: Place
    folder: str
    after: After
    since: str | date
    password: Path | None


def reading_of(settings: Settings, mailbox: Mailbox) -> Reading:
    """Raises ConfigurationError in a sentence where the mailbox can not be read as it is written."""
    defaults = settings.intake.imap_defaults
    named = f"Mailbox {mailbox.name}"
    host = mailbox.host or HOSTS.get(mailbox.provider)
    if host is None:
        raise ConfigurationError(f"{named}: host is missing.")
    tls = mailbox.tls or defaults.tls
    if tls == "none" and host.lower() not in _LOOPBACK:
        raise ConfigurationError(f"{named}: a password travels only over TLS; write tls: implicit or starttls.")
    if mailbox.password_file is None and mailbox.oauth is None:
        raise ConfigurationError(f"{named}: write password_file or oauth.")
    file = state_folder(settings) / mailbox.password_file if mailbox.password_file else None
    return Reading(
        mailbox=mailbox,
        place=Place(host, mailbox.port or defaults.port, tls, ssl.create_default_context()),
        folder=mailbox.folder or defaults.folder,
        after=mailbox.after or defaults.after,
        since=mailbox.since or defaults.since,
        password=file,
    )


def password_of(reading: Reading) -> str:
    """Read anew at each login, so that it may be changed at any time. Raises ConfigurationError."""
    assert reading.password is not None, "asked only where a password is configured"
    try:
        return reading.password.read_text("utf-8").strip()
    except (OSError, UnicodeError) as wrong:
        raise ConfigurationError(f"Mailbox {reading.mailbox.name}: its password can not be read: {wrong}.") from wrong


def is_wanted(since: str | date, arrived: str) -> bool:
    """Whether a mail that lay there before we came becomes a ticket. `arrived`: INTERNALDATE; what can not be read is
    not left out."""
    if isinstance(since, str):
        return since == "all"
    try:
        return datetime.strptime(arrived, "%d-%b-%Y %H:%M:%S %z").date() >= since  # RFC 3501, date-time
    except ValueError:
        return True
