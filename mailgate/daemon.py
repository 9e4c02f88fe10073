"""`mailgate run`: builds everything once, runs it in one loop, keeps the workers alive, drains at SIGTERM.

The end: stop listening, let DATA in flight finish, let the workers finish their batch, send what is being sent, close.
What is left waits in rows and goes on at the next start. A second signal waits for nobody.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler

from mailgate import allocation, control, jobs, log, nursery, pages, standby, supervision, untrusted
from mailgate.births import Nursery
from mailgate.chores import chores
from mailgate.clock import Clock
from mailgate.crew import Crew
from mailgate.desk import delivery, succession
from mailgate.errors import StoreUnavailable
from mailgate.foreman import hangs_after
from mailgate.intake.smtp import Listeners, listen, nobody_listens
from mailgate.mailboxes import Mailboxes
from mailgate.mishaps import Mishaps, all_end, losses_told
from mailgate.noticing import LOOKS_EVERY_SECONDS
from mailgate.outbox import due
from mailgate.outbox.deliver import Sender
from mailgate.reloading import Followers, InForce
from mailgate.roles import ALL, Role
from mailgate.settings.model import Settings
from mailgate.store import claim, node
from mailgate.store.db import Store, open_store, state_folder
from mailgate.store.journal import Journal
from mailgate.store.leases import Tenancy
from mailgate.store.node import Node
from mailgate.store.running import Tenure, the_only_one
from mailgate.store.turns import Turns
from mailgate.web import condition

if TYPE_CHECKING:
    from mailgate.web.serving import Pages

LOG = log.get("daemon")
GRACE_SECONDS = 25.0
"""For DATA in flight; with what follows the whole end stays below 35 s."""
LONGEST_END_SECONDS = 50
"""Then the kernel ends what hangs, as it may where memory has run out."""
BATCH_SECONDS = 15.0
CHECK_SECONDS = 5.0
RELIEVES_EVERY_SECONDS = 0.1
THREADS = 8
"""For what the loop must not wait for: the sender's rows, letters with files, a reload."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What runs."""

    in_force: InForce
    store: Store
    journal: Journal
    sender: Sender
    crew: Crew
    scheduler: BackgroundScheduler
    listeners: Listeners
    mailboxes: Mailboxes
    sending: asyncio.Task[Any]
    pages: Pages | None


