"""A store in a temporary folder, and mails in its journal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mailgate.clock import SetClock
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.journal import Journal, Transmission
from tests import databases

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def settings_at(folder: Path) -> Settings:
    """The least a desk needs; everything lies in that folder."""
    return Settings.model_validate(
        {
            "site": {"admins": ["ops@example.com"], "state": str(folder)},
            "storage": {"database": databases.at(folder)},
            "addresses": [{"address": "support@example.com"}],
        }
    )


def transmission(name: str, *, to: str = "support@example.com", references: str = "", text: str = "Hi") -> Transmission:
    """A mail by `name`, with a Message-ID of his."""
    head = f"From: {name}@x.example\r\nMessage-ID: <{name}@x.example>\r\n"
    refers = f"References: {references}\r\n" if references else ""
    return Transmission(
        received_at=NOON,
        source="smtp",
        peer="127.0.0.1",
        helo=None,
        trusted=False,
        submitted_by=None,
        envelope_from=f"{name}@x.example",
        recipients=(to,),
        raw=f"{head}{refers}Subject: {name}\r\n\r\n{text}\r\n".encode(),
    )


def arrive(store: Store, *mails: Transmission) -> list[int]:
    """Put them into the journal; their ids."""
    journal = Journal(store, SetClock(NOON))
    try:
        return [journal.receive(mail).id for mail in mails]
    finally:
        journal.close()
