"""Tables of the clock: when a ticket's time stood still, what was done about it, and who had the digest of the day."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from mailgate.store.schema import DeskTable


class Standstill(DeskTable, table=True):
    """Its clock stood between these moments, and does so no more."""

    __tablename__ = "standstill"

    ticket: int = Field(primary_key=True)
    begins: datetime = Field(primary_key=True)
    ends: datetime


class Mark(DeskTable, table=True):
    """The clock has done something on a ticket: it is not done again for the same moment (`desk/clockwork.py`)."""

    __tablename__ = "mark"

    ticket: int = Field(primary_key=True)
    what: str = Field(primary_key=True)
    """Name of the appointment, such as `red`."""
    times: int = 1
    due: datetime
    """The moment it was done for."""
    at: datetime


class Digested(DeskTable, table=True):
    """The last morning on which somebody had his digest."""

    __tablename__ = "digested"

    person: str = Field(primary_key=True)
    """An agent's id."""
    day: date = Field(sa_type=sa.Date)
    at: datetime
    owed: bool = False
    """More became due at once than single letters may say: he gets one digest of it soon."""
