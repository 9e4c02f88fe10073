"""What agents' mails with commands did: for `#undo`, which takes the last of them back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column


class Commanded(DeskTable, table=True):
    """The commands of one mail on one ticket, and the events they made: on that ticket, and on others because of it.
    Ticket 0: what it said of the agent himself (`#handover`, `#away`, `#back`)."""

    __tablename__ = "commanded"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(index=True)
    agent: str
    mail: int | None = None
    at: datetime
    commands: list[str] = json_column()
    """As written."""
    events: list[list[int]] = json_column()
    """[ticket, seq] of each."""
    undone_at: datetime | None = None
