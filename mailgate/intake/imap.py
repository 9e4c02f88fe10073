"""One mailbox, read for ever (DESIGN 5): what is new is journalled, and only then moved, deleted or flagged there.

Each mail counts by its UID, in a ledger of our own; what other programs read, flag or move does not matter. A push is
only a hint, at which just newer mails are asked for: at each connect and every five minutes the list of all UIDs is
compared with the ledger.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from mailgate import log
from mailgate.errors import ConfigurationError, StoreUnavailable
from mailgate.intake import imap_arriving
from mailgate.intake.imap_afterwards import Afterwards
from mailgate.intake.imap_answers import Opened
from mailgate.intake.imap_desk import Condition, Desk
from mailgate.intake.imap_fetching import Batch, Fetching
from mailgate.intake.imap_login import enter, explained
from mailgate.intake.imap_place import Reading
from mailgate.intake.imap_session import Refused, Session
from mailgate.intake.imap_wire import Lost
from mailgate.store import blobs, ledger, renumbering
from mailgate.store.ledger import Following, Outstanding

__all__ = ["Desk", "Reader"]

_log = log.get("intake.imap")

COMPARED_EVERY: Final = 5 * 60.0
SHORTEST_PAUSE, LONGEST_PAUSE, GROWTH = 1.0, 2 * 60.0, 1.5
_BREATH: Final = 0.05
"""Seconds between two looks at a folder, whatever the server says."""


@dataclass(slots=True)
class _Visit:
    """One login, in the opened folder."""

    session: Session
    opened: Opened
    following: Following
    stop: asyncio.Event
    highest: int = 0
    """The highest UID that was listed."""


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
    _fetching: Fetching = field(init=False)
    _afterwards: Afterwards = field(init=False)

    def __post_init__(self) -> None:
        self._fetching = Fetching(self.reading, self.desk, self.condition)
        self._afterwards = Afterwards(self.reading, self.desk, patience=self.compared_every)

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
            else:
                self.condition.trouble = None  # it is that of the node that reads now
            with suppress(TimeoutError):
                # Spread: all mailboxes of a server that was away would come back at once.
                await asyncio.wait_for(stop.wait(), pause * random.uniform(0.5, 1.0))  # noqa: S311
            pause = min(LONGEST_PAUSE, pause * GROWTH) if self.may_read() else self.shortest_pause

    async def _visit_and_tell(self, stop: asyncio.Event) -> None:
        try:
            await self._visit(stop)
        except (Lost, Refused, ConfigurationError, StoreUnavailable, OSError) as wrong:
            self._failed(explained(self.reading, wrong))
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
        session = await Session.begun(self.reading.place, self.desk.longest, self.silence)
        try:
            await enter(session, self.reading, self.desk.clock)
            opened = await session.open(self.reading.folder)
            following = await imap_arriving.settle_in(session, opened, self.reading, self.desk)
            self.condition.connected = True
            await self._stay(_Visit(session, opened, following, stop))
        finally:
            await session.leave()

    async def _stay(self, visit: _Visit) -> None:
        loop, expected, compared_at = asyncio.get_running_loop(), True, float("-inf")
        while not visit.stop.is_set() and self.may_read():
            heard, now = visit.session.news, loop.time()
            is_due = compared_at + self.compared_every <= now
            compared_at = now if is_due else compared_at
            await self._look(visit, expected=expected, whole=is_due)
            await asyncio.sleep(_BREATH)
            left = compared_at + self.compared_every - loop.time()
            expected = await visit.session.wait_for_news(max(_BREATH, left), visit.stop, heard)

    async def _look(self, visit: _Visit, *, expected: bool, whole: bool) -> None:
        """The folder against the ledger: what is new is fetched; `whole`: and what is outstanding is done."""
        place, uidvalidity = self.reading.ledger, visit.opened.uidvalidity
        present = await visit.session.uids(above=0 if whole else visit.highest)
        visit.highest = max((visit.highest, *present[-1:]))
        if whole:
            await self._do_outstanding(visit, frozenset(present))
        states = await self.desk.look(lambda journal: ledger.states(journal, place, uidvalidity, present))
        missing = ledger.missing(states, present)
        self._count(missing, whole=whole, expected=expected)
        await self._fetch(visit, self._fetching.in_order(missing), states)
        if visit.stop.is_set():
            return
        if whole and visit.following.renumbered:
            await self.desk.write(lambda journal: renumbering.compared(journal, place))
            visit.following = Following(uidvalidity, visit.following.since, renumbered=False)
        self.condition.last_scan = self.desk.clock.now()
        self.condition.oldest = self.condition.oldest if self.condition.waiting else None
        if whole or self._afterwards.stuck:
            self.condition.trouble = self._afterwards.trouble or self._fetching.hopeless(missing)

    async def _do_outstanding(self, visit: _Visit, here: frozenset[int]) -> None:
        place, uidvalidity = self.reading.ledger, visit.opened.uidvalidity
        all_of_them = await self.desk.look(lambda journal: ledger.outstanding(journal, place, uidvalidity))
        # Somebody else has taken them out of the folder: there is nothing left to do.
        await self._afterwards.settle(visit.opened, all_of_them.beside(here))
        mails = all_of_them.among(here)
        await self._afterwards.do(visit.session, visit.opened, mails)
        await self._afterwards.do_doubtful(visit.session, visit.opened, mails)

    async def _fetch(self, visit: _Visit, new: Sequence[int], states: dict[int, str]) -> None:
        doubtful = visit.following.since if visit.following.renumbered else None
        if new and blobs.is_full(self.desk.settings()):
            raise StoreUnavailable("less disk space is left than limits.free_disk")
        batch = Batch(self.reading.ledger, visit.opened, new, states, doubtful)

        async def put_away(kept: list[int]) -> None:
            await self._afterwards.do(visit.session, visit.opened, Outstanding(kept))

        await self._fetching.keep(visit.session, batch, lambda: not visit.stop.is_set() and self.may_read(), put_away)

    def _count(self, missing: Sequence[int], *, whole: bool, expected: bool) -> None:
        self.condition.waiting = len(missing) if whole else self.condition.waiting + len(missing)
        new = [uid for uid in missing if not self._fetching.against[uid]]
        if new and self.condition.oldest is None:
            self.condition.oldest = self.desk.clock.now()
        if new and not expected:
            self.condition.unaccounted += len(new)
            _log.warning("mails were there that nobody told us of", mailbox=self.name, mails=len(new))
