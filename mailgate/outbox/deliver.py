"""The sender: takes due letters, hands them to relays, and writes what became of them.

One step takes up to fifty letters and starts them side by side; results are collected and written in one transaction.
What an answer means stands in `answers.py`, how letters are taken in `taking.py`, which relay carries one in `ways.py`.
"""

from __future__ import annotations

import asyncio
import math
import os
import secrets
import socket
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.outbox import due
from mailgate.outbox.answers import Answer, Outcome, outcome
from mailgate.outbox.dkim import read_signers
from mailgate.outbox.finishing import Finishing
from mailgate.outbox.lightening import without_files
from mailgate.outbox.moulds import words_of
from mailgate.outbox.patience import Patience
from mailgate.outbox.relays import Way, read_alert_relay, read_relays
from mailgate.outbox.roads import Errand, Road
from mailgate.outbox.taking import Taker
from mailgate.outbox.ways import Ways
from mailgate.outbox.wire import our_name, wire_form
from mailgate.settings.model import Settings
from mailgate.store.db import Store, Tx, state_folder
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.turns import Turns

MOST_AT_ONCE = 50

Settled = Callable[[Tx, sa.Row[Any], Outcome], None]
"""Told, inside the transaction that writes it, that a letter was sent, has failed for good, or leaves its files behind
(then with the row as it was before)."""

_log = log.get("outbox.deliver")


