"""Where a mailbox is, by the configuration: its own keys, else those of its provider, else `imap_defaults`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from mailgate.errors import ConfigurationError
from mailgate.intake.imap_session import Place
from mailgate.oauth.login import Login, of_mailbox
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
    login: Login | None = None
    """By OAuth, in place of a password."""

    @property
    def ledger(self) -> str:
        """The ledger is that of the folder itself: another folder under the same name has another one, and the same
        under another name keeps its own."""
        return _ledger(self.place.host, self.mailbox.user, self.folder)


def reading_of(settings: Settings, mailbox: Mailbox) -> Reading:
    """Raises ConfigurationError in a sentence where the mailbox can not be read as it is written."""
    defaults = settings.intake.imap_defaults
    named = f"Mailbox {mailbox.name}"
    host = mailbox.host or HOSTS.get(mailbox.provider)
    if host is None:
        raise ConfigurationError(f"{named}: host is missing.")
    tls = mailbox.tls or defaults.tls
    if tls == "none" and host.lower() not in _LOOPBACK:
        raise ConfigurationError(
            f"{named}: a password or token travels only over TLS; write tls: implicit or starttls."
        )
    if mailbox.password_file is None and mailbox.oauth is None:
        raise ConfigurationError(f"{named}: write password_file or oauth.")
    folder, after = mailbox.folder or defaults.folder, mailbox.after or defaults.after
    if isinstance(after, dict) and _same(after["move"], folder):
        raise ConfigurationError(f"{named}: after moves mails into {folder}, which is the folder they are read from.")
    file = state_folder(settings) / mailbox.password_file if mailbox.password_file else None
    return Reading(
        mailbox=mailbox,
        place=Place(host, mailbox.port or defaults.port, tls, ssl.create_default_context()),
        folder=folder,
        after=after,
        since=mailbox.since or defaults.since,
        password=file,
        login=of_mailbox(settings, mailbox),
    )


def clashes(readings: Sequence[Reading]) -> Iterator[tuple[Reading, str]]:
    """Mailboxes that would read the mails of another, each with a sentence."""
    names: dict[str, str] = {}
    for each in readings:
        named = f"Mailbox {each.mailbox.name}"
        if other := names.get(each.ledger):
            yield each, f"{named}: {each.folder} of {each.mailbox.user} is read as {other} already."
        names.setdefault(each.ledger, each.mailbox.name)
    for each in readings:
        named = f"Mailbox {each.mailbox.name}"
        target = _ledger(each.place.host, each.mailbox.user, each.after["move"]) if isinstance(each.after, dict) else ""
        if other := names.get(target):
            yield each, f"{named}: after moves mails into a folder that is read as {other}: they would come again."


def password_of(reading: Reading) -> str:
    """Read anew at each login, so that it may be changed at any time. Raises ConfigurationError."""
    assert reading.password is not None, "asked only where a password is configured"
    try:
        return reading.password.read_text("utf-8").strip()
    except (OSError, UnicodeError) as wrong:
        raise ConfigurationError(f"Mailbox {reading.mailbox.name}: its password can not be read: {wrong}.") from wrong


def _ledger(host: str, user: str, folder: str) -> str:
    return f"{host.lower()}/{user}/{'INBOX' if _same(folder, 'INBOX') else folder}"


def _same(one: str, other: str) -> bool:
    return one == other or one.upper() == other.upper() == "INBOX"  # RFC 3501, 5.1


def is_wanted(since: str | date, arrived: str) -> bool:
    """Whether a mail that lay there before we came becomes a ticket. `arrived`: INTERNALDATE; what can not be read is
    not left out."""
    if isinstance(since, str):
        return since == "all"
    try:
        return datetime.fromisoformat(arrived).date() >= since
    except ValueError:
        return True
