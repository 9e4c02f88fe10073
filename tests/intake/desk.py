"""An open intake for a test: real listeners on free ports, a real journal, and journals that fail when told to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.intake.endpoint import Endpoint
from mailgate.intake.smtp import Listeners, listen
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Duration
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Receipt, Transmission, Waiter
from mailgate.store.tables import Arrival, Retransmission, table_of
from tests.intake.raw import Client, connect

ARRIVAL = table_of(Arrival)
RETRANSMISSION = table_of(Retransmission)


def seconds(amount: float) -> Duration:
    """A duration shorter than the configuration can say, so that a test need not wait."""
    return Duration(amount, "s")  # type: ignore[arg-type]


def settings_for(
    folder: Path, *, intake: dict[str, Any] | None = None, agents: dict[str, Any] | None = None, **limits: Any
) -> Settings:
    """One address, listeners on free ports, everything else as it is by default."""
    return Settings.model_validate(
        {
            "site": {"admins": ["ops@example.com"], "state": str(folder)},
            "addresses": [{"address": "support@example.com", "subaddress": True}, {"address": "it@example.com"}],
            "intake": {"smtp": {"listen": "127.0.0.1:0"}, **(intake or {})},
            "agents": agents or {},
            "limits": {"free_disk": "1MiB", **limits},
        }
    )


@dataclass
class Desk:
    """An open intake."""

    settings: Settings
    store: Store
    journal: Journal
    listeners: Listeners
    receipts: list[Receipt] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    def at(self, source: str = "smtp") -> Endpoint:
        return next(one.at for one in self.listeners.addresses if one.source == source)

    async def call(
        self, source: str = "smtp", *, tls: ssl.SSLContext | None = None, ip: str = "127.0.0.1", greeted: bool = True
    ) -> Client:
        """A new connection; its greeting is read unless told otherwise."""
        client = await connect(self.at(source), tls, ip)
        self.clients.append(client)
        if greeted:
            assert (said := await client.reply()).startswith("220 example.com "), said
        return client

    def rows(self) -> list[sa.Row[Any]]:
        with self.store.journal.connect() as journal:
            return list(journal.execute(sa.select(ARRIVAL).order_by(ARRIVAL.c.id)).all())

    @property
    def reception(self) -> Any:
        """What the sessions share, to look into."""
        return self.listeners._reception


@asynccontextmanager
async def open_desk(
    folder: Path, journal: Callable[[Store, Clock], Journal] = Journal, **settings: Any
) -> AsyncIterator[Desk]:
    """`async with open_desk(tmp_path, connections=3) as desk`."""
    chosen = settings_for(folder, **settings)
    store = open_store(chosen, create=True)
    receipts: list[Receipt] = []
    written = journal(store, Clock())
    desk = Desk(chosen, store, written, await listen(chosen, written, Clock(), receipts.append), receipts)
    try:
        yield desk
    finally:
        await asyncio.gather(*(client.close() for client in desk.clients))
        await desk.listeners.drain(1)
        written.close()
        store.close()


class HeldJournal(Journal):
    """A journal that takes its time: nothing is committed before `let_go`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self.held: list[tuple[Sequence[Transmission], Waiter]] = []
        self.came = asyncio.Event()

    def hand_in(self, mails: Sequence[Transmission], receipt: Waiter) -> None:
        self.held.append((mails, receipt))
        self.came.set()

    def let_go(self) -> None:
        for mails, receipt in self.held:
            super().hand_in(mails, receipt)
        self.held.clear()


def failing(wrong: Exception) -> Callable[[Store, Clock], Journal]:
    """A journal that fails every time with `wrong`."""

    class FailingJournal(Journal):
        def hand_in(self, mails: Sequence[Transmission], receipt: Waiter) -> None:
            for _ in mails:
                receipt.set_exception(wrong)

    return FailingJournal
