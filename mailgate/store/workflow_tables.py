"""Tables of work that several people share: statements asked for, parts of a ticket, and the draft of their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column

WAITED_FOR = sa.text("look_at IS NOT NULL AND state IN ('asked', 'overdue')")
"""Statements that the clock may have to do something about."""


class Statement(DeskTable, table=True):
    """Somebody was asked for a statement on a ticket (CONTRACT 3, statements)."""

    __tablename__ = "statement"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(index=True)
    to: str
    """The address asked, in lower case."""
    agent: str | None = None
    """Where it is one of us: the agent's id."""
    asked_by: str
    """Agent id."""
    asked_at: datetime
    by: datetime | None = None
    with_original: bool = False
    letter: int = Field(index=True)
    """The request, whose token an answer carries."""
    mail: int | None = None
    """The agent's mail that asked."""
    state: str = "asked"
    """asked, answered, overdue, withdrawn."""
    answered_at: datetime | None = None
    reminders: list[int] = json_column()
    """Letters that reminded him: an answer may carry the token of any."""
    look_at: datetime | None = None
    """When something is next to be done about it, as long as it is waited for."""

    __table_args__ = (sa.Index("statement_look_at", "look_at", sqlite_where=WAITED_FOR, postgresql_where=WAITED_FOR),)


class PartRow(DeskTable, table=True):
    """What makes a ticket a part of another one; the rest stands in its ticket."""

    __tablename__ = "part"

    ticket: int = Field(primary_key=True)
    """Number of the part."""
    parent: int = Field(index=True)
    hidden: bool = False
    """Only its handler and the coordinator know of it; the reporter never does."""
    answered_at: datetime | None = None
    """The last time its handler answered the coordinator."""
    released_at: datetime | None = None
    """Its answer went to the reporter with a draft: it is no part of the next."""


class MergedDraft(DeskTable, table=True):
    """All answers of a ticket's parts, as they would go to the reporter; the letter `merged_draft` shows it."""

    __tablename__ = "merged_draft"

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(index=True)
    text: str
    files: list[dict[str, Any]] = json_column()
    parts: list[int] = json_column()
    """Numbers of the parts it was made of, in order."""
    letters: list[int] = json_column()
    """Those that showed it."""
    at: datetime
    released_at: datetime | None = None
