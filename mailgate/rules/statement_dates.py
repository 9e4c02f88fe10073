"""When somebody who was asked for a statement is reminded of it. Pure; plain time, whatever the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

UNDATED: Final = timedelta(days=3)
"""After so long, once, where no date was named."""
BEFORE: Final = timedelta(days=1)
"""So long before the date, and a quarter of the time where that is less."""


def reminder_at(asked_at: datetime, by: datetime | None) -> datetime:
    """When the first reminder is due; at the date itself the statement is overdue, and reminded of once more."""
    return asked_at + UNDATED if by is None else by - min(BEFORE, (by - asked_at) / 4)
