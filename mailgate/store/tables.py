"""Every table. Declared with SQLModel, read and written with SQLAlchemy Core.

The journal (`Arrival`, `Retransmission`) is append only and lies in a database file of its own on SQLite, so that the
intake never waits for the desk. All else is the desk: the state of each mail included, so that handling one mail is one
transaction in one file. Times are UTC. JSON columns hold plain lists and objects.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

JOURNAL = sa.MetaData()
DESK = sa.MetaData()


class JournalTable(SQLModel):
    metadata = JOURNAL


class DeskTable(SQLModel):
    metadata = DESK


def table_of(model: type[SQLModel]) -> sa.Table:
    """The Core table of a declared one."""
    table = model.__table__  # type: ignore[attr-defined]  # SQLModel sets it for every table=True
    assert isinstance(table, sa.Table)
    return table


def _json() -> Any:
    return Field(sa_type=sa.JSON)


# -- the journal ---------------------------------------------------------------------------------------------------


class Arrival(JournalTable, table=True):
    """One mail as it arrived. Never changed."""

    __tablename__ = "arrival"

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
    recipients: list[str] = _json()
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


class Retransmission(JournalTable, table=True):
    """The same transmission came again: counted, answered with the first row's id."""

    __tablename__ = "retransmission"

    id: int | None = Field(default=None, primary_key=True)
    arrival: int = Field(index=True)
    at: datetime


# -- mails on the desk -----------------------------------------------------------------------------------------------


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


# -- tickets -----------------------------------------------------------------------------------------------------------


class TicketRow(DeskTable, table=True):
    """CONTRACT 3, ticket."""

    __tablename__ = "ticket"

    number: int = Field(primary_key=True)
    old_number: str | None = None
    subject: str
    kind: str
    status: str = Field(index=True)
    waiting_for: str | None = None
    priority: str = "normal"
    category: str = Field(index=True)
    channel: str = "email"
    source_address: str
    reporter: int = Field(index=True)
    """A person's id."""
    end_customer: int | None = None
    foreign_number: str | None = None
    group: str | None = Field(default=None, index=True)
    assignee: str | None = Field(default=None, index=True)
    coordinator: str | None = None
    level: int = 1
    visible: bool = True
    parent: int | None = None
    language: str
    tags: list[str] = _json()
    created_at: datetime
    accepted_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    updated_at: datetime
    wanted_by: datetime | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
    handling_minutes: int = 0
    solution: str | None = None
    rating: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    rule: str | None = None
    """Name of the rule that routed it, with file and line, for the letters to agents."""


class Person(DeskTable, table=True):
    """Somebody who wrote, or is written to. `email` is lower case."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str | None = None
    phone: str | None = None
    company: str | None = None
    department: str | None = None
    customer_group: str | None = None
    internal: bool = False
    language: str | None = None
    failing_since: datetime | None = None


class Participant(DeskTable, table=True):
    """Who reads along on a ticket (`cc`), and which agents watch it (`watcher`)."""

    __tablename__ = "participant"

    ticket: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    """A person's address, or an agent id for watchers."""
    proven: bool = False


class Link(DeskTable, table=True):
    """`from_ticket` is linked with `to_ticket`; kind as CONTRACT 3."""

    __tablename__ = "link"

    from_ticket: int = Field(primary_key=True)
    to_ticket: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)


class MessageRow(DeskTable, table=True):
    """CONTRACT 3, message: one entry of a ticket's conversation."""

    __tablename__ = "message"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(index=True)
    direction: str
    purpose: str
    sender: str
    to: list[str] = _json()
    cc: list[str] = _json()
    subject: str
    at: datetime
    text: str
    new_text: str
    public: bool
    trust: str
    mail: int | None = Field(default=None, index=True)
    letter: int | None = None
    message_id: str | None = None
    author: str = ""
    """As an event's actor: `reporter`, `agent:anna`, `person:ADDR`."""
    attachments: list[dict[str, Any]] = _json()
    """[{name, type, size, sha256, cid}]"""
    remark: str | None = None
    """What agents should know of it: "written by X, not by Y"."""