@dataclass
class Daemon:
    """One node with all its parts. `settings`: those it starts with; what is in force later, `reloading.py` knows.
    `started` is called with the addresses listened on, once all of it runs."""

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    roles: frozenset[Role] = ALL
    started: Callable[[Listeners], None] = lambda listeners: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    failed: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _beside: tuple[asyncio.Task[Any], ...] = ()
    """What goes on as long as it runs."""
    _nursery: Nursery = field(default_factory=Nursery)
    _node: Node | None = None
    """Who we are where several nodes share the database."""

    def run(self) -> int:
        """Until SIGTERM or SIGINT. Exit code 0 after a clean end, 1 where a part broke. Raises StoreUnavailable or
        ConfigurationError where it can not start."""
        allocation.give_back_early()
        self._nursery = nursery.opened() if Role.worker in self.roles else Nursery()
        folder, now = state_folder(self.settings), self.clock.now().isoformat(timespec="seconds")
        with (
            closing(self._nursery),
            the_only_one(folder, self.settings.version, now.replace("+00:00", "Z")) as tenure,
        ):
            asyncio.run(self.serve(tenure))
        return 1 if self.failed else 0

    def end(self) -> None:
        """Stop and drain; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stop.set)

    async def serve(self, tenure: Tenure) -> None:
        """Start, wait for `stop`, drain. `tenure`: nobody else runs on this state folder."""
        self._loop = loop = asyncio.get_running_loop()
        loop.set_exception_handler(Mishaps(self.clock))
        loop.set_default_executor(standby.threads(THREADS, "aside"))
        self._obey_signals(loop)
        in_force = InForce(self.settings, self.clock, tenure)
        store = open_store(self.settings, create=True)
        if store.is_shared:
            self._node = node.in_folder(state_folder(self.settings))
            store = replace(store, node=self._node.name)
        try:
            parts = await self._start(store, in_force)
            try:
                async with control.answering(state_folder(self.settings), in_force.reload_that):
                    supervision.notify("READY=1")
                    with losses_told(to=self._broken):
                        self.started(parts.listeners)
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
            self.hung_up.set()

    async def _start(self, store: Store, in_force: InForce) -> _Parts:
        turns, settings = Turns(), in_force.settings

        self._take_over(store)
        sender = Sender(store, settings, self.clock, turns, delivery.settled)
        workers = Crew(store, turns, self.clock, sender.wake, Role.worker in self.roles, self._nursery)
        journal, intakes = Journal(store, self.clock, self._broken), Role.intake in self.roles
        try:
            mailboxes = Mailboxes(store, journal, self.clock, turns, workers.wake, settings if intakes else None)
            listeners = await self._listen(settings, journal, workers)
            shown = await self._pages(store, in_force, listeners)
        except BaseException:
            await asyncio.to_thread(journal.close)
            raise
        scheduler = jobs.schedule(
            store,
            lambda: in_force.settings,
            self.clock,
            turns,
            chores(sender, workers, mailboxes, self._node),
            Tenancy("clock", store.node or "the only node"),
            only_own=Role.clock not in self.roles,
            woken=sender.wake,
        )
        scheduler.start()
        workers.begin(workers.hire(settings))
        in_force.followed_by(Followers(store, turns, workers, sender, listeners, mailboxes))
        sends = Role.sender in self.roles
        sending = asyncio.create_task(sender.run(self.stop) if sends else self.stop.wait(), name="sending")
        return _Parts(in_force, store, journal, sender, workers, scheduler, listeners, mailboxes, sending, shown)

    async def _listen(self, settings: Settings, journal: Journal, workers: Crew) -> Listeners:
        if Role.intake not in self.roles:
            return nobody_listens(settings, journal, self.clock)
        return await listen(settings, journal, self.clock, lambda receipt: workers.wake())

    async def _pages(self, store: Store, in_force: InForce, listeners: Listeners) -> Pages | None:
        asked = condition.asked(store, lambda: in_force.settings, in_force.running, self.clock)
        try:
            return pages.opened(in_force.settings, asked) if Role.web in self.roles else None
        except BaseException:
            await listeners.drain(0)
            raise

    def _take_over(self, store: Store) -> None:
        """What a daemon that was killed had in its hands is free again: nobody else works on this folder, and of other
        nodes nothing is touched."""
        with store.transaction(self.settings, self.clock.now()) as tx:
            if self._node:
                mails, letters = node.take_over(tx, self._node)
                self._node.beat(tx)
            else:
                mails, letters = claim.release(tx), due.release(tx)
            succession.take_over(tx, None)
        if mails or letters:
            LOG.warning("the last daemon ended in the middle of its work", mails=mails, letters=letters)

    # -- the day -------------------------------------------------------------------------------------------------------

    async def _watch(self, parts: _Parts) -> None:
        """Until `stop`: look after the parts, and tell the watchdog that the database answers."""
        every, sends = supervision.heartbeat_every(), Role.sender in self.roles
        pause = min(CHECK_SECONDS, every.total_seconds()) if every else CHECK_SECONDS
        stopping, sending = asyncio.create_task(self.stop.wait()), supervision.Standstill(lambda: parts.sender.rounds)
        database = supervision.Question(lambda: self._database_answers(parts.store))
        self._beside = (
            parts.sending,
            asyncio.create_task(self._reload_when_asked(parts.in_force), name="reloading"),
            asyncio.create_task(self._relieve_workers(parts.crew), name="relieving"),
        )
        while not self.stop.is_set():
            await asyncio.wait({stopping, *self._beside}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            parts.crew.check()
            jobs.keep_up(parts.scheduler, self.clock.now())
            ended = [each for each in self._beside if each.done()]
            if ended and not self.stop.is_set():
                self._broken(f"{ended[0].get_name()} has ended: {ended[0].exception()!r}")
            elif not self.stop.is_set() and sends and sending.is_too_long(pause, hangs_after(parts.in_force.settings)):
                self._broken("sending stands still: a step of it does not end")
            elif database.was_answered():
                supervision.notify("WATCHDOG=1")

    async def _relieve_workers(self, workers: Crew) -> None:
        while not self.stop.is_set():
            await asyncio.sleep(RELIEVES_EVERY_SECONDS)
            if workers.is_relief_due:
                await asyncio.to_thread(workers.relieve)

    async def _reload_when_asked(self, in_force: InForce) -> None:
        """At SIGHUP, and after files were saved where the configuration wants that."""
        while not self.stop.is_set():
            try:
                await asyncio.wait_for(self.hung_up.wait(), LOOKS_EVERY_SECONDS)
            except TimeoutError:
                await in_force.reload_on_change()
            else:
                self.hung_up.clear()
                await in_force.reload()

    def _database_answers(self, store: Store) -> bool:
        try:
            with store.reading(self.settings, self.clock.now()) as tx:
                tx.value(sa.text("SELECT 1"))
        except (StoreUnavailable, MemoryError) as wrong:
            LOG.error("the database does not answer", why=untrusted.in_words(wrong))
            return False
        return True

    def _broken(self, why: str) -> None:
        """End, and let the supervisor start us again. After a failed fsync, for one, nothing the kernel kept is to be
        trusted. May be called from any thread."""
        self.failed = True
        self.end()
        LOG.error("stopping", why=why)

    # -- the end -------------------------------------------------------------------------------------------------------

    async def _drain(self, parts: _Parts) -> None:
        LOG.info("draining")
        supervision.notify("STOPPING=1")
        signal.alarm(LONGEST_END_SECONDS)
        hurrying = asyncio.create_task(self._hurry(parts))
        await all_end(
            parts.listeners.drain(GRACE_SECONDS),
            parts.mailboxes.end(),
            self._end_work(parts),
            asyncio.to_thread(parts.scheduler.shutdown),
            asyncio.wait({parts.sending}, timeout=GRACE_SECONDS),
            *([parts.pages.end()] if parts.pages else []),
        )
        hurrying.cancel()
        await all_end(asyncio.to_thread(parts.journal.close))

    async def _end_work(self, parts: _Parts) -> None:
        await parts.in_force.close()
        await asyncio.to_thread(parts.crew.rest, BATCH_SECONDS)

    async def _hurry(self, parts: _Parts) -> None:
        """A second signal: hang up, and leave to the next start what the workers are at."""
        await self.hurry.wait()
        LOG.warning("stopping at once")
        parts.crew.kill()
        await parts.listeners.drain(0)
