"""Tables of the history: what happened, how far each chain has come, and the seals over them (`desk/audit.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column


class Event(DeskTable, table=True):
    """CONTRACT 3, event: append only. Mails without a ticket have ticket 0. There is no other key than the place in the
    chain, so there is no column that could change unnoticed."""

    __tablename__ = "event"

    ticket: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any] = json_column()
    """With its keys in order. `{}` without a salt: erased, and a later `erased` event names it."""
    salt: str = ""
    """Goes when the detail is erased: without it the digest says nothing about what stood there."""
    digest: str = ""
    """SHA-256 of the salt and the detail."""
    mail: int | None = Field(default=None, index=True)
    raw: str | None = None
    """SHA-256 of that mail's bytes, as they arrived."""
    hash: str = ""
    """SHA-256 over the ticket's previous hash and everything above but salt and detail."""


class Chain(DeskTable, table=True):
    """How many events a ticket has, and the hash of the last: what is cut off at the end is missed here."""

    __tablename__ = "chain"

    ticket: int = Field(primary_key=True)
    events: int
    head: str
    changed: bool = True
    """Since its last seal."""
    seal: int | None = None
    """Number of its last seal."""

    __table_args__ = (
        sa.Index("chain_changed", "ticket", sqlite_where=sa.text("changed"), postgresql_where=sa.text("changed")),
    )


class Seal(DeskTable, table=True):
    """All chains that had changed within an hour, under one hash, which holds that of the seal before."""

    __tablename__ = "seal"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    chains: int
    fold: str
    """SHA-256 over ticket, number of events and head of each of these chains."""
    previous: str
    hash: str


class Sealed(DeskTable, table=True):
    """One chain under a seal, as it was then."""

    __tablename__ = "sealed"

    seal: int = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    events: int
    head: str

    __table_args__ = (sa.Index("sealed_ticket", "ticket", "events"),)


class Proof(DeskTable, table=True):
    """What the daily examination found; one row."""

    __tablename__ = "proof"

    id: int = Field(default=1, primary_key=True)
    at: datetime
    findings: int
    first: str | None = None
    """The first finding, in words."""
    seal: int = 0
    """The newest seal when all was well: what has not changed since was proven then."""
