"""One batch of mails, from claim to commit: what a worker does over and over. No process, no pipe: tests call it too.

Reading happens between two short transactions: the claim, and one in which all are handled. What one mail does wrong
fails that mail alone; a failing database, or memory that ran out, fails nothing and ends the batch.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import IntEnum
from itertools import islice
from typing import Any

from mailgate import awaited, explanation, inbound, log
from mailgate.clock import Clock
from mailgate.desk import foreseen
from mailgate.errors import Temporary
from mailgate.first_hop import Look
from mailgate.incoming import Incoming, Outcome, Read
from mailgate.mail.message import Envelope
from mailgate.settings.model import Settings
from mailgate.store import arrivals, claim
from mailgate.store.arrivals import NOTHING, Before
from mailgate.store.claim import Claimed
from mailgate.store.db import Store, Tx, is_trouble_of_the_store

Turn = Callable[[], AbstractContextManager[None]]
LOG = log.get("worker")
TRY_AGAIN = timedelta(seconds=2)
LONGEST_TURN_SECONDS = 0.05
STRETCH_BYTES = 4 * 2**20
"""So much is read before it is handled, so that a batch of large mails is never in memory at once; a larger mail comes
alone."""
LARGE_BYTES = 2**20
FORESEEN = 16
"""So many mails are asked about at once: a turn may be over before all are handled."""


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
    _ahead: list[Claimed] = field(default_factory=list)
    """Claimed with the last batch's commit: they are read while somebody else has his turn."""

    def batch(self, *, goes_on: bool = False) -> Done:
        """Claim, read, handle; with `goes_on` claim the next ones too. Raises StoreUnavailable or MemoryError: what was
        not committed is claimed still."""
        claims, self._ahead = self._ahead or self._claimed(), []
        letters, waiting, rest = 0, deque(claims), deque[_Mail]()
        large = any(each.arrival.size > LARGE_BYTES for each in claims)
        while waiting or rest:
            rest = rest or self._placed(self._stretch_read(list(_stretch(waiting))))
            try:
                letters += self._written(rest, as_one=True, goes_on=goes_on and not waiting)
            except Exception as wrong:  # one of them is to blame: each by itself shows which, and the others go on
                if _ends_the_batch(wrong):
                    raise
                letters += self._written(rest, as_one=False)
            if large and not rest:
                self.store.forget_values()
        return Done(len(claims), letters)

    def _claimed(self) -> list[Claimed]:
        with self.turn(), self.store.claiming(self.settings, self.clock.now()) as tx:
            return claim.take(self.store, tx, self.worker)

    def _written(self, rest: deque[_Mail], *, as_one: bool, goes_on: bool = False) -> int:
        """Handle the first of the rest in one transaction, as many as a turn allows; how many letters that made.
        `as_one`: all or none of them are written. `goes_on`: where no rest is left, the next mails are claimed."""
        done, next_ones = list[_Handled | None](), list[Claimed]()
        with self.turn(), self.store.transaction(self.settings, self.clock.now(), as_one=as_one) as tx:
            began = self.clock.monotonic()
            for number, mail in enumerate(rest):
                if number and self.clock.monotonic() - began >= LONGEST_TURN_SECONDS:
                    break
                if as_one and number % FORESEEN == 0:
                    ahead = islice(rest, number, number + FORESEEN)
                    foreseen.ask(tx, [each.read for each in ahead if isinstance(each.read, Read)])
                done.append(_handle(tx, mail, self.on))
            # On PostgreSQL a claim waits for nobody, and nobody has to wait for it in this turn.
            if goes_on and len(done) == len(rest) and not self.store.is_shared:
                next_ones = claim.take(self.store, tx, self.worker)
            letters = len(tx.letters)
        self._ahead = next_ones
        for each in done:
            rest.popleft()
            if each:
                each.tell()
        return letters

    def _stretch_read(self, claims: list[Claimed]) -> list[_Mail]:
        if self.look and len(claims) > 1:
            rows = [each.arrival for each in claims if each.arrival.raw is not None]  # large ones lie in files
            self.look.ahead((bytes(row.raw), envelope_of(self.settings, row)) for row in rows)
        return [self._read(each) for each in claims]

    def _read(self, claimed: Claimed) -> _Mail:
        self.on(claimed)
        row = claimed.arrival
        try:
            raw = arrivals.raw(self.store, row)
            came = envelope_of(self.settings, row)
            read = inbound.prepare(self.settings, raw, came, mail=row.id, released=claimed.released, look=self.look)
            return _Mail(claimed, read)
        except Exception as wrong:  # one mail must not stop the others; the error is stored with the mail
            if _ends_the_batch(wrong):
                raise
            return _Mail(claimed, wrong)

    def _placed(self, mails: list[_Mail]) -> deque[_Mail]:
        """Each beside what had arrived before it."""
        found = arrivals.before(self.store, self.settings, [(mail.claimed.arrival, mail.named) for mail in mails])
        return deque(_beside(mail, before) for mail, before in zip(mails, found, strict=True))


