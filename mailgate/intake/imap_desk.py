"""What all readers of mailboxes share: the journal, the clock, and where to say how a mailbox is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.journal import Journal, Receipt

T = TypeVar("T")
_SLACK: Final = 2**20


@dataclass(slots=True)
class Condition:
    """How a mailbox is, for whoever asks."""

    connected: bool = False
    last_scan: datetime | None = None
    waiting: int = 0
    oldest: datetime | None = None
    unaccounted: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """`arrived` is called in the loop after each commit."""

    settings: Callable[[], Settings]
    store: Store
    journal: Journal
    clock: Clock
    arrived: Callable[[Receipt], None]

    @property
    def longest(self) -> int:
        """Octets of the largest mail that is fetched: servers are not exact about sizes."""
        return self.settings().limits.message_size + _SLACK

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """In a transaction of the journal's own thread. Raises StoreUnavailable."""
        return await asyncio.wrap_future(self.journal.write(work))

    async def look(self, question: Callable[[sa.Connection], T]) -> T:
        """Asked beside the journal's thread, which others wait for. Raises StoreUnavailable."""

        def asked() -> T:
            with self.store.looking_back() as journal:
                return question(journal)

        return await asyncio.to_thread(asked)
