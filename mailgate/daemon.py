"""`mailgate run`: builds everything once, runs it in one loop, keeps the workers alive, drains at SIGTERM.

The end: stop listening, let DATA in flight finish, let the workers finish their batch, send what is being sent, close.
What is left waits in rows and goes on at the next start. A second signal waits for nobody.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler

from mailgate import jobs, log, supervision
from mailgate.clock import Clock
from mailgate.desk import delivery
from mailgate.errors import StoreUnavailable
from mailgate.foreman import Foreman
from mailgate.intake.smtp import Listeners, listen
from mailgate.outbox import due
from mailgate.outbox.deliver import Sender
from mailgate.settings.model import Settings
from mailgate.store import claim
from mailgate.store.db import Store, open_store, state_folder
from mailgate.store.journal import Journal, Receipt
from mailgate.store.running import the_only_one
from mailgate.store.turns import Turns

LOG = log.get("daemon")
GRACE_SECONDS = 25.0
"""For DATA in flight; with what follows the whole end stays below 35 s."""
BATCH_SECONDS = 15.0
CHECK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Parts:
    """What runs."""

    store: Store
    journal: Journal
    sender: Sender
    foremen: tuple[Foreman, ...]
    scheduler: BackgroundScheduler
    listeners: Listeners
    sending: asyncio.Task[None]


@dataclass
class Daemon:
    """One node with all its parts. `started` is called with the addresses listened on, once all of it runs."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    started: Callable[[Listeners], None] = lambda listeners: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False
    _loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> int:
        """Until SIGTERM or SIGINT. Exit code 0 after a clean end, 1 where a part broke. Raises StoreUnavailable or
        ConfigurationError where it can not start."""
        folder, now = state_folder(self.settings), self.clock.now().isoformat(timespec="seconds")
        with the_only_one(folder, self.settings.version, now.replace("+00:00", "Z")):
            asyncio.run(self.serve())
        return 1 if self.failed else 0

    def end(self) -> None:
        """Stop and drain; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop.set)

    async def serve(self) -> None:
        """Start, wait for `stop`, drain. Nobody else may run on this state folder."""
        self._loop = asyncio.get_running_loop()
        self._obey_signals(self._loop)
        store = open_store(self.settings, create=True)
        try:
            parts = await self._start(store)
            supervision.notify("READY=1")
            self.started(parts.listeners)
            try:
                await self._watch(parts)
            finally:
                await self._drain(parts)
        finally:
            store.close()
        LOG.info("stopped")

    # -- the beginning -------------------------------------------------------------------------------------------------

    def _obey_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        loop.add_signal_handler(signal.SIGHUP, self._hung_up)

    def _told_to_stop(self) -> None:
        if self.stop.is_set():
            self.hurry.set()
        self.stop.set()

    def _hung_up(self) -> None:
        if sys.stderr.isatty():
            self.stop.set()  # the terminal was closed
        else:
            LOG.warning("reloading is not built yet; restart to use a changed configuration")

    async def _start(self, store: Store) -> _Parts:
        loop, turns = asyncio.get_running_loop(), Turns()

        def broken(why: str) -> None:
            loop.call_soon_threadsafe(self._broken, f"the journal can not be written any more: {why}")

        self._take_over(store)
        sender = Sender(store, self.settings, self.clock, turns, delivery.settled)
        foremen = tuple(
            Foreman(f"worker-{number}", store, self.settings, turns, self.clock, sender.wake)
            for number in range(1, self.settings.workers + 1)
        )
        journal = Journal(store, self.clock, broken)
        try:
            listeners = await listen(self.settings, journal, self.clock, _waking(foremen))
        except BaseException:
            await asyncio.to_thread(journal.close)
            raise
        scheduler = jobs.schedule(store, self.settings, self.clock, turns)
        scheduler.start()
        for foreman in foremen:
            foreman.start()
        sending = asyncio.create_task(sender.run(self.stop), name="sender")
        return _Parts(store, journal, sender, foremen, scheduler, listeners, sending)

    def _take_over(self, store: Store) -> None:
        """What a daemon that was killed had in its hands is free again: nobody else works on this folder."""
        with store.transaction(self.settings, self.clock.now()) as tx:
            mails, letters = claim.release(tx), due.release(tx)
        if mails or letters:
            LOG.warning("the last daemon ended in the middle of its work", mails=mails, letters=letters)

    # -- the day -------------------------------------------------------------------------------------------------------

    async def _watch(self, parts: _Parts) -> None:
        """Until `stop`: look after the parts, and tell the watchdog that the database answers."""
        every = supervision.heartbeat_every()
        pause = min(CHECK_SECONDS, every.total_seconds()) if every else CHECK_SECONDS
        stopping = asyncio.create_task(self.stop.wait())
        while not self.stop.is_set():
            await asyncio.wait({stopping, parts.sending}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            for foreman in parts.foremen:
                foreman.check()
            if parts.sending.done() and not self.stop.is_set():
                self._broken(f"sending has ended: {parts.sending.exception()!r}")
            elif await asyncio.to_thread(self._database_answers, parts.store):
                supervision.notify("WATCHDOG=1")

    def _database_answers(self, store: Store) -> bool:
        try:
            with store.reading(self.settings, self.clock.now()) as tx:
                tx.value(sa.text("SELECT 1"))
        except StoreUnavailable as wrong:
            LOG.error("the database does not answer", why=str(wrong))
            return False
        return True

    def _broken(self, why: str) -> None:
        """End, and let the supervisor start us again. After a failed fsync, for one, nothing the kernel kept is to be
        trusted."""
        LOG.error("stopping", why=why)
        self.failed = True
        self.stop.set()

    # -- the end -------------------------------------------------------------------------------------------------------

    async def _drain(self, parts: _Parts) -> None:
        LOG.info("draining")
        supervision.notify("STOPPING=1")
        hurrying = asyncio.create_task(self._hurry(parts))
        await _all(
            parts.listeners.drain(GRACE_SECONDS),
            *(asyncio.to_thread(foreman.stop, BATCH_SECONDS) for foreman in parts.foremen),
            asyncio.to_thread(parts.scheduler.shutdown),
            parts.sending,
        )
        hurrying.cancel()
        await _all(asyncio.to_thread(parts.journal.close))

    async def _hurry(self, parts: _Parts) -> None:
        """A second signal: hang up, and leave to the next start what the workers are at."""
        await self.hurry.wait()
        LOG.warning("stopping at once")
        for foreman in parts.foremen:
            foreman.kill()
        await parts.listeners.drain(0)


def _waking(foremen: tuple[Foreman, ...]) -> Callable[[Receipt], None]:
    def arrived(receipt: Receipt) -> None:
        for foreman in foremen:
            foreman.wake()

    return arrived


async def _all(*endings: Awaitable[Any]) -> None:
    """Wait for all; one that fails is logged and keeps no other from ending well."""
    for result in await asyncio.gather(*endings, return_exceptions=True):
        if isinstance(result, Exception):
            LOG.error("did not end well", error=f"{type(result).__name__}: {result}")
