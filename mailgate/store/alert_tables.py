"""Tables of what people are told about mailgate itself: its troubles, and the mails it holds."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from mailgate.store.schema import DeskTable


class Trouble(DeskTable, table=True):
    """Something that is wrong with mailgate, from its beginning until its all-clear is old (`desk/troubles.py`)."""

    __tablename__ = "trouble"

    kind: str = Field(primary_key=True)
    """relay, letter, mail, reload, history, disk, worker, robot, budget, …"""
    about: str = Field(primary_key=True)
    """Which of its kind: a relay's URL, `M-17`; empty where there is one only."""
    english: str
    german: str
    since: datetime
    told_at: datetime | None = None
    """The last letter that named it; None: nobody knows of it yet."""
    ended_at: datetime | None = None
    """It seems to be over; begins it again before the all-clear, this is None again."""
    cleared_at: datetime | None = None
    """The all-clear was given."""
    returns: int = 0
    """How often it came back soon after its end: each makes us wait longer before we believe the next one."""


class Shown(DeskTable, table=True):
    """A held mail that somebody was shown in a letter `held`: he may decide about it."""

    __tablename__ = "shown"

    mail: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    """Agent id, else the address in lower case."""
    at: datetime
    letter: int
