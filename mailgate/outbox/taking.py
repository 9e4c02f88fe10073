"""Taking letters to send: each time in a name of its own, so that nobody, not even we ourselves in another round, can
mistake it for his. Where the answer to our COMMIT was lost, or there was no memory to begin with what it took, nobody
has begun with it: that is given back.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.outbox import due
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.turns import Turns


class Taker:
    """Takes letters for one sender, called `name` and a suffix for each time."""

    def __init__(self, store: Store, turns: Turns, name: str) -> None:
        self._store = store
        self._turns = turns
        self._name = name
        self._unheard: set[str] = set()
        """Names of claims with which nobody has begun, if they were committed at all."""

    def take(self, settings: Settings, now: datetime, most: int, length: timedelta) -> list[sa.Row[Any]]:
        """At most so many letters that are due, ours for that long. Raises StoreUnavailable."""
        with self._store.reading(settings, now) as tx:
            ids = due.due(tx, most)
        if not ids and not self._unheard:
            return []
        worker, unheard = f"{self._name}:{secrets.token_hex(4)}", tuple(self._unheard)
        try:
            with self._turns.turn(), self._store.claiming(settings, now) as tx:
                if unheard:
                    due.give_back(tx, unheard)
                    ids = due.due(tx, most)
                taken = due.claim(tx, ids, worker, now + length)
        except (StoreUnavailable, MemoryError):
            self._unheard.add(worker)
            raise
        self._unheard.difference_update(unheard)
        return taken

    def has_not_begun(self, letters: Iterable[sa.Row[Any]]) -> None:
        """These were taken for nothing: they are free again with the next that are taken."""
        self._unheard.update(each.worker for each in letters)
