"""Tables of tickets: the ticket, its people, what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column


class TicketRow(DeskTable, table=True):
    """CONTRACT 3, ticket."""

    __tablename__ = "ticket"

    number: int = Field(primary_key=True)
    old_number: str | None = Field(default=None, index=True)
    subject: str
    kind: str
    status: str = Field(index=True)
    waiting_for: str | None = None
    priority: str = "normal"
    category: str = Field(index=True)
    channel: str = "email"
    source_address: str
    reporter: int
    """A person's id."""
    end_customer: int | None = None
    foreign_number: str | None = Field(default=None, index=True)
    """A partner's own number of the case."""
    group: str | None = Field(default=None, index=True)
    assignee: str | None = Field(default=None, index=True)
    assigned_at: datetime | None = None
    """When the one who has it now was asked to handle it."""
    coordinator: str | None = None
    coordinator_accepted_at: datetime | None = None
    level: int = 1
    visible: bool = True
    parent: int | None = None
    language: str
    tags: list[str] = json_column()
    created_at: datetime
    accepted_at: datetime | None = None
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    updated_at: datetime
    wanted_by: datetime | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
    waiting_until: datetime | None = None
    """What `#wait until` named."""
    due_set_at: datetime | None = None
    """When `due_at` was promised."""
    yellow_at: datetime | None = None
    """When the light turns, as things are; while the clock stands: as it was when it stopped."""
    red_at: datetime | None = None
    response_due: datetime | None = None
    """When the first answer is promised; stays when it was given."""
    solution_due: datetime | None = None
    """When the solution is promised by its kind, priority and customer group; stays when it was given."""
    stands_since: datetime | None = None
    """Since when its clock stands: it waits for the reporter, or is done."""
    response_minutes: int | None = None
    """Working time until the first answer."""
    solution_minutes: int | None = None
    """Working time until it was resolved, less those in which its clock stood."""
    asked_at: datetime | None = None
    """When the reporter was last asked, or told that he is waited for."""
    closes_at: datetime | None = None
    """When it is closed by itself, as the reporter who is waited for was told."""
    look_at: datetime | None = None
    """When the clock has to look at it next."""
    handling_minutes: int = 0
    solution: str | None = None
    rating: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    rule: str | None = None
    """Name of the rule that routed it, with file and line, for the letters to agents."""

    __table_args__ = (
        sa.Index("ticket_of_reporter", "reporter", "closed_at", "updated_at"),
        sa.Index(
            "ticket_look_at",
            "look_at",
            sqlite_where=sa.text("look_at IS NOT NULL"),
            postgresql_where=sa.text("look_at IS NOT NULL"),
        ),
    )


class Person(DeskTable, table=True):
    """Somebody who wrote, or is written to. `email` is lower case; an end customer may have none that we know."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    email: str | None = Field(default=None, unique=True)
    name: str | None = None
    phone: str | None = None
    company: str | None = None
    department: str | None = None
    customer_group: str | None = None
    internal: bool = False
    language: str | None = None
    failing_since: datetime | None = None


class OtherAddress(DeskTable, table=True):
    """One more address that a person writes from, as an agent has said (`#from`). Letters go to the person's own."""

    __tablename__ = "other_address"

    email: str = Field(primary_key=True)
    """In lower case."""
    person: int = Field(index=True)


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
    to: list[str] = json_column()
    cc: list[str] = json_column()
    subject: str
    at: datetime
    text: str
    """Empty where all of it is new, as with most mails that open a ticket: then `new_text` is the whole."""
    new_text: str
    public: bool
    trust: str
    mail: int | None = Field(default=None, index=True)
    letter: int | None = None
    message_id: str | None = None
    author: str = ""
    """As an event's actor: `reporter`, `agent:anna`, `person:ADDR`."""
    attachments: list[dict[str, Any]] = json_column()
    """[{name, type, size, sha256, cid}]"""
    remark: str | None = None
    """What agents should know of it: "written by X, not by Y"."""
    token_of: str | None = None
    """Whose token as a reporter the mail carried, where somebody else wrote it."""
    quoted: str = ""
    """What it quotes of mails that we never had: for agents only, never in `new_text`."""


class Reference(DeskTable, table=True):
    """A Message-ID received for a ticket: a later mail naming it belongs there."""

    __tablename__ = "reference"

    digest: str = Field(primary_key=True)
    """SHA-256 of the id as written."""
    ticket: int = Field(primary_key=True)
    named: bool = Field(default=False, primary_key=True)
    """True: not received, only named by the mail that opened the ticket, whose parent may still be on its way."""
    mail: int | None = None


class Correlation(DeskTable, table=True):
    """A key that a rule found in an alert: the next alert with it, soon enough, joins the same ticket."""

    __tablename__ = "correlation"

    id: int | None = Field(default=None, primary_key=True)
    rule: str
    key: str = Field(index=True)
    """In lower case."""
    ticket: int = Field(index=True)
    at: datetime
    """Arrival of the last alert with it."""


class File(DeskTable, table=True):
    """Decoded bytes of an attachment, once by digest."""

    __tablename__ = "file"

    sha256: str = Field(primary_key=True)
    size: int
    content: bytes
