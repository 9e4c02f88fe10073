"""How a stored mail came in, and whose word about its sender counts for that way."""

from __future__ import annotations

from typing import Any

from mailgate.mail.message import Envelope
from mailgate.settings.model import Settings


def envelope_of(settings: Settings, row: Any) -> Envelope:
    """How this arrival came in."""
    return Envelope(
        sender=row.envelope_from.lower(),
        recipients=tuple(row.recipients),
        received_at=row.received_at,
        source=row.source,
        peer=row.peer,
        trusted=row.trusted,
        authserv_id=authserv_id(settings, row.source) if row.trusted else None,
        submitted_by=row.submitted_by,
        provider=provider(settings, row.source),
    )


def authserv_id(settings: Settings, source: str) -> str | None:
    """By which name a trusted source speaks in Authentication-Results; `deliver` is LMTP's server by another way in."""
    kind, _, name = source.partition(":")
    if kind == "import":
        return None  # as old as it may be, it commands nothing
    if kind == "imap":
        return next((each.speaks_as for each in settings.intake.imap if each.name == name), None)
    way = settings.intake.lmtp if source in ("lmtp", "deliver") else settings.intake.smtp
    return way.authserv_id


def provider(settings: Settings, source: str) -> str:
    """Whose mailbox it was fetched from."""
    kind, _, name = source.partition(":")
    found = (each.provider for each in settings.intake.imap if kind == "imap" and each.name == name)
    return next(found, "none")