def _stretch(waiting: deque[Claimed]) -> Iterator[Claimed]:
    """The next of those that wait, as many as may be in memory together."""
    size = 0
    while waiting and (not size or size + waiting[0].arrival.size <= STRETCH_BYTES):
        size += waiting[0].arrival.size
        yield waiting.popleft()


@dataclass(frozen=True, slots=True)
class _Mail:
    """One of the batch: as it was read, or why it could not be."""

    claimed: Claimed
    read: Read | Exception

    @property
    def named(self) -> tuple[str, ...]:
        """The Message-IDs of mails that it says it answers."""
        if isinstance(self.read, Exception):
            return ()
        return (*self.read.message.in_reply_to, *self.read.message.references)


def _ends_the_batch(wrong: Exception) -> bool:
    """Not this mail's fault, or one that only a new process can get over."""
    return isinstance(wrong, MemoryError) or is_trouble_of_the_store(wrong)


def _beside(mail: _Mail, before: Before) -> _Mail:
    if before == NOTHING or isinstance(mail.read, Exception):
        return mail
    same = before.copies
    parents = (*before.parents, *([same.sibling] if same.sibling else ()))
    return replace(mail, read=replace(mail.read, twin=same.twin, sibling=same.sibling, parents=parents))


def envelope_of(settings: Settings, row: Any) -> Envelope:
    """How this arrival came in."""
    return Envelope(
        sender=row.envelope_from.lower(),
        recipients=tuple(row.recipients),
        received_at=row.received_at,
        source=row.source,
        peer=row.peer,
        trusted=row.trusted,
        authserv_id=authserv_id(settings, row.source) if row.trusted else None,
        submitted_by=row.submitted_by,
        provider=provider(settings, row.source),
    )


def authserv_id(settings: Settings, source: str) -> str | None:
    """By which name a trusted source speaks in Authentication-Results; `deliver` is LMTP's server by another way in."""
    kind, _, name = source.partition(":")
    if kind == "import":
        return None  # as old as it may be, it commands nothing
    if kind == "imap":
        return next((each.speaks_as for each in settings.intake.imap if each.name == name), None)
    way = settings.intake.lmtp if source in ("lmtp", "deliver") else settings.intake.smtp
    return way.authserv_id


def provider(settings: Settings, source: str) -> str:
    """Whose mailbox it was fetched from."""
    kind, _, name = source.partition(":")
    found = (each.provider for each in settings.intake.imap if kind == "imap" and each.name == name)
    return next(found, "none")


@dataclass(frozen=True, slots=True)
class _Handled:
    """What became of a mail."""

    mail: int
    sort: str
    state: str
    ticket: int | None

    def tell(self) -> None:
        """The log, when it is committed."""
        LOG.info("handled", mail=self.mail, sort=self.sort, state=self.state, ticket=self.ticket)


def _handle(tx: Tx, mail: _Mail, on: Callable[[Claimed], None]) -> _Handled | None:
    """One mail under its savepoint, and its state row. None: nothing became of it yet."""
    claimed, read = mail.claimed, mail.read
    on(claimed)
    tx.mail, tx.raw = claimed.arrival.id, claimed.arrival.sha256
    tx.silent = claimed.arrival.source == "import"
    tx.effects.clear()
    try:
        if isinstance(read, Exception):
            raise read
        with tx.savepoint():
            awaited.wait(tx, read)
            incoming, outcome = inbound.process(tx, read)
            if not claim.finish(tx, claimed, **_settled(tx, incoming, outcome)):
                raise _NotOurs
        return _Handled(claimed.arrival.id, str(incoming.sort), outcome.state, outcome.ticket)
    except _NotOurs:
        LOG.warning("another worker has it", mail=tx.mail)
    except Exception as wrong:  # the row fails visibly with its traceback, and the line goes on
        if _ends_the_batch(wrong) or (tx.as_one and not isinstance(wrong, Temporary)):
            raise
        if isinstance(wrong, Temporary):
            claim.finish(tx, claimed, not_before=tx.now + (wrong.again_in or TRY_AGAIN), error=str(wrong))
        else:
            _failed(tx, claimed, read, wrong)
    return None


class _NotOurs(Exception):
    """The claim was taken over: roll back all that was done for this mail."""


def _settled(tx: Tx, incoming: Incoming, outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "sort": str(incoming.sort),
        "reason": incoming.why,
        "sender": str(incoming.message.sender or ""),
        "subject": incoming.message.subject,
        "ticket": outcome.ticket,
        "finished_at": tx.now,
        "config_version": tx.settings.version,
        "decision": explanation.to_be_kept(explanation.document(tx, incoming, outcome)),
        "error": None,
    }


def _failed(tx: Tx, claimed: Claimed, read: Read | Exception, wrong: Exception) -> None:
    why = f"{type(wrong).__name__}: {wrong}"
    LOG.error("failed", mail=claimed.arrival.id, error=type(wrong).__name__)
    trace = "".join(traceback.format_exception(wrong))[-8000:]
    values = {"state": "failed", "reason": why, "error": trace, "finished_at": tx.now}
    if isinstance(read, Read):
        values |= {"sender": str(read.message.sender or ""), "subject": read.message.subject}
    if claim.finish(tx, claimed, **values):
        inbound.note_failure(tx, claimed.arrival.id, why)
