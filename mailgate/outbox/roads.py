"""One relay at work: its connections (or its folder), how many letters it carries at once, its pause and its rate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiosmtplib
import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.outbox import maildir
from mailgate.outbox.answers import FOLLOWS, Answer, Kind, clean, in_words, read_answer
from mailgate.outbox.connections import Connection, Connections, Unreachable
from mailgate.outbox.patience import Patience, Pause, Window
from mailgate.outbox.relays import Way

AT_ONCE = 4
"""Letters that one relay carries at the same time."""

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

    @property
    def handed_over(self) -> bool:
        """It may have been delivered."""
        return self.connection is not None and self.connection.handed_over


class Road:
    """The way to one relay."""

    def __init__(self, way: Way, clock: Clock, patience: Patience, our_name: str) -> None:
        self.way = way
        self._clock = clock
        self._patience = patience
        self._connections = Connections(way, clock, patience, our_name)
        self._free = asyncio.Semaphore(AT_ONCE)
        self._pause = Pause()
        self._window = Window(way.rate)

    @property
    def trouble(self) -> str:
        """Why the relay rests; empty where it works."""
        return f"{self.way.url}: {self._pause.reason}" if self._pause.reason else ""

    async def carry(self, errand: Errand) -> Answer:
        """Hand the letter to this relay as soon as it is free."""
        if closed := self._closed():
            return closed
        try:
            async with asyncio.timeout(self._patience.turn):
                await self._free.acquire()
        except TimeoutError:
            return self._wait(self._patience.turn, "every connection to it is busy")
        try:
            return self._closed() or await self._carry_now(errand)
        finally:
            self._free.release()

    async def retire(self) -> None:
        """Give up old connections that nobody uses."""
        await self._connections.retire()

    async def close(self) -> None:
        """Give up every connection that nobody uses."""
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
                answer = await _dialogue(connection, errand)
                if FOLLOWS[answer.kind].hang_up:
                    connection.close()
        except Unreachable as wrong:
            return kept, Answer(Kind.UNREACHABLE, str(wrong))
        return kept, answer

    async def _into_folder(self, errand: Errand) -> Answer:
        assert self.way.path is not None
        try:
            name = await asyncio.to_thread(
                maildir.deliver,
                self.way.path,
                errand.envelope_from,
                errand.to,
                await errand.content(),
                seconds=int(self._clock.now().timestamp()),
            )
        except OSError as wrong:
            return Answer(Kind.UNREACHABLE, f"the folder can not be written: {in_words(wrong)}")
        return Answer(Kind.TAKEN, f"written to {name}")


async def _dialogue(connection: Connection, errand: Errand) -> Answer:
    connection.handed_over = False
    content = await errand.content()
    try:
        return Answer(Kind.TAKEN, clean(await connection.carry(errand.envelope_from, errand.to, content)))
    except (aiosmtplib.SMTPException, OSError) as wrong:
        return read_answer(wrong, handed_over=connection.handed_over)
