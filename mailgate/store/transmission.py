"""One transmission of a mail, and the digests by which it is known again (DESIGN 5)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailgate.mail.trace import known_by
from mailgate.settings.scalars import lower_ascii

WINDOW = timedelta(days=7)
"""How long the same transmission is known again when the mail has a Message-ID."""
WINDOW_WITHOUT_ID = timedelta(minutes=15)
"""Without a Message-ID: long for a sender that tries again, short for a monitor that reports the same again."""

# RFC 5322, 2.1.1 leaves room for 998 characters on a line; an index of PostgreSQL takes 2,700 bytes.
_MESSAGE_ID_LENGTH = 998
_MESSAGE_ID_BYTES = 2500

_SMALL = 2**14
_PIECE = 2047
"""What hashlib computes without giving the lock away."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a mail in a mailbox, noted in the ledger in the same commit. `arrived`: INTERNALDATE; `state`: as in
    `mailbox_tables.py`."""

    mailbox: str
    uidvalidity: int
    uid: int
    size: int
    arrived: str
    state: str = "kept"


@dataclass(frozen=True, slots=True)
class Transmission:
    """One mail as it was handed to us. Times are UTC, addresses as the sender wrote them."""

    received_at: datetime
    source: str
    peer: str | None
    helo: str | None
    trusted: bool
    submitted_by: str | None
    envelope_from: str
    """Empty for the null sender."""
    recipients: tuple[str, ...]
    raw: bytes
    slot: Slot | None = None
    """Where it was fetched from."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The mail is durable under this id. `again`: it was already."""

    id: int
    again: bool


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 in hex of the exact bytes, of the bytes below the trace, and of the transmission."""

    sha256: str
    content: str
    transmission: str
    message_id: str | None
    """Without brackets, as text that every database takes."""

    @property
    def window(self) -> timedelta:
        """How far apart two of the same transmission may lie."""
        return WINDOW if self.message_id else WINDOW_WITHOUT_ID


def digests(transmission: Transmission) -> Digests:
    """Everything the journal knows a transmission by. Linear in the size of the mail."""
    raw = transmission.raw
    below, message_id = known_by(raw)
    sha256 = _sha256(raw)
    content = _sha256(memoryview(raw)[below:]) if below else sha256
    recipients = sorted({lower_ascii(to) for to in transmission.recipients})
    envelope = json.dumps([lower_ascii(transmission.envelope_from), recipients, content])
    return Digests(sha256, content, hashlib.sha256(envelope.encode()).hexdigest(), _storable(message_id))


def _sha256(raw: bytes | memoryview) -> str:
    """In hex. A small mail is taken in pieces for which Python keeps its lock: to give it away and to get it back costs
    many times what there is to compute."""
    if len(raw) > _SMALL:
        return hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256(raw[:_PIECE])
    for begin in range(_PIECE, len(raw), _PIECE):
        digest.update(raw[begin : begin + _PIECE])
    return digest.hexdigest()


def _storable(message_id: str | None) -> str | None:
    if not message_id:
        return None
    # A hostile id may hold undecodable bytes (as surrogates) or NUL, which SQLite or PostgreSQL refuse.
    whole = message_id[:_MESSAGE_ID_LENGTH].encode("utf-8", "replace")
    return whole[:_MESSAGE_ID_BYTES].decode("utf-8", "ignore").replace("\0", "")
