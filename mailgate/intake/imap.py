"""One mailbox, read for ever (DESIGN 5): what is new is journalled, and only then moved, deleted or flagged there.

Each mail counts by its UID, in a ledger of our own; what other programs read, flag or move does not matter. A push is
only a hint: at each connect and every five minutes the list of UIDs is compared with the ledger.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.intake import imap_mail
from mailgate.intake.imap_answers import Opened, Weighed
from mailgate.intake.imap_place import Reading, is_wanted, password_of
from mailgate.intake.imap_session import Refused, Session
from mailgate.intake.imap_wire import Lost
from mailgate.settings.model import Settings
from mailgate.store import blobs, ledger
from mailgate.store.db import Store
from mailgate.store.journal import Journal, Receipt
from mailgate.store.ledger import Known
from mailgate.store.transmission import Slot, digests

T = TypeVar("T")
_log = log.get("intake.imap")

COMPARED_EVERY: Final = 5 * 60.0
SHORTEST_PAUSE, LONGEST_PAUSE, GROWTH = 1.0, 2 * 60.0, 1.5
_AT_ONCE: Final = 50
_BYTES_AT_ONCE: Final = 8 * 2**20
_MOST_FAILURES: Final = 3
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
    """What all readers share. `arrived` is called in the loop after each commit."""

    settings: Callable[[], Settings]
    store: Store
    journal: Journal
    clock: Clock
    arrived: Callable[[Receipt], None]


@dataclass(slots=True)
class Reader:
    """Reads one mailbox. `may_read`: False while another node does."""

    reading: Reading
    desk: Desk
    may_read: Callable[[], bool] = lambda: True
    silence: float = 60.0
    shortest_pause: float = SHORTEST_PAUSE
    compared_every: float = COMPARED_EVERY
    condition: Condition = field(default_factory=Condition)
    _failures: dict[int, int] = field(default_factory=dict)
    _stuck: str | None = None
    """Why mails can not be put away."""
    _doubtful: bool = False
    """The server has renumbered its mails: those that look new may be known."""

    @property
    def name(self) -> str:
        """As configured."""
        return self.reading.mailbox.name

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. What breaks is tried again, for ever, with growing pauses."""
        pause = self.shortest_pause
        while not stop.is_set():
            if self.may_read():
                before = self.condition.last_scan
                await self._visit_and_tell(stop)
                pause = self.shortest_pause if self.condition.last_scan != before else pause
            with suppress(TimeoutError):
                # Spread: all mailboxes of a server that was away would come back at once.
                await asyncio.wait_for(stop.wait(), pause * random.uniform(0.5, 1.0))  # noqa: S311
            pause = min(LONGEST_PAUSE, pause * GROWTH)

    async def _visit_and_tell(self, stop: asyncio.Event) -> None:
        try:
            await self._visit(stop)
        except (Lost, Refused, ConfigurationError, StoreUnavailable, OSError) as wrong:
            self._failed(str(wrong))
        except Exception as wrong:  # noqa: BLE001  # loop of a mailbox: our own fault must not end it for good
            log.trouble(_log, "a mailbox could not be read", wrong)
            self._failed(f"{type(wrong).__name__}: {wrong}")
        finally:
            self.condition.connected = False

    def _failed(self, why: str) -> None:
        if self.condition.trouble != why:
            _log.warning("mailbox is away", mailbox=self.name, why=why)
        self.condition.trouble = why

    # -- one visit -----------------------------------------------------------------------------------------------------

    async def _visit(self, stop: asyncio.Event) -> None:
        limits = self.desk.settings().limits
        session = await Session.begun(self.reading.place, limits.message_size + _SLACK, self.silence)
        try:
            await session.log_in(self.reading.mailbox.user, password_of(self.reading))
            opened = await session.open(self.reading.folder)
            await self._settle_in(session, opened)
            self.condition.connected, expected = True, True
            loop = asyncio.get_running_loop()
            while not stop.is_set() and self.may_read():
                compared_at = loop.time()
                await self._compare(session, opened, expected=expected)
                self.condition.trouble = self._stuck
                left = compared_at + self.compared_every - loop.time()
                expected = await session.wait_for_news(max(0.05, left), stop)
        finally:
            await session.leave()

    async def _settle_in(self, session: Session, opened: Opened) -> None:
        """The first time, what lies there already is none of ours; under other UIDs, what we know is known."""
        known = await self._known()
        if known.uidvalidity == opened.uidvalidity:
            return
        present = await session.weigh(await session.uids())
        slots = [self._slot(opened, each) for each in present]
        if known.uidvalidity is None:
            early = [each for each in slots if not is_wanted(self.reading.since, each.arrived)]
            wanted = [each for each in slots if each not in early]
            now = self.desk.clock.now()
            await self._write(lambda journal: ledger.begin(journal, self.name, opened.uidvalidity, now, early, wanted))
            _log.info("mailbox is read", mailbox=self.name, left_alone=len(early), imported_silently=len(wanted))
            return
        found = await self._write(lambda journal: ledger.renumber(journal, self.name, opened.uidvalidity, slots))
        self._doubtful = True
        _log.warning("mailbox was renumbered", mailbox=self.name, known=found, mails=len(slots))

    async def _compare(self, session: Session, opened: Opened, *, expected: bool) -> None:
        """The folder against the ledger: what is new is fetched, what is outstanding is done."""
        present, known = await session.uids(), await self._known()
        here = set(present)
        await self._put_away(session, opened, [uid for uid in known.outstanding if uid in here])
        # Somebody else has taken them out of the folder: there is nothing left to do.
        await self._settle(opened, [uid for uid in known.outstanding if uid not in here])
        new = [uid for uid in known.missing(present) if self._failures.get(uid, 0) < _MOST_FAILURES]
        self._count(known, present, new, expected=expected)
        for at in range(0, len(new), _AT_ONCE):
            if blobs.is_full(self.desk.settings()):
                raise StoreUnavailable("less disk space is left than limits.free_disk")
            kept = await self._fetch(session, opened, new[at : at + _AT_ONCE], known)
            await self._put_away(session, opened, kept)
            self.condition.waiting = max(0, self.condition.waiting - len(kept))
        self._doubtful = False
        self.condition.last_scan = self.desk.clock.now()
        self.condition.oldest = self.condition.oldest if self.condition.waiting else None

    def _count(self, known: Known, present: Sequence[int], new: Sequence[int], *, expected: bool) -> None:
        self.condition.waiting = len(known.missing(present))
        if new and self.condition.oldest is None:
            self.condition.oldest = self.desk.clock.now()
        if new and not expected:
            self.condition.unaccounted += len(new)
            _log.warning("mails were there that nobody told us of", mailbox=self.name, mails=len(new))

    # -- mails ---------------------------------------------------------------------------------------------------------

    async def _fetch(self, session: Session, opened: Opened, uids: Sequence[int], known: Known) -> list[int]:
        """Into the journal, one after the other; returns those that are durable there."""
        waiting: list[tuple[int, asyncio.Future[Receipt]]] = []
        kept: list[int] = []
        size = 0
        for weighed in await session.weigh(uids):
            raw = await self._bytes_of(session, weighed)
            if raw is None:
                continue  # gone since it was listed: whoever took it has it
            slot = self._slot(opened, weighed)
            if self._doubtful and await self._is_known(raw, slot):
                kept.append(weighed.uid)
                continue
            now, settings = self.desk.clock.now(), self.desk.settings()
            source = "import" if known.states.get(weighed.uid) == "import" else None
            mail = imap_mail.transmission(settings, self.reading.mailbox, raw, slot, now, source=source)
            waiting.append((weighed.uid, asyncio.wrap_future(self.desk.journal.submit(mail))))
            size += len(raw)
            if size > _BYTES_AT_ONCE:
                kept += await self._durable(waiting)
                waiting, size = [], 0
        return kept + await self._durable(waiting)

    async def _bytes_of(self, session: Session, weighed: Weighed) -> bytes | None:
        settings = self.desk.settings()
        if weighed.size <= settings.limits.message_size:
            return await session.fetch(weighed.uid)
        header = await session.fetch(weighed.uid, "HEADER")
        if header is None:
            return None
        return imap_mail.stub(settings, self.reading.mailbox, self.reading.folder, header, weighed.size)

    async def _durable(self, waiting: Sequence[tuple[int, asyncio.Future[Receipt]]]) -> list[int]:
        """One that can not be stored keeps no other from being."""
        kept: list[int] = []
        for uid, receipt in waiting:
            try:
                stored = await receipt
            except StoreUnavailable as wrong:
                if self.desk.journal.broken:
                    raise
                self._failures[uid] = self._failures.get(uid, 0) + 1
                _log.error("a mail could not be stored", mailbox=self.name, uid=uid, why=str(wrong))
            else:
                kept.append(uid)
                self.desk.arrived(stored)
        return kept

    async def _is_known(self, raw: bytes, slot: Slot) -> bool:
        """A renumbered mail that date and size did not tell: its bytes do."""
        mail = imap_mail.transmission(self.desk.settings(), self.reading.mailbox, raw, slot, self.desk.clock.now())
        content = digests(mail).content

        def enter(journal: sa.Connection) -> bool:
            arrival = ledger.fetched_before(journal, self.name, content)
            if arrival is not None:
                ledger.keep(journal, [(slot, arrival)])
            return arrival is not None

        return await self._write(enter)

    # -- afterwards ----------------------------------------------------------------------------------------------------

    async def _put_away(self, session: Session, opened: Opened, uids: Sequence[int]) -> None:
        """What `after` wants, for mails that are durable here. A folder that takes nothing stops no mail."""
        large = {each.uid for each in await session.weigh(uids) if each.size > self._largest} if uids else set()
        mine = [uid for uid in uids if uid not in large]
        try:
            if mine and not opened.read_only:
                await self._do_after(session, mine)
        except Refused as wrong:
            self._stuck = f"mails are kept here and stay in the folder: {wrong}"
            _log.warning("mails stay in the folder", mailbox=self.name, mails=len(mine), why=str(wrong))
            return
        self._stuck = None if mine else self._stuck
        await self._settle(opened, uids)

    async def _do_after(self, session: Session, uids: Sequence[int]) -> None:
        after = self.reading.after
        if after == "delete":
            await session.delete(uids)
        elif after == "flag":
            await session.flag(uids)
        elif isinstance(after, dict):
            await self._move(session, uids, after["move"])

    async def _move(self, session: Session, uids: Sequence[int], folder: str) -> None:
        try:
            await session.move(uids, folder)
        except Refused:
            await session.create(folder)  # there is none yet; where that was not the reason, this says it
            await session.move(uids, folder)

    async def _settle(self, opened: Opened, uids: Sequence[int]) -> None:
        if uids:
            await self._write(lambda journal: ledger.settle(journal, self.name, opened.uidvalidity, uids))

    # -- the store -----------------------------------------------------------------------------------------------------

    @property
    def _largest(self) -> int:
        return self.desk.settings().limits.message_size

    def _slot(self, opened: Opened, weighed: Weighed) -> Slot:
        return Slot(self.name, opened.uidvalidity, weighed.uid, weighed.size, weighed.arrived)

    async def _known(self) -> Known:
        return await self._write(lambda journal: ledger.known(journal, self.name))

    async def _write(self, work: Callable[[sa.Connection], T]) -> T:
        return await asyncio.wrap_future(self.desk.journal.write(work))