class Sender:
    """Sends due letters. `settled` runs in a thread; what it raises is logged and stops nothing."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        turns: Turns,
        settled: Settled,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._turns = turns
        self._settled = settled
        self._patience = patience or Patience()
        self.rounds = 0
        """Of `run`: one that never ends would leave every letter waiting."""
        self._left: list[Road] = []
        self._ways = self._ways_of(settings, ())
        self._taker = Taker(store, turns, store.ours(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"))
        self._under_way: dict[asyncio.Task[Answer], Errand] = {}
        self._ended: list[tuple[sa.Row[Any], Answer]] = []
        self._renewed_at = 0.0
        self._looked_at = -math.inf
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def troubles(self) -> dict[str, str]:
        """Why relays rest, by their URL; empty where all work."""
        return {road.way.url: road.trouble for road in self._ways.every if road.trouble}

    def ways(self, settings: Settings) -> Ways:
        """The roads of another configuration, for `go_by`. A relay that stays keeps its connections, its rest and its
        rate. Raises ConfigurationError."""
        return self._ways_of(settings, self._ways.every)

    def _ways_of(self, settings: Settings, there: Iterable[Road]) -> Ways:
        known = {road.way: road for road in there}

        def road(way: Way) -> Road:
            return known.get(way) or Road(way, self._clock, self._patience, our_name())

        apart = read_alert_relay(settings)
        signers = read_signers(settings.delivery.dkim, state_folder(settings))
        finishing = Finishing(self._store, settings, self._clock, signers)
        return Ways(settings, tuple(map(road, read_relays(settings))), (road(apart),) if apart else (), finishing)

    def go_by(self, ways: Ways) -> None:
        """From now on letters go by these; those under way arrive. May be called from any thread."""
        before, self._ways = self._ways, ways
        self._left += [road for road in before.every if road not in ways.every]

    def wake(self) -> None:
        """There may be letters: look now. May be called from any thread."""
        if self._loop is None:
            self._woken.set()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; then finish what is being handed over, and leave within about ten seconds."""
        self._loop = asyncio.get_running_loop()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self.rounds += 1
                await self._step_and_go_on()
                await self._rest(stopping)
        finally:
            stopping.cancel()
            await self._drain()

    async def send_due(self) -> int:
        """One round: everything that is due now, at most fifty letters; returns how many were taken."""
        taken = await self._start()
        while self._under_way:
            await asyncio.wait(self._under_way, timeout=self._patience.gather)
            await self._write_down()
        return taken

    async def close(self) -> None:
        """Leave the relays."""
        await asyncio.gather(*(road.close() for road in (*self._ways.every, *self._left)))

    # -- one step --------------------------------------------------------------------------------------------------

    async def _step_and_go_on(self) -> None:
        try:
            await self._write_down()
            if self._may_look():
                await self._start()
            await asyncio.gather(*(road.retire() for road in self._ways.every))
            while self._left:
                await self._left.pop().close()
        except Exception as wrong:  # noqa: BLE001  # loop of the outbox: a full disk or our own fault must not end it
            log.trouble(_log, "sending failed; trying again", wrong)
            self._woken.clear()  # not at once: what failed just now fails again

    def _may_look(self) -> bool:
        """While all relays rest, nobody takes a letter only to write that it waits: those of a look now and then say
        why."""
        now = self._clock.monotonic()
        if not self._ways.is_open and now - self._looked_at < self._patience.poll:
            return False
        self._looked_at = now
        return True

    async def _start(self) -> int:
        """Take what is due and set it on its way."""
        self._woken.clear()
        room, hold = MOST_AT_ONCE - len(self._under_way), self._hold()
        letters = await asyncio.to_thread(self._take, room) if room > 0 else []
        begun: dict[asyncio.Task[Answer], Errand] = {}
        try:
            begun.update(self._set_out(letter, hold) for letter in letters)
            self._under_way |= begun
        except MemoryError:
            for task in begun:
                task.cancel()
            self._taker.has_not_begun(letters)
            raise
        return len(letters)

    def _set_out(self, letter: sa.Row[Any], hold: due.Hold) -> tuple[asyncio.Task[Answer], Errand]:
        ways = self._ways  # of now: others may be in force since we began to look
        to, envelope_from = wire_form(letter.to), wire_form(letter.envelope_from)
        errand = Errand(letter, to, envelope_from, partial(ways.finishing.mail, letter), hold=hold)
        return asyncio.create_task(ways.deliver(errand), name=f"L-{letter.id}"), errand

    def _take(self, most: int) -> list[sa.Row[Any]]:
        claim = timedelta(seconds=self._patience.claim)
        return self._taker.take(self._ways.settings, self._clock.now(), most, claim)

    async def _rest(self, stopping: asyncio.Task[bool]) -> None:
        """Until all letters under way have ended, or where there are none until woken; not longer than is good."""
        waiting = asyncio.create_task(self._all_ended() if self._under_way else self._is_wanted())
        longest = self._patience.gather if self._under_way else self._patience.poll
        try:
            await asyncio.wait([waiting, stopping], timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()

    async def _is_wanted(self) -> bool:
        """Woken, and some relay can be used."""
        while await self._woken.wait() and not self._ways.is_open:
            self._woken.clear()
        return True

    async def _all_ended(self) -> bool:
        await asyncio.wait(self._under_way)
        return True

    # -- results ---------------------------------------------------------------------------------------------------

    async def _write_down(self) -> None:
        """Write all results there are, and keep the claims of the letters still under way."""
        for task in [task for task in self._under_way if task.done()]:
            errand = self._under_way[task]
            self._ended.append((errand.letter, errand.answer_of(task)))
            del self._under_way[task]
        renew = bool(self._under_way) and self._clock.monotonic() - self._renewed_at > self._patience.claim / 4
        if not self._ended and not renew:
            return
        under_way, hold = list(self._under_way.values()) if renew else [], self._hold()
        new_letters, kept = await asyncio.to_thread(self._write, list(self._ended), [one.letter for one in under_way])
        self._ended.clear()
        for errand in under_way:
            errand.hold = hold if errand.letter.id in kept else None
        if renew:
            self._renewed_at = self._clock.monotonic()
        if new_letters:
            self._woken.set()

    def _hold(self) -> due.Hold:
        return due.Hold.begun(self._clock, self._patience.claim)

    def _write(self, ended: list[tuple[sa.Row[Any], Answer]], under_way: list[sa.Row[Any]]) -> tuple[bool, set[int]]:
        now = self._clock.now()
        with self._turns.turn(), self._store.transaction(self._ways.settings, now) as tx:
            kept = due.renew(tx, under_way, now + timedelta(seconds=self._patience.claim))
            again = [self._write_one(tx, letter, outcome(letter, answer, now)) for letter, answer in ended]
            return bool(tx.letters) or any(again), kept

    def _write_one(self, tx: Tx, letter: sa.Row[Any], result: Outcome) -> bool:
        """Whether the letter is to be taken again at once."""
        if not due.write(tx, letter, result):
            _log.warning("letter was taken from us while it was under way", letter=letter.id, answer=result.answer)
            return False
        if result.lighter and (words := words_of(tx, letter)):
            due.lighten(tx, letter, without_files(letter, words))
        _log.info(result.state, letter=letter.id, answer=result.answer, attempts=result.attempts)
        if result.state != "pending" or result.lighter:
            self._tell(tx, letter, result)
        return result.lighter

    def _tell(self, tx: Tx, letter: sa.Row[Any], result: Outcome) -> None:
        try:
            with tx.savepoint():
                self._settled(tx, letter, result)
        except Exception as wrong:  # loop of the outbox: what is sent is sent, whoever could not be told
            if is_trouble_of_the_machine(wrong):
                raise
            _log.exception("nobody could be told", letter=letter.id, state=result.state)

    # -- the end ---------------------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        """Give back what was not begun, finish what is being handed over, write it all, leave the relays."""
        for task, errand in self._under_way.items():
            if not errand.begun:
                task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._patience.drain)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        try:
            await self._write_down()
        except Exception as wrong:  # noqa: BLE001  # loop of the outbox: the claims run out, and the letters go again
            log.trouble(_log, "results could not be written", wrong)
        await self.close()
