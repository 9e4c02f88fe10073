"""One batch of mails, from claim to commit: what a worker does over and over. No process, no pipe: tests call it too.

Reading happens between two short transactions: the claim, and one in which all are handled. What one mail does wrong
fails that mail alone; a failing database, or memory that ran out, fails nothing and ends the batch.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from enum import IntEnum

from mailgate import ahead, handling, inbound
from mailgate.arrived import envelope_of
from mailgate.clock import Clock
from mailgate.desk import foreseen, reserving
from mailgate.desk.tickets import NUMBERS
from mailgate.first_hop import Look
from mailgate.handling import Lost, Mail
from mailgate.incoming import Read
from mailgate.settings.model import Settings
from mailgate.store import arrivals, claim
from mailgate.store.arrivals import NOTHING, Before
from mailgate.store.claim import Claimed
from mailgate.store.db import Store, Tx
from mailgate.store.reserve import Reserve
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.witness import Overtaken

Turn = Callable[[], AbstractContextManager[None]]
LONGEST_TURN_SECONDS = 0.05
SURELY_OURS_SECONDS = 0.5
"""What was claimed longer ago may have been given to others: nobody is relieved sooner."""
STRETCH_BYTES = 4 * 2**20
"""So much is read before it is handled, so that a batch of large mails is never in memory at once; a larger mail comes
alone."""
LARGE_BYTES = 2**20
FORESEEN = 16
"""So many mails are asked about at once: a turn may be over before all are handled."""
WORTH_IT = 8
"""Fewer mails are handled in the turn alone: to ask everything twice would cost more than it gains."""


class Ending(IntEnum):
    """Exit codes of a worker, read by its foreman; any other is a crash on the mail it was at."""

    done = 0
    """The parent is gone or said stop."""
    memory = 71
    """The mail needs more than `limits.mail_memory`."""
    store = 75
    """The database can not be used: no mail's fault."""
    configuration = 78
    """The configuration has mistakes since the daemon read it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a batch brought."""

    mails: int
    letters: int


@dataclass(frozen=True, slots=True)
class _Before:
    """What was decided before the turn, in a transaction that waits for it; and the last of these mails."""

    tx: Tx
    done: ahead.Done
    last: Claimed


@dataclass(frozen=True, slots=True)
class _Written:
    """What is committed: what became of which mail, what was claimed and reserved with it."""

    done: ahead.Done
    next_ones: list[Claimed]
    reserved: Reserve
    letters: int


