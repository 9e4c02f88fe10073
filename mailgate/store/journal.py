"""The journal: what arrived, exactly as it arrived. One thread writes it, and commits all that waits in one go, so that
a slow disk costs one fsync for many mails. A receipt is handed out only after the commit; from then on a crash costs
nothing. The same transmission again is counted on its first row (DESIGN 5). Refusals are remembered beside it."""

from __future__ import annotations

import errno
import queue
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock
from mailgate.errors import NotStorable, StoreUnavailable
from mailgate.store import blobs, refusals, shared
from mailgate.store.append import append
from mailgate.store.beforehand import Beforehand, Begun, forget, in_turn
from mailgate.store.db import Store
from mailgate.store.refusals import Refusal, Shelf
from mailgate.store.transmission import Receipt, Transmission
from mailgate.store.trouble import is_trouble_of_the_machine

__all__ = ["Journal", "Receipt", "Transmission", "raw_of"]

T = TypeVar("T")

BATCH_MAILS = 100
BATCH_BYTES = 8 * 2**20
REFUSALS_WAIT_SECONDS = 0.25
"""For others of their kind: whoever is refused must not cost us an fsync each time."""
REFUSALS_WAIT_BATCHES = 20
"""Batches of mail that refusals let go first, where one follows the other."""

_FSYNC_FAILED = frozenset({"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"})


@dataclass(frozen=True, slots=True)
class _Work:
    """Something else that is written into the journal, in a transaction of its own."""

    write: Callable[[sa.Connection], Any]
    done: Future[Any] = field(default_factory=Future)


class Waiter(Protocol):
    """Whoever has handed in mails: told of each, in their order, by the journal's thread."""

    def set_result(self, receipt: Receipt, /) -> None:
        """It is committed."""

    def set_exception(self, wrong: Exception, /) -> None:
        """It is not stored: StoreUnavailable or NotStorable."""


class _Together:
    """Receipts of mails that were handed in together: who waits for them is woken once, and not for each."""

    def __init__(self, mails: int) -> None:
        self.all: Future[list[Receipt | Exception]] = Future()
        self._found: list[Receipt | Exception] = []
        self._mails = mails

    def set_result(self, receipt: Receipt | Exception) -> None:
        """That of the next one: they are written in their order."""
        self._found.append(receipt)
        if len(self._found) == self._mails:
            self.all.set_result(self._found)

    set_exception = set_result


@dataclass(frozen=True, slots=True)
class _Waiting:
    mail: Transmission
    receipt: Waiter
    begun: Begun | None


