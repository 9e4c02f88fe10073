"""Tables of arrivals: the journal of what came in (append only), and what became of each mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, JournalTable, json_column


class Arrival(JournalTable, table=True):
    """One mail as it arrived. Never changed."""

    __tablename__ = "arrival"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  an id is never given to a second mail

    id: int | None = Field(default=None, primary_key=True)
    received_at: datetime
    source: str
    """`smtp`, `lmtp`, `submission`, `imap:NAME`, `form`, `deliver`, `import`."""
    peer: str | None = None
    """IP address of the client, or None where it came over a Unix socket or a pipe."""
    helo: str | None = None
    trusted: bool = False
    """The peer is a trusted relay (or LMTP, or mailbox): its Authentication-Results count."""
    submitted_by: str | None = None
    """Login or listed peer of the submission listener: counts as aligned."""
    envelope_from: str
    """Empty for the null sender."""
    recipients: list[str] = json_column()
    size: int
    sha256: str = Field(index=True)
    """Of the exact bytes; names the blob file where there is one."""
    transmission: str = Field(index=True)
    """Digest that is equal for the same transmission (DESIGN 5)."""
    content: str = Field(index=True)
    """Digest of the bytes below the leading trace fields: equal for the same mail to other recipients."""
    message_id: str | None = Field(default=None, index=True)
    raw: bytes | None = None
    """The exact bytes, or None where they lie in a blob file."""


class Large(JournalTable, table=True):
    """The bytes of a large mail, where nodes share a database and so no folder (`shared.py`)."""

    __tablename__ = "large"

    sha256: str = Field(primary_key=True)
    content: bytes


class Retransmission(JournalTable, table=True):
    """The same transmission came again: counted, answered with the first row's id."""

    __tablename__ = "retransmission"

    id: int | None = Field(default=None, primary_key=True)
    arrival: int = Field(index=True)
    at: datetime


class Refused(JournalTable, table=True):
    """Mail that was turned away in the session (`refusals.py`): bounded, and no part of what we are responsible for."""

    __tablename__ = "refusal"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    source: str
    peer: str | None = None
    helo: str | None = None
    envelope_from: str | None = None
    """None where the client was turned away before it named one; empty for the null sender."""
    recipients: list[str] = json_column()
    reply: str
    """Our words, as the client heard them."""
    times: int = 1
    """How often the same was said within the moment that is written together."""
    size: int | None = None
    """Bytes, where the mail itself had come."""
    message_id: str | None = None


class MailState(DeskTable, table=True):
    """What became of an arrival. No row: pending and never touched."""

    __tablename__ = "mail_state"

    mail: int = Field(primary_key=True)
    state: str = Field(default="pending", index=True)
    """pending (claimed, or waiting until `not_before`), handled, held, failed, dropped."""
    sort: str | None = None
    reason: str | None = None
    sender: str | None = None
    """From, as read."""
    subject: str | None = None
    ticket: int | None = Field(default=None, index=True)
    attempts: int = 0
    strikes: int = 0
    error: str | None = None
    not_before: datetime | None = None
    first_tried_at: datetime | None = None
    worker: str | None = None
    fence: int = 0
    """Grows with every claim: a worker that comes back late finds another number and writes nothing."""
    claimed_until: datetime | None = None
    finished_at: datetime | None = None
    shown_at: datetime | None = None
    """When a letter `held` named it."""
    released: bool = False
    """An admin let a held mail go on: nothing holds it a second time."""
    config_version: str | None = None
    decision: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    """The explain document of the moment it was judged."""


class Cursor(DeskTable, table=True):
    """Named numbers: the next ticket number, up to which arrival all is finished, the last fence."""

    __tablename__ = "cursor"

    name: str = Field(primary_key=True)
    value: int


class Lease(DeskTable, table=True):
    """Who does what only one may do (`leases.py`)."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    """`clock`, `node:NAME`, `mailbox:NAME`."""
    holder: str
    """A node's name; empty where it was given up."""
    fence: int
    """Grows whenever the lease changes hands."""
    until: datetime