@dataclass
class Shift:
    """A worker's: batch after batch. `on` is called before each mail is read and handled: limits and the name of the
    suspect. `look`: how the senders of strangers' mail are looked at."""

    store: Store
    settings: Settings
    clock: Clock
    worker: str
    turn: Turn
    on: Callable[[Claimed], None]
    look: Look | None = None
    alongside: bool = False
    """Others work at the same desk: what can be is decided before our turn (`ahead.py`)."""
    _next: list[Claimed] = field(default_factory=list)
    """Claimed with the last batch's commit: they are read while somebody else has his turn."""
    _reserved: Reserve = field(default_factory=Reserve)
    """For what is decided before our turn."""
    _overtaken: bool = False
    _claimed_at: float = 0.0

    def batch(self, *, goes_on: bool = False) -> Done:
        """Claim, read, handle; with `goes_on` claim the next ones too. Raises StoreUnavailable or MemoryError: what was
        not committed is claimed still."""
        claims, self._next = self._next or self._claimed(), []
        self._claimed_at = self.clock.monotonic()
        if not claims:
            self.end()
        letters, waiting, rest = 0, deque(claims), deque[Mail]()
        large = any(each.arrival.size > LARGE_BYTES for each in claims)
        while waiting or rest:
            rest = rest or self._placed(self._stretch_read(list(_stretch(waiting))))
            ends = len(claims) if goes_on and not waiting else 0
            try:
                letters += self._written(rest, as_one=True, ends=ends)
            except Exception as wrong:  # one of them is to blame: each by itself shows which, and the others go on
                if is_trouble_of_the_machine(wrong):
                    raise
                letters += self._written(rest, as_one=False)
            if large and not rest:
                self.store.forget_values()
        return Done(len(claims), letters)

    def end(self) -> None:
        """Nothing is to be done any more: numbers that nobody has used are given back."""
        if self._reserved.is_empty:
            return
        with self.turn(), self._transaction(None, as_one=True) as tx:
            reserving.give_back(tx)
        self._reserved = Reserve()

    def _claimed(self) -> list[Claimed]:
        with self.turn(), self.store.claiming(self.settings, self.clock.now()) as tx:
            return claim.take(self.store, tx, self.worker)

    def _written(self, rest: deque[Mail], *, as_one: bool, ends: int = 0) -> int:
        """Handle of the rest in one transaction as many as a turn allows; how many letters that made. `as_one`: all or
        none of them are written. `ends`: with this rest ends a batch of so many, and the next one is claimed."""
        before = self._decided_ahead(rest) if as_one else None
        with self.turn():
            try:
                written = self._in_turn(rest, before, as_one=as_one, ends=ends)
            except Overtaken:
                self._overtaken = True
                written = self._in_turn(rest, None, as_one=as_one, ends=ends)
        self._next, self._reserved = written.next_ones, written.reserved
        for became in written.done.values():
            if became:
                became.tell()
        left = [each for each in rest if each.number not in written.done]
        rest.clear()
        rest.extend(left)
        return written.letters

    def _decided_ahead(self, rest: deque[Mail]) -> _Before | None:
        """None: nothing was. Who was overtaken waits for his turn with the next ones: it may be the same with them."""
        mails = ahead.promising(self.settings, rest) if self.alongside and not self._overtaken else []
        self._overtaken = False
        if len(mails) < WORTH_IT or not self._reserved.has(NUMBERS):
            return None
        with self.store.ahead(self.settings, self.clock.now(), self._reserved.copy()) as tx:
            done = ahead.decide(tx, mails, self.on)
        return _Before(tx, done, mails[len(done) - 1].claimed) if len(done) >= WORTH_IT else None

    def _in_turn(self, rest: deque[Mail], before: _Before | None, *, as_one: bool, ends: int) -> _Written:
        """Raises Overtaken where what was decided before can not be written."""
        done, next_ones = dict(before.done) if before else {}, list[Claimed]()
        with self._transaction(before, as_one=as_one) as tx:
            if before:
                self.on(before.last)
            if self.clock.monotonic() - self._claimed_at > SURELY_OURS_SECONDS:
                self._leave_to_others(tx, rest, done)
            self._handle(tx, [each for each in rest if each.number not in done], done)
            ends = ends if len(done) == len(rest) else 0
            # On PostgreSQL a claim waits for nobody, and nobody has to wait for it in this turn.
            if ends and not self.store.is_shared:
                next_ones = claim.take(self.store, tx, self.worker)
            if ends and self.alongside:
                self._reserve(tx, ends if self.store.is_shared else len(next_ones))
        return _Written(done, next_ones, tx.reserved, len(tx.letters))

    @contextmanager
    def _transaction(self, before: _Before | None, *, as_one: bool) -> Iterator[Tx]:
        waits = self.store.taking_turn(before.tx) if before else None
        with waits or self.store.transaction(self.settings, self.clock.now(), as_one=as_one) as tx:
            tx.go_on_at(self.clock.now())
            if not before:
                tx.reserved = self._reserved.copy()
            yield tx

    def _reserve(self, tx: Tx, mails: int) -> None:
        """Numbers for as many mails as come next."""
        if mails >= WORTH_IT:
            reserving.refill(tx, mails)
        else:
            reserving.give_back(tx)

    def _leave_to_others(self, tx: Tx, rest: Iterable[Mail], done: ahead.Done) -> None:
        """What another worker has by now is not begun: it would be undone at its end, and cost everybody's turn."""
        done |= {number: Lost(number) for number in claim.lost(tx, [m.claimed for m in rest if m.number not in done])}

    def _handle(self, tx: Tx, mails: list[Mail], done: ahead.Done) -> None:
        began = self.clock.monotonic()
        for number, mail in enumerate(mails):
            if number and self.clock.monotonic() - began >= LONGEST_TURN_SECONDS:
                break
            if tx.as_one and number % FORESEEN == 0:
                coming = mails[number : number + FORESEEN]
                foreseen.ask(tx, [each.read for each in coming if isinstance(each.read, Read)])
            done[mail.number] = handling.handle(tx, mail, self.on)

    def _stretch_read(self, claims: list[Claimed]) -> list[Mail]:
        if self.look and len(claims) > 1:
            rows = [each.arrival for each in claims if each.arrival.raw is not None]  # large ones lie in files
            self.look.ahead((bytes(row.raw), envelope_of(self.settings, row)) for row in rows)
        return [self._read(each) for each in claims]

    def _read(self, claimed: Claimed) -> Mail:
        self.on(claimed)
        row = claimed.arrival
        try:
            raw = arrivals.raw(self.store, row)
            came = envelope_of(self.settings, row)
            read = inbound.prepare(self.settings, raw, came, mail=row.id, released=claimed.released, look=self.look)
            return Mail(claimed, read)
        except Exception as wrong:  # one mail must not stop the others; the error is stored with the mail
            if is_trouble_of_the_machine(wrong):
                raise
            return Mail(claimed, wrong)

    def _placed(self, mails: list[Mail]) -> deque[Mail]:
        """Each beside what had arrived before it."""
        found = arrivals.before(self.store, self.settings, [(mail.claimed.arrival, mail.named) for mail in mails])
        return deque(_beside(mail, before) for mail, before in zip(mails, found, strict=True))


def _stretch(waiting: deque[Claimed]) -> Iterator[Claimed]:
    """The next of those that wait, as many as may be in memory together."""
    size = 0
    while waiting and (not size or size + waiting[0].arrival.size <= STRETCH_BYTES):
        size += waiting[0].arrival.size
        yield waiting.popleft()


def _beside(mail: Mail, before: Before) -> Mail:
    if before == NOTHING or isinstance(mail.read, Exception):
        return mail
    same = before.copies
    parents = (*before.parents, *([same.sibling] if same.sibling else ()))
    return replace(mail, read=replace(mail.read, twin=same.twin, sibling=same.sibling, parents=parents))
