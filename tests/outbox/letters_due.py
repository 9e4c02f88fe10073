"""What stories of delivery begin with: a desk with letters that are due, and a sender that remembers what it told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from mailgate.clock import SetClock
from mailgate.outbox.answers import Outcome
from mailgate.outbox.deliver import Sender
from mailgate.outbox.patience import Patience
from mailgate.settings.model import Settings
from mailgate.store.db import Tx, open_store
from mailgate.store.tables import File, Letter, table_of
from mailgate.store.turns import Turns

LETTER = table_of(Letter)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALM = Patience(gather=0.05, poll=0.05)
HASTE = Patience(command=1, data=0.5, gather=0.05)
"""Deadlines for stories in which a relay does not answer."""

T = TypeVar("T")


@dataclass
class Outbox:
    """A desk in a temporary folder, with `delivery.relays` as given."""

    folder: Path
    relays: list[dict[str, Any]]
    clock: SetClock = field(default_factory=lambda: SetClock(MORNING))
    told: list[tuple[int, Outcome]] = field(default_factory=list)
    alerts: str | None = None
    """alerts.relay"""
    dkim: list[dict[str, str]] = field(default_factory=list)
    """delivery.dkim"""

    def __post_init__(self) -> None:
        self.settings = Settings(
            site={"admins": ["ops@example.com"], "state": str(self.folder)},
            addresses=[{"address": "support@example.com", "subaddress": True}],
            delivery={"relays": self.relays, "dkim": self.dkim},
            alerts={"relay": self.alerts},
        )
        self.store = open_store(self.settings, create=True)
        self.turns = Turns()

    def put(
        self, to: str, *, envelope_from: str = "support+b-x@example.com", text: str = "Hello\n", **more: Any
    ) -> int:
        """Queue one letter; returns its id."""
        sender = more.pop("sender", "support@example.com")
        with self.store.transaction(self.settings, self.clock.now()) as tx:
            number = (tx.value(sa.select(sa.func.max(LETTER.c.id))) or 0) + 1
            message_id = f"{1000 + number}.token@example.com"
            header = (
                f"From: Example Support\r\n <{sender}>\r\nTo: <{to}>\r\nSubject: [#1001] Hello\r\n"
                f"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <{message_id}>\r\n"
            )
            values: dict[str, Any] = {
                "id": number, "ticket": 1001, "template": "reply", "to": to, "envelope_from": envelope_from,
                "subject": "[#1001] Hello", "created_at": tx.now, "next_at": tx.now, "message_id": message_id,
                "header": header.encode(), "text": text, "html": f"<p>{text}</p>", "files": [],
            }  # fmt: skip
            tx.execute(sa.insert(LETTER).values({**values, **more}))
        return number

    def file(self, content: bytes) -> dict[str, Any]:
        """Store a file; returns what a letter says of it."""
        digest = hashlib.sha256(content).hexdigest()
        with self.store.transaction(self.settings, self.clock.now()) as tx:
            tx.execute(sa.insert(table_of(File)).values(sha256=digest, size=len(content), content=content))
        return {"name": "log.bin", "type": "application/octet-stream", "sha256": digest, "cid": None}

    def __getitem__(self, letter: int) -> sa.Row[Any]:
        """The row of a letter."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            row = tx.first(sa.select(LETTER).where(LETTER.c.id == letter))
        assert row is not None
        return row

    def states(self) -> list[str]:
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return [row.state for row in tx.all(sa.select(LETTER.c.state).order_by(LETTER.c.id))]

    def answered(self) -> int:
        """How many letters say what became of them, or why they wait."""
        with self.store.reading(self.settings, self.clock.now()) as tx:
            return int(tx.value(sa.select(sa.func.count(LETTER.c.answer))))

    def sender(self, patience: Patience = CALM) -> Sender:
        """A sender of this desk."""
        return Sender(self.store, self.settings, self.clock, self.turns, self._settled, patience)

    def rounds(self, *steps: Callable[[], Any] | timedelta, patience: Patience = CALM) -> None:
        """One round of sending, then each step (time that passes, or something that happens) and another round."""
        self.with_sender(lambda sender: self._rounds(sender, steps), patience)

    def with_sender(self, story: Callable[[Sender], Awaitable[T]], patience: Patience = CALM) -> T:
        """Run a story that needs the sender itself."""

        async def told() -> T:
            sender = self.sender(patience)
            try:
                return await story(sender)
            finally:
                await sender.close()

        return asyncio.run(told())

    async def _rounds(self, sender: Sender, steps: tuple[Callable[[], Any] | timedelta, ...]) -> None:
        await sender.send_due()
        for step in steps:
            self.clock.advance(step) if isinstance(step, timedelta) else await asyncio.to_thread(step)
            await sender.send_due()

    def _settled(self, tx: Tx, letter: sa.Row[Any], outcome: Outcome) -> None:
        self.told.append((letter.id, outcome))
