"""The mailboxes of the configuration, each with a reader of its own.

Their library is an extra: without it, mail comes in by SMTP and LMTP just the same, and a configured mailbox says what
is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from mailgate import log
from mailgate.clock import Clock
from mailgate.desk import mailboxes as written
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx
from mailgate.store.journal import Journal
from mailgate.store.leases import Tenancy
from mailgate.store.turns import Turns

if TYPE_CHECKING:
    from mailgate.intake.imap import Reader
    from mailgate.intake.imap_place import Reading

LOG = log.get("mailboxes")
LAST_SECONDS: Final = 5.0
"""To finish what is being stored and fetched; then it is given up, and fetched again later."""


@dataclass(slots=True)
class _Running:
    """A reader at work. `leave`: it is to stop. `lease`: who of several nodes reads this mailbox."""

    reader: Reader
    lease: Tenancy | None
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Mailboxes:
    """All readers of this process, begun in the running loop; none without `settings`, on a node that takes no mail.
    `arrived` is called after each commit. Raises ConfigurationError."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        clock: Clock,
        turns: Turns,
        arrived: Callable[[], None],
        settings: Settings | None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._turns = turns
        self._arrived = arrived
        self._takes_mail = settings is not None
        self._settings: Settings | None = None
        self._running: dict[str, _Running] = {}
        self._leases: dict[str, Tenancy] = {}
        """By name, for as long as we live: whoever reads a mailbox after a reload goes on under the same lease."""
        self._leaving: set[asyncio.Task[None]] = set()
        if settings:
            self.go_by(settings)

    @property
    def troubles(self) -> dict[str, str]:
        """Why mailboxes can not be read, by name; empty where all can."""
        conditions = ((name, each.reader.condition.trouble) for name, each in self._running.items())
        return {name: trouble for name, trouble in conditions if trouble}

    def prove(self, settings: Settings) -> None:
        """Raises ConfigurationError where a mailbox can not be read as it is written; changes nothing."""
        _readings(settings)

    def go_by(self, settings: Settings) -> None:
        """Read these mailboxes from now on; those that stay as they were go on. Called in the loop. Raises
        ConfigurationError, and changes nothing then."""
        readings = {each.mailbox.name: each for each in _readings(settings)} if self._takes_mail else {}
        self._settings = settings
        for name, running in list(self._running.items()):
            if readings.get(name) != running.reader.reading:
                self._dismiss(self._running.pop(name))
        before = frozenset(self._leaving)
        for name, reading in readings.items():
            if name not in self._running:
                self._running[name] = self._begun(reading, before)

    async def end(self) -> None:
        """Finish what is being stored, and leave all mailboxes."""
        for running in self._running.values():
            self._dismiss(running)
        self._running.clear()
        if self._leaving:
            await _gone(frozenset(self._leaving))

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def keep_leases(self, tx: Tx) -> int:
        """A job, where several nodes share the database: one of them reads a mailbox, another when that one dies."""
        return sum(each.lease.keep(tx) for each in list(self._running.values()) if each.lease)

    def look(self, store: Store, tx: Tx) -> Callable[[Tx], int] | None:
        """A job: what has changed about them is to be written down, for `mailgate status`."""
        now = {name: each.reader.condition for name, each in list(self._running.items()) if each.reader.may_read()}
        changed = written.changed(tx, {name: asdict(condition) for name, condition in now.items()}, self._names())
        return (lambda tx: written.write(tx, changed)) if changed else None

    def _names(self) -> frozenset[str]:
        return frozenset(each.name for each in self._settings.intake.imap) if self._settings else frozenset()

    # -- readers -------------------------------------------------------------------------------------------------------

    def _begun(self, reading: Reading, before: frozenset[asyncio.Task[None]]) -> _Running:
        """Once those `before` have left: one of them may still be fetching the same mails."""
        from mailgate.intake.imap import Desk, Reader

        lease = self._lease(reading.mailbox.name) if self._store.node else None
        desk = Desk(self._in_force, self._store, self._journal, self._clock, lambda receipt: self._arrived())
        running = _Running(Reader(reading, desk, lambda: lease is None or lease.held is not None), lease)

        async def read() -> None:
            if before:
                await _gone(before)
            try:
                await running.reader.run(running.leave)
            finally:
                await self._let_go(lease)

        running.task = asyncio.create_task(read(), name=f"imap:{reading.mailbox.name}")
        return running

    def _lease(self, name: str) -> Tenancy:
        return self._leases.setdefault(name, Tenancy(f"imap:{name}", self._store.node))

    async def _let_go(self, lease: Tenancy | None) -> None:
        """Its reader has left. Where no other reader of ours has come for it, another node may have it at once."""
        if lease is None or self._is_wanted(lease):
            return
        try:
            await asyncio.to_thread(self._give_up, lease)
        except StoreUnavailable as wrong:
            lease.held = None  # who knows whose it is when we come again
            LOG.warning("another node has to wait until our lease is over", lease=lease.name, why=str(wrong))

    def _give_up(self, lease: Tenancy) -> None:
        with self._turns.turn(), self._store.transaction(self._in_force(), self._clock.now()) as tx:
            if not self._is_wanted(lease):
                lease.give_up(tx)

    def _is_wanted(self, lease: Tenancy) -> bool:
        return any(each.lease is lease for each in list(self._running.values()))

    def _in_force(self) -> Settings:
        assert self._settings is not None, "readers begin with settings"
        return self._settings

    def _dismiss(self, running: _Running) -> None:
        running.leave.set()
        if running.task:
            self._leaving.add(running.task)
            running.task.add_done_callback(self._leaving.discard)


async def _gone(leaving: frozenset[asyncio.Task[None]]) -> None:
    _, late = await asyncio.wait(leaving, timeout=LAST_SECONDS)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=LAST_SECONDS / 2)


def unreadable(settings: Settings) -> Sequence[tuple[int, str]]:
    """The mailboxes that can not be read as they are written, each by its place in `intake.imap`, and why."""
    return _looked_at(settings)[1]


def _readings(settings: Settings) -> Sequence[Reading]:
    readings, wrong = _looked_at(settings)
    if wrong:
        raise ConfigurationError(wrong[0][1])
    return readings


def _looked_at(settings: Settings) -> tuple[Sequence[Reading], Sequence[tuple[int, str]]]:
    if not settings.intake.imap:
        return (), ()
    if find_spec("aioimaplib") is None:
        return (), [(0, "intake.imap: aioimaplib is not installed; install mailgate[imap]")]
    # Imported only here: an extra that is not installed must not keep the daemon from starting.
    from mailgate.intake.imap_place import clashes, reading_of

    readings: list[Reading] = []
    wrong: list[tuple[int, str]] = []
    for number, mailbox in enumerate(settings.intake.imap):
        try:
            readings.append(reading_of(settings, mailbox))
        except ConfigurationError as why:
            wrong.append((number, str(why)))
    wrong += [(settings.intake.imap.index(each.mailbox), why) for each, why in clashes(readings)]
    return readings, wrong