class Journal:
    """The one writer of the journal in this process.

    `broken` is set for good once the disk said that it could not keep what was written: the kernel may have dropped
    those pages, and trying the fsync again would then succeed without them. Only a restart helps; `on_broken` is called
    once, in the writer's thread, with the reason in words, and must not raise.
    """

    def __init__(self, store: Store, clock: Clock, on_broken: Callable[[str], None] = lambda reason: None) -> None:
        self.broken = False
        self._store = store
        self._clock = clock
        self._on_broken = on_broken
        self._log = log.get("store.journal")
        self._queue: queue.SimpleQueue[_Waiting | _Work | Shelf | None] = queue.SimpleQueue()
        self._works: list[_Work] = []
        self._shelf = Shelf()
        self._lock = threading.Lock()
        self._closed = False
        store.number_mails_behind_desk()
        blobs.sweep(store.blobs, clock.now().timestamp())
        self._beforehand = Beforehand(None if store.is_shared else store.blobs)
        self._thread = threading.Thread(target=self._write, name="journal", daemon=True)
        self._thread.start()

    def submit(self, mail: Transmission) -> Future[Receipt]:
        """Hand in a mail. The receipt comes after the commit, or StoreUnavailable when it was not stored."""
        receipt: Future[Receipt] = Future()
        # From here on nobody can cancel it: a client that goes away does not undo what it handed in.
        receipt.set_running_or_notify_cancel()
        self.hand_in([mail], receipt)
        return receipt

    def submit_all(self, mails: Sequence[Transmission]) -> Future[list[Receipt | Exception]]:
        """Hand in at least one, for a commit that they share. When the last is written: for each, in their order, what
        `submit` would give or raise."""
        receipts = _Together(len(mails))
        receipts.all.set_running_or_notify_cancel()
        self.hand_in(mails, receipts)
        return receipts.all

    def hand_in(self, mails: Sequence[Transmission], receipt: Waiter) -> None:
        """All of them, or none: then `receipt` is told so at once."""
        with self._lock:
            for mail in mails:
                if self._closed or self.broken:
                    receipt.set_exception(StoreUnavailable("The journal takes nothing any more."))
                else:
                    self._queue.put(_Waiting(mail, receipt, self._beforehand.begin(mail)))

    def receive(self, mail: Transmission) -> Receipt:
        """Hand in a mail and wait for the commit. Raises StoreUnavailable."""
        return self.submit(mail).result()

    def write(self, work: Callable[[sa.Connection], T]) -> Future[T]:
        """Do this in a transaction of the journal's own thread, after what was handed in before. The result comes after
        the commit, or StoreUnavailable."""
        waiting = _Work(work)
        waiting.done.set_running_or_notify_cancel()
        with self._lock:
            if self._closed or self.broken:
                waiting.done.set_exception(StoreUnavailable("The journal takes nothing any more."))
            else:
                self._queue.put(waiting)
        return waiting.done

    def note(self, refusal: Refusal) -> None:
        """Remember, soon, that something was turned away. Never waits, and never fails."""
        if self._shelf.put(refusal):
            self._queue.put(self._shelf)

    def close(self) -> None:
        """Commit what waits, take nothing more, and end the thread."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        self._beforehand.close()

    def _write(self) -> None:
        passed = 0
        while (batch := self._next_batch()) is not None:
            passed += 1
            if batch:
                self._settle(batch)
                while batch:  # else the last mails would stay in memory until another comes
                    forget(batch.pop().begun)
            while self._works:
                self._do(self._works.pop(0))
            if self._shelf and (not batch or passed >= REFUSALS_WAIT_BATCHES):
                passed = 0
                self._write_refusals()
        self._write_refusals()

    def _next_batch(self) -> list[_Waiting] | None:
        """All that waits, up to a batch; blocks for the first. None when closed, empty when refusals are due."""
        batch: list[_Waiting] = []
        size = 0
        while len(batch) < BATCH_MAILS and size < BATCH_BYTES:
            try:
                patience = REFUSALS_WAIT_SECONDS if self._shelf else None
                waiting = self._queue.get(block=not batch, timeout=patience)
            except queue.Empty:
                break
            if waiting is None:
                if batch:
                    self._queue.put(None)  # nothing comes behind it: `submit` refuses since it was put
                    break
                return None
            if isinstance(waiting, _Work):
                self._works.append(waiting)
                break
            if isinstance(waiting, _Waiting):  # else it only woke us: from now on we do not wait for ever
                batch.append(waiting)
                size += len(waiting.mail.raw)
        return batch

    def _do(self, work: _Work) -> None:
        try:
            if self.broken:
                raise StoreUnavailable("The journal takes nothing any more.")
            with self._store.journal.begin() as connection:
                result = work.write(connection)
        except Exception as wrong:  # noqa: BLE001  # whoever asked is told; the writer goes on
            self._log.error("the journal could not be written", error=_words(wrong))
            work.done.set_exception(StoreUnavailable(f"The journal could not be written: {_words(wrong)}"))
        else:
            work.done.set_result(result)

    def _write_refusals(self) -> None:
        taken = self._shelf.take()
        if not taken or self.broken:
            return
        try:
            with self._store.journal.begin() as connection:
                refusals.write(connection, taken, self._clock.now())
        except (sa.exc.OperationalError, OSError) as wrong:
            self._refuse([], wrong)
        except Exception as wrong:  # noqa: BLE001  # a refusal the database can not take must not end the writer
            self._log.error("refusals could not be written", error=_words(wrong))

    def _settle(self, batch: list[_Waiting]) -> None:
        try:
            receipts = self._commit(batch)
        except (sa.exc.OperationalError, StoreUnavailable, OSError) as wrong:
            self._refuse(batch, wrong)
        except Exception as wrong:  # noqa: BLE001  # one mail the database can not take must not refuse the others
            if is_trouble_of_the_machine(wrong):
                self._refuse(batch, wrong)
            else:
                self._one_by_one(batch, wrong)
        else:
            for waiting, receipt in zip(batch, receipts, strict=True):
                waiting.receipt.set_result(receipt)

    def _commit(self, batch: list[_Waiting]) -> list[Receipt]:
        if self.broken:
            raise StoreUnavailable("The journal takes nothing any more.")
        mails = [(waiting.mail, in_turn(waiting.mail, waiting.begun)) for waiting in batch]
        with self._store.journal.begin() as connection:
            return append(connection, self._store.blobs, mails, self._clock.now())

    def _one_by_one(self, batch: list[_Waiting], wrong: Exception) -> None:
        if len(batch) > 1:
            for waiting in batch:
                self._settle([waiting])
        else:
            # Not `exc_info`: the message of a database error quotes the statement's values, the mail among them.
            where = "".join(traceback.format_tb(wrong.__traceback__))
            self._log.error("a mail could not be stored", error=_words(wrong), where=where)
            batch[0].receipt.set_exception(NotStorable("This mail could not be stored."))

    def _refuse(self, batch: list[_Waiting], wrong: Exception) -> None:
        reason = _words(wrong)
        self._log.error("the journal could not be written", mails=len(batch), error=reason)
        last_straw = _is_beyond_repair(wrong) and not self.broken
        if last_straw:
            with self._lock:
                self.broken = True
            self._beforehand.give_up()
            self._store.journal.dispose()
        for waiting in batch:
            waiting.receipt.set_exception(StoreUnavailable(f"The journal could not be written: {reason}"))
        if last_straw:
            self._on_broken(f"the journal can not be written any more: {reason}")


def raw_of(store: Store, row: Any) -> bytes:
    """The exact bytes of an arrival (a row with `raw` and `sha256`), from the row or from its file."""
    if row.raw is not None:
        return bytes(row.raw)
    if not store.is_shared:
        return blobs.load(store.blobs, row.sha256)
    with store.looking_back() as journal:
        return shared.load(journal, row.sha256)


def _words(wrong: Exception) -> str:
    """What went wrong, without the values of the statement."""
    ours = isinstance(wrong, OSError | StoreUnavailable)
    return f"{type(wrong).__name__}: {getattr(wrong, 'orig', None) or (wrong if ours else '')}"


def _is_beyond_repair(wrong: Exception) -> bool:
    if isinstance(wrong, OSError):
        return wrong.errno == errno.EIO
    return getattr(getattr(wrong, "orig", None), "sqlite_errorname", "") in _FSYNC_FAILED
