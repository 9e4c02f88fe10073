"""`mailgate run`: builds everything once, runs it in one loop, keeps the workers alive, drains at SIGTERM.

Order of the end: stop listening, let DATA in flight finish, let the workers finish their batch, send what is being
sent, close. What is left waits in rows and goes on at the next start.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from mailgate import jobs, log, supervision
from mailgate.clock import Clock
from mailgate.desk import delivery
from mailgate.foreman import Foreman
from mailgate.intake.smtp import Listeners, listen
from mailgate.outbox.deliver import Sender
from mailgate.settings.model import Settings
from mailgate.store.db import Store, open_store
from mailgate.store.journal import Journal, Receipt
from mailgate.store.turns import Turns

LOG = log.get("daemon")
GRACE_SECONDS = 30.0
CHECK_SECONDS = 5.0


@dataclass
class Daemon:
    """One node with all its parts. `started` is called with the addresses listened on, once all of it runs."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    started: Callable[[Listeners], None] = lambda listeners: None
    arrived: Callable[[Receipt], None] = lambda receipt: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False
    _loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> int:
        """Until SIGTERM or SIGINT. Exit code 0 after a clean end, 1 where the store broke."""
        asyncio.run(self.serve())
        return 1 if self.failed else 0

    def end(self) -> None:
        """Stop and drain; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop.set)

    async def serve(self) -> None:
        """Start, wait for `stop`, drain."""
        loop = self._loop = asyncio.get_running_loop()
        store = open_store(self.settings, create=True)

        def broken(why: str) -> None:
            loop.call_soon_threadsafe(self._broken, why)

        journal = Journal(store, self.clock, broken)
        turns = Turns()
        sender = Sender(store, self.settings, self.clock, turns, delivery.settled)
        foremen = [self._foreman(f"worker-{n}", store, turns, sender) for n in range(1, self.settings.workers + 1)]
        scheduler = jobs.schedule(store, self.settings, self.clock, turns)
        listeners = await listen(self.settings, journal, self.clock, self._woken(foremen))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        for foreman in foremen:
            foreman.start()
        scheduler.start()
        sending = asyncio.create_task(sender.run(self.stop))
        supervision.notify("READY=1")
        self.started(listeners)
        await self._watch(store, foremen)
        LOG.info("draining")
        supervision.notify("STOPPING=1")
        await listeners.drain(GRACE_SECONDS)
        scheduler.shutdown(wait=False)
        await asyncio.gather(*(asyncio.to_thread(foreman.stop, GRACE_SECONDS) for foreman in foremen))
        await sending
        await asyncio.to_thread(journal.close)
        store.close()
        LOG.info("stopped")

    def _foreman(self, name: str, store: Store, turns: Turns, sender: Sender) -> Foreman:
        return Foreman(name, store, self.settings, turns, self.clock, letters=sender.wake)

    def _woken(self, foremen: list[Foreman]) -> Callable[[Receipt], None]:
        def arrived(receipt: Receipt) -> None:
            for foreman in foremen:
                foreman.wake()
            self.arrived(receipt)

        return arrived

    async def _watch(self, store: Store, foremen: list[Foreman]) -> None:
        """Until `stop`: look after the workers, and tell the watchdog that the database answers."""
        every = supervision.heartbeat_every()
        pause = min(CHECK_SECONDS, every.total_seconds()) if every else CHECK_SECONDS
        while not self.stop.is_set():
            try:
                await asyncio.wait_for(self.stop.wait(), pause)
            except TimeoutError:
                for foreman in foremen:
                    foreman.check()
                await asyncio.to_thread(_database_answers, store)
                supervision.notify("WATCHDOG=1")

    def _broken(self, why: str) -> None:
        """An fsync failed: what the kernel kept is not to be trusted. End, and let the supervisor start us again."""
        LOG.error("the journal can not be written any more; stopping", why=why)
        self.failed = True
        self.stop.set()


def _database_answers(store: Store) -> None:
    with store.desk.connect().execution_options(read_only=True) as connection:
        connection.execute(sa.text("SELECT 1"))
