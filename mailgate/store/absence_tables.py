"""Tables of people who are away, and of tickets that are handed over step by step."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from mailgate.store.schema import DeskTable, json_column


class Absence(DeskTable, table=True):
    """An agent is away: from `begins` (the first day's midnight where he is) until `ends` (that after the last)."""

    __tablename__ = "absence"

    id: int | None = Field(default=None, primary_key=True)
    agent: str = Field(index=True)
    begins: datetime
    ends: datetime = Field(index=True)
    deputy: str | None = None
    at: datetime
    """When he said so."""
    told_at: datetime | None = None
    """When his deputy got the list of what he takes over."""
    returned_at: datetime | None = None
    """When he was told what had happened meanwhile."""


class Handover(DeskTable, table=True):
    """`#handover`: open tickets of `agent` on their way to `receiver`; until the letter about it is written."""

    __tablename__ = "handover"

    id: int | None = Field(default=None, primary_key=True)
    agent: str = Field(index=True)
    receiver: str
    """An agent's id or a group's."""
    is_group: bool = False
    words: str = ""
    moved: list[int] = json_column()
    """Numbers of the tickets that have gone over."""
    at: datetime