class Reference(DeskTable, table=True):
    """A Message-ID received for a ticket: a later mail naming it belongs there."""

    __tablename__ = "reference"

    digest: str = Field(primary_key=True)
    """SHA-256 of the id as written."""
    ticket: int = Field(primary_key=True)
    named: bool = Field(default=False, primary_key=True)
    """True: not received, only named by the mail that opened the ticket, whose parent may still be on its way."""
    mail: int | None = None


class File(DeskTable, table=True):
    """Decoded bytes of an attachment, once by digest."""

    __tablename__ = "file"

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes


class Event(DeskTable, table=True):
    """CONTRACT 3, event: append only. Mails without a ticket have ticket 0."""

    __tablename__ = "event"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(index=True)
    seq: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any] = _json()
    mail: int | None = None
    hash: str | None = None

    __table_args__ = (sa.UniqueConstraint("ticket", "seq"),)


# -- tokens, letters, budgets ---------------------------------------------------------------------------------------


class Token(DeskTable, table=True):
    """What a token stands for. The token itself is nowhere; `digest` is SHA-256 of its 24 characters."""

    __tablename__ = "token"

    digest: str = Field(primary_key=True)
    ticket: int | None = Field(default=None, index=True)
    role: str
    """reporter, agent, coordinator, statement, informed, reading, admin."""
    person: str
    """An agent id for agents and coordinators, else the address, in lower case."""
    group: str | None = None
    """Set for a letter to a notify address: any member of this group may use it."""
    letter: int | None = None
    template: str
    issued_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    spent_at: datetime | None = None


class Letter(DeskTable, table=True):
    """CONTRACT 3, letter: one recipient each. Headers are fixed here, so that a retry is the same letter."""

    __tablename__ = "letter"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int | None = Field(default=None, index=True)
    template: str
    to: str
    envelope_from: str
    subject: str
    language: str = "en"
    state: str = Field(default="pending", index=True)
    attempts: int = 0
    created_at: datetime
    next_at: datetime | None = Field(default=None, index=True)
    sent_at: datetime | None = None
    answer: str | None = None
    doubtful: int = 0
    """How often no answer came after DATA: it may have been delivered twice."""
    message_id: str
    header: bytes
    """The finished header block but for MIME-Version and Content-*; ends with CRLF."""
    text: str
    html: str
    files: list[dict[str, Any]] = _json()
    """[{name, type, sha256, cid}]: assembled at delivery."""
    message: int | None = None
    mail: int | None = Field(default=None, index=True)
    """The arrival that caused it."""
    owner: str | None = None
    """Agent id told when it can not be delivered; None: by `letters.new_message`."""
    worker: str | None = None
    claimed_until: datetime | None = None


class Kept(DeskTable, table=True):
    """What an agent wrote and was not carried out: refused (kept 14 days) or asked back (24 hours)."""

    __tablename__ = "kept"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """refused or confirm."""
    mail: int | None = None
    ticket: int | None = None
    agent: str
    letter: int | None = Field(default=None, index=True)
    """The command_refused or confirm letter that an answer names."""
    answered: str | None = None
    """Template of the letter the agent had answered: says where the words go."""
    commands: list[str] = _json()
    """Command lines as read; empty where the mail was refused because of them."""
    words: str
    files: list[dict[str, Any]] = _json()
    expires_at: datetime
    done_at: datetime | None = None


class Sent(DeskTable, table=True):
    """One automatic letter let through the gate: what budgets count."""

    __tablename__ = "sent"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    mailbox: str = Field(index=True)
    """Lower case, without +tag."""
    domain: str
    template: str
    ticket: int | None = None
    proven: bool


class Suppressed(DeskTable, table=True):
    """One automatic letter the gate stopped, and why."""

    __tablename__ = "suppressed"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    mailbox: str
    template: str
    ticket: int | None = None
    reason: str
    budget: bool = False
