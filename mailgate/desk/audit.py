"""Proving the history complete and unchanged (CONTRACT 2 and 8): every chain, the mails behind it, the seals over it.

Reads row by row and changes nothing. `verify` is what `mailgate audit verify` says; `look` is the daily examination of
what has changed since the last one, whose result `watching.py` looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from mailgate.desk import originals, seals, tampering
from mailgate.desk.tampering import Finding, Kind
from mailgate.store import evidence
from mailgate.store.db import Store, Tx
from mailgate.store.tables import Proof, table_of

PROOF = table_of(Proof)
MOST_FINDINGS = 1000
"""More are not listed: by then it is clear."""

Step = Callable[[int], None]
"""Is told how many events and mails were looked at."""


def verify(
    tx: Tx, store: Store, anchor: str | None = None, *, since: int | None = None, step: Step = lambda done: None
) -> list[Finding]:
    """Everything that is wrong; empty where the history is whole. `anchor`: hash of a seal that must be among them.
    `since`: only what has changed after that seal, and the seals from it on."""
    with evidence.as_stored(tx):
        found = list(islice(_findings(tx, store, anchor, since, step), MOST_FINDINGS + 1))
    if len(found) > MOST_FINDINGS:
        found[-1] = Finding(Kind.more, f"There is more; these are the first {MOST_FINDINGS}.")
    return found


def _findings(tx: Tx, store: Store, anchor: str | None, since: int | None, step: Step) -> Iterator[Finding]:
    yield from _seals(tx, anchor, since)
    yield from _chains(tx, since, step)
    for ticket in evidence.untold_tickets(tx):
        yield Finding(Kind.unrecorded, f"Ticket #{ticket} has no history.", ticket)
    for mail in evidence.untold_mails(tx):
        yield Finding(Kind.unrecorded, f"Mail M-{mail} was handled, and its event is missing.", mail=mail)
    for found in originals.examine(tx, store, since):
        step(1)
        if found:
            yield found


# -- chains ------------------------------------------------------------------------------------------------------------


class _Stream:
    """Rows in order of their tickets, taken ticket by ticket."""

    def __init__(self, rows: evidence.Rows, step: Step = lambda done: None) -> None:
        self._rows = rows
        self._step = step
        self.head = next(rows, None)

    def take(self, ticket: Any) -> evidence.Rows:
        while self.head is not None and self.head.ticket == ticket:
            row, self.head = self.head, next(self._rows, None)
            self._step(1)
            yield row


def _chains(tx: Tx, since: int | None, step: Step) -> Iterator[Finding]:
    lengths = _Stream(evidence.chains(tx, since))
    sealed = _Stream(evidence.sealed(tx, since))
    events = _Stream(evidence.events(tx, since), step)
    while heads := [each.head.ticket for each in (lengths, sealed, events) if each.head is not None]:
        ticket = min(heads, key=lambda each: (0, each) if isinstance(each, int) else (1, repr(each)))
        length = next(lengths.take(ticket), None)
        yield from tampering.examine(ticket, events.take(ticket), length, sealed.take(ticket))
        for stream in (lengths, events, sealed):
            for _ in stream.take(ticket):
                pass  # what was not looked at any more


# -- seals -------------------------------------------------------------------------------------------------------------


def _seals(tx: Tx, anchor: str | None, since: int | None) -> Iterator[Finding]:
    """Every seal follows from the one before, and from the chains under it; none is missing."""
    rows = evidence.under_seals(tx, since)
    row = next(rows, None)
    last, previous, anchored = (since - 1, None, False) if since else (0, seals.FIRST, False)
    for seal in evidence.seals(tx, since):
        fold = seals.Fold()
        while row is not None and row.seal <= seal.number:
            fold.add([row] if row.seal == seal.number else [])
            row = next(rows, None)
        yield from _missing(last, seal.number - 1)
        if why := _wrong_with(seal, fold, previous if seal.number == last + 1 else None):
            yield Finding(Kind.seal, f"Seal {seal.number} is broken: {why}.", seal=seal.number)
        last, previous = seal.number, seal.hash
        anchored = anchored or seal.hash == anchor
    yield from _missing(last, max(evidence.newest_of_chains(tx), row.seal if row else 0))
    if anchor is not None and not anchored:
        yield Finding(Kind.anchor, f"No seal has the hash {anchor[:64]}: the history is not the one it was taken from.")


def _missing(last: int, until: int) -> Iterator[Finding]:
    if last + 1 == until:
        yield Finding(Kind.seal, f"Seal {until} is missing.", seal=until)
    elif last < until:
        yield Finding(Kind.seal, f"Seals {last + 1} to {until} are missing.", seal=last + 1)


def _wrong_with(seal: sa.Row[Any], fold: seals.Fold, previous: str | None) -> str | None:
    if previous not in (None, seal.previous):
        return "it does not follow from the one before it"
    if (fold.chains, fold.hash) != (seal.chains, seal.fold):
        return "the chains under it are not the ones it was set on"
    right = seals.hash_of(seal.previous, seal.number, tampering.stamp(seal.at), seal.chains, seal.fold)
    return None if right == seal.hash else "it was changed"


# -- every day ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What an examination found."""

    findings: int
    first: str | None
    seal: int

    def remember(self, tx: Tx) -> int:
        """Write it down for `mailgate status`; returns how many things are wrong."""
        tx.execute(sa.delete(PROOF))
        said = {"findings": self.findings, "first": self.first, "seal": self.seal}
        tx.execute(sa.insert(PROOF).values(id=1, at=tx.now, **said))
        return self.findings


def look(store: Store, tx: Tx) -> Callable[[Tx], int]:
    """A job: prove what has changed since all was well, outside of any turn; the result is to be remembered in one.
    Where something was wrong it is all looked at again, so that it is told until it is mended."""
    last = tx.first(sa.select(PROOF))
    since = last.seal if last and not last.findings else 0
    newest = seals.last_number(tx)
    found = verify(tx, store, since=since or None)
    sealed = since if found else newest
    return Result(len(found), found[0].what if found else None, sealed).remember
