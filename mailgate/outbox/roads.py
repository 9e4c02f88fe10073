"""One relay at work: its connections (or its folder), how many letters it carries at once, its pause and its rate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.outbox.answers import FOLLOWS, Answer, Kind
from mailgate.outbox.connections import Connection, Connections, Unreachable
from mailgate.outbox.due import Hold
from mailgate.outbox.handover import LAPSED, into_folder, over_line
from mailgate.outbox.patience import Patience, Pause, Window
from mailgate.outbox.relays import Way

AT_ONCE = 4
"""Letters that one relay carries at the same time."""
LARGE_BYTES = 2**20
"""Of letters with larger files, one at a time."""

_log = log.get("outbox.roads")


@dataclass(slots=True, eq=False)
class Errand:
    """A letter on its way."""

    letter: sa.Row[Any]
    to: str
    envelope_from: str
    content: Callable[[], Awaitable[bytes]]
    """The whole mail; asked only when a connection is free, so that few letters are in memory."""
    begun: bool = False
    """A relay is busy with it."""
    connection: Connection | None = None
    hold: Hold | None = None
    """How long it is surely ours; None: it is not."""

    @property
    def is_large(self) -> bool:
        """Its files take much memory while it is handed over."""
        return bool(sum(each.get("size", 0) for each in self.letter.files) > LARGE_BYTES)

    def is_ours(self) -> bool:
        """Whether no other sender can have it by now."""
        return self.hold is not None and self.hold.lasts

    @property
    def handed_over(self) -> bool:
        """It may have been delivered."""
        return self.connection is not None and self.connection.handed_over

    def answer_of(self, task: asyncio.Task[Answer]) -> Answer:
        """What came of the task that carried it, which has ended."""
        if not task.cancelled():
            return task.result()
        return (
            Answer(Kind.SEVERED, "we stopped while it was handed over") if self.handed_over else Answer(Kind.BACK, "")
        )


class Road:
    """The way to one relay."""

    def __init__(self, way: Way, clock: Clock, patience: Patience, our_name: str) -> None:
        self.way = way
        self._clock = clock
        self._patience = patience
        self._connections = Connections(way, clock, patience, our_name)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._free_for_large = asyncio.Semaphore(1)
        self._pause = Pause()
        self._window = Window(way.rate)

    @property
    def trouble(self) -> str:
        """Why the relay rests; empty where it works."""
        return self._pause.reason

    @property
    def is_open(self) -> bool:
        """It neither rests nor has used up its rate."""
        return self._closed() is None

    async def carry(self, errand: Errand) -> Answer:
        """Hand the letter to this relay as soon as it is free."""
        if closed := self._closed():
            return closed
        async with AsyncExitStack() as lanes:
            try:
                async with asyncio.timeout(self._patience.turn):
                    for lane in (self._free_for_large, self._free) if errand.is_large else (self._free,):
                        await lanes.enter_async_context(lane)
            except TimeoutError:
                return self._wait(self._patience.turn, "every connection to it is busy")
            return self._closed() or await self._carry_now(errand)

    async def retire(self) -> None:
        """Give up old connections that nobody uses."""
        await self._connections.retire()

    async def close(self) -> None:
        """Give up every connection that nobody uses, and keep none from now on."""
        await self._connections.close()

    def _closed(self) -> Answer | None:
        now = self._clock.monotonic()
        if rest := self._pause.left(now):
            return self._wait(rest, self._pause.reason)
        if rest := self._window.left(now):
            return self._wait(rest, "its rate is used up")
        return None

    def _wait(self, seconds: float, why: str) -> Answer:
        return Answer(Kind.WAITING, f"waiting for {self.way.url}: {why}", timedelta(seconds=seconds))

    async def _carry_now(self, errand: Errand) -> Answer:
        errand.begun = True
        self._window.take(self._clock.monotonic())
        answer = await (self._into_folder(errand) if self.way.scheme == "maildir" else self._over_line(errand))
        if FOLLOWS[answer.kind].pauses:
            self._pause.begin(self._clock.monotonic(), answer.text)
            _log.warning("relay rests", relay=self.way.url, why=answer.text)
            return Answer(answer.kind, answer.text, timedelta(seconds=self._pause.left(self._clock.monotonic())))
        if answer.kind is Kind.TAKEN:
            self._pause.end()
        return answer

    async def _over_line(self, errand: Errand) -> Answer:
        """Over a kept connection. One that died while it was kept says nothing about the letter: then a new one."""
        kept, answer = await self._over_one_line(errand, fresh=False)
        if kept and answer.kind in (Kind.BROKEN, Kind.CLOSING) and not errand.handed_over:
            _, answer = await self._over_one_line(errand, fresh=True)
        return answer

    async def _over_one_line(self, errand: Errand, *, fresh: bool) -> tuple[bool, Answer]:
        kept = False
        try:
            async with self._connections.lend(fresh=fresh) as connection:
                kept = connection.letters > 0
                errand.connection = connection
                connection.handed_over = False
                content = await errand.content()
                answer = await over_line(
                    connection, errand.envelope_from, errand.to, content, errand.is_ours, self.way.url
                )
                if FOLLOWS[answer.kind].hang_up:
                    connection.close()
        except Unreachable as wrong:
            return kept, Answer(Kind.UNREACHABLE, str(wrong))
        return kept, answer

    async def _into_folder(self, errand: Errand) -> Answer:
        content = await errand.content()
        if not errand.is_ours():
            return LAPSED
        return await into_folder(self.way, errand.envelope_from, errand.to, content, self._clock)
