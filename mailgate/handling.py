"""One mail of a batch, under its savepoint: what becomes of it, and its state row.

What one mail does wrong fails that mail alone; a failing database, or memory that ran out, fails nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mailgate import awaited, explanation, inbound, log
from mailgate.errors import Temporary
from mailgate.incoming import Incoming, Outcome, Read
from mailgate.store import claim
from mailgate.store.claim import Claimed
from mailgate.store.db import Tx
from mailgate.store.trouble import is_trouble_of_the_machine

LOG = log.get("worker")
TRY_AGAIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Mail:
    """One of the batch: as it was read, or why it could not be."""

    claimed: Claimed
    read: Read | Exception

    @property
    def number(self) -> int:
        """Of its arrival."""
        return int(self.claimed.arrival.id)

    @property
    def named(self) -> tuple[str, ...]:
        """The Message-IDs of mails that it says it answers."""
        if isinstance(self.read, Exception):
            return ()
        return (*self.read.message.in_reply_to, *self.read.message.references)


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a mail."""

    mail: int
    sort: str
    state: str
    ticket: int | None

    def tell(self) -> None:
        """The log, when it is committed."""
        LOG.info("handled", mail=self.mail, sort=self.sort, state=self.state, ticket=self.ticket)


@dataclass(frozen=True, slots=True)
class Lost:
    """Our claim of a mail was taken over."""

    mail: int

    def tell(self) -> None:
        """The log, when what else was done is committed."""
        LOG.warning("another worker has it", mail=self.mail)


def handle(tx: Tx, mail: Mail, on: Callable[[Claimed], None]) -> Handled | Lost | None:
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
        return Handled(claimed.arrival.id, str(incoming.sort), outcome.state, outcome.ticket)
    except _NotOurs:
        return Lost(claimed.arrival.id)
    except Exception as wrong:  # the row fails visibly with its traceback, and the line goes on
        if is_trouble_of_the_machine(wrong) or tx.witness or (tx.as_one and not isinstance(wrong, Temporary)):
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
        "decision": explanation.to_be_kept(tx, explanation.document(tx, incoming, outcome)),
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
