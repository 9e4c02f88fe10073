"""Fetched mails on their way into the journal: some are gathered, others are being committed meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from mailgate.errors import NotStorable, StoreUnavailable
from mailgate.intake.imap_desk import Desk
from mailgate.store import blobs
from mailgate.store.journal import Receipt
from mailgate.store.transmission import Transmission

_MAILS: Final = 100
_OCTETS: Final = 4 * 2**20
_SECONDS: Final = 0.5
"""For mails that come slowly: they wait no longer for others to share a commit with."""

_Waiting = tuple[Sequence[Transmission], Future[list[Receipt | Exception]]]


@dataclass(slots=True)
class HandingIn:
    """One commit is waited for while mails for the next are gathered: more are never in memory. `refused` is told the
    UID of a mail that no journal can store, and why."""

    desk: Desk
    refused: Callable[[int, str], None]
    _gathered: list[Transmission] = field(default_factory=list)
    _octets: int = 0
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _kept: list[int] = field(default_factory=list)
    _failure: BaseException | None = None
    _late: asyncio.TimerHandle | None = None

    async def add(self, mail: Transmission) -> list[int]:
        """Returns the UIDs of those that are durable now, and that `after` is about. Raises StoreUnavailable."""
        self._gathered.append(mail)
        self._octets += len(mail.raw)
        if self._late is None:
            self._late = asyncio.get_running_loop().call_later(_SECONDS, self._hand_in_late)
        if len(self._gathered) < _MAILS and self._octets <= _OCTETS:
            return []
        if blobs.is_full(self.desk.settings()):
            raise StoreUnavailable("less disk space is left than limits.free_disk")
        before = list(self._waiting)
        self._hand_in()
        return await self._durable(before)

    async def end(self) -> list[int]:
        """The same of all that are left."""
        self._hand_in()
        return await self._durable(list(self._waiting))

    def _hand_in(self) -> None:
        """Many at once, which costs one commit."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        if self._gathered:
            self._waiting.append((self._gathered, self.desk.journal.submit_all(self._gathered)))
        self._gathered, self._octets = [], 0

    def _hand_in_late(self) -> None:
        """The next mail may be a large one, over a slow line."""
        loop = asyncio.get_running_loop()
        self._hand_in()

        def told(_: object) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody wants to know any more
                loop.call_soon_threadsafe(self._look)

        self._waiting[-1][1].add_done_callback(told)

    async def _durable(self, waiting: Sequence[_Waiting]) -> list[int]:
        for _, receipts in waiting:
            if not receipts.done():
                await asyncio.wait([asyncio.wrap_future(receipts)])
        self._look()
        if self._failure is not None:
            raise self._failure
        kept, self._kept = self._kept, []
        return kept

    def _look(self) -> None:
        """One that can not be stored keeps no other from being."""
        while self._waiting and self._waiting[0][1].done():
            mails, receipts = self._waiting.popleft()
            for mail, receipt in zip(mails, receipts.result(), strict=True):
                if isinstance(receipt, Receipt):
                    self._kept += to_put_away(mail)
                    self.desk.arrived(receipt)
                elif isinstance(receipt, NotStorable):
                    assert mail.slot is not None, "it comes from a mailbox"
                    self.refused(mail.slot.uid, str(receipt))
                else:
                    self._failure = receipt


def to_put_away(mail: Transmission) -> list[int]:
    """Its UID, where `after` is about it."""
    return [mail.slot.uid] if mail.slot and mail.slot.state == "kept" else []
