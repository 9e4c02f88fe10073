"""One chain, from its first event to its last: what was done to it, named as exactly as its hashes tell.

What is wrong with one event is said once: the walk goes on from the hash that stands there, so that a single change
does not make everything behind it suspicious.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain as joined
from typing import Any

import sqlalchemy as sa

from mailgate.desk import chain

MOST_REMOVED = 50
"""So many events are looked for before one whose number was changed to close the gap."""


class Kind(StrEnum):
    """What can be wrong."""

    changed = "changed"
    deleted = "deleted"
    inserted = "inserted"
    reordered = "reordered"
    cut = "cut"
    """The last events are gone."""
    rewritten = "rewritten"
    """It fits together, but a seal knows it otherwise."""
    blanked = "blanked"
    """What an event says is gone, and no later event says that it was erased."""
    unrecorded = "unrecorded"
    """There is a ticket or a handled mail, and no history of it."""
    mail_changed = "mail_changed"
    mail_missing = "mail_missing"
    seal = "seal"
    anchor = "anchor"
    more = "more"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, in a sentence. `ticket` 0: mails without a ticket."""

    kind: Kind
    what: str
    ticket: int | None = None
    seq: int | None = None
    mail: int | None = None
    seal: int | None = None


@dataclass(slots=True)
class Walk:
    """How far we have come on a chain."""

    ticket: int
    length: sa.Row[Any] | None
    """The row of table `chain`."""
    previous: str
    before: str | None = None
    """The hash before `previous`."""
    last: int = 0
    shift: int = 0
    """By how much the numbers are too high (events put in) or too low (taken out)."""
    blank: set[int] = field(default_factory=set)
    erased: dict[int, int] = field(default_factory=dict)
    """Event → the last `erased` event that names it."""
    found: int = 0

    def finding(self, kind: Kind, seq: int, what: str) -> Finding:
        self.found += 1
        return Finding(kind, f"{self.where(seq)} {what}", self.ticket, seq)

    def where(self, seq: int) -> str:
        return f"Event {seq} {of(self.ticket)}"

    def step(self, row: sa.Row[Any], hash_: str) -> None:
        self.before, self.previous, self.last = self.previous, hash_, row.seq

    def hash_at(self, row: sa.Row[Any], previous: str, seq: int) -> str:
        """What the row's hash would be in that place."""
        actor = chain.nameless(str(row.actor), str(row.salt))
        return chain.link(previous, seq, stamp(row.at), actor, row.action, row.mail, row.raw, row.digest)

    def fits(self, row: sa.Row[Any], previous: str, seq: int) -> bool:
        return bool(self.hash_at(row, previous, seq) == row.hash)


def of(ticket: int) -> str:
    """Whose history it is."""
    return f"of #{ticket}" if ticket else "of the mails without a ticket"


def stamp(at: Any) -> str:
    """A time as the hash takes it; on SQLite it is read as it is stored."""
    return chain.stamp(at) if isinstance(at, datetime) else str(at)


def examine(
    ticket: int, rows: Iterator[sa.Row[Any]], length: sa.Row[Any] | None, sealed: Iterator[sa.Row[Any]]
) -> Iterator[Finding]:
    """All that is wrong with one chain. Holds two events at a time."""
    walk = Walk(ticket, length, chain.start(ticket))
    mark = next(sealed, None)
    row, ahead = next(rows, None), next(rows, None)
    while row is not None:
        wrong, swapped = _look(walk, row, ahead)
        if swapped:
            assert ahead is not None
            yield from joined(wrong, _says(walk, row), _says(walk, ahead))
            walk.before, walk.previous, walk.last = ahead.hash, row.hash, ahead.seq
            ahead = next(rows, None)
        else:
            yield from wrong or _says(walk, row)
        while mark is not None and mark.events <= walk.last - walk.shift:
            yield from _as_sealed(walk, mark)
            mark = next(sealed, None)
        row, ahead = ahead, next(rows, None)
    yield from _erased(walk)
    yield from _length(walk)
    for later in joined([mark] if mark else [], sealed):
        if not walk.found:
            yield _cut(walk, later.events, f"seal {later.seal}")


def _look(walk: Walk, row: sa.Row[Any], ahead: sa.Row[Any] | None) -> tuple[list[Finding], bool]:
    """Does the event stand where it stood, as it stood? Also says whether it has changed places with the next."""
    seq = row.seq - walk.shift if isinstance(row.seq, int) else -1
    if seq < 1:
        return [walk.finding(Kind.inserted, row.seq, "was put in: there is no such number.")], False
    if row.seq > walk.last + 1:
        return [_gap(walk, row)], False
    if walk.fits(row, walk.previous, seq):
        walk.step(row, row.hash)
        return [], False
    if ahead is not None and walk.fits(ahead, walk.previous, seq) and walk.fits(row, ahead.hash, seq + 1):
        what = f"and event {ahead.seq} have changed places."
        return [walk.finding(Kind.reordered, row.seq, what)], True
    return [_misfit(walk, row, ahead, seq)], False


def _gap(walk: Walk, row: sa.Row[Any]) -> Finding:
    first, last = walk.last + 1, row.seq - 1
    walk.step(row, row.hash)
    if first == last:
        return walk.finding(Kind.deleted, first, "was deleted.")
    walk.found += 1
    return Finding(Kind.deleted, f"Events {first} to {last} {of(walk.ticket)} were deleted.", walk.ticket, first)


def _misfit(walk: Walk, row: sa.Row[Any], ahead: sa.Row[Any] | None, seq: int) -> Finding:
    """The event does not follow from the one before it: why not?"""
    if ahead is not None and walk.fits(ahead, walk.previous, seq):
        walk.shift += 1
        walk.last = row.seq
        return walk.finding(Kind.inserted, row.seq, "was put in.")
    if walk.before is not None and walk.fits(row, walk.before, seq - 1):
        put_in = walk.last
        walk.shift += 1
        walk.step(row, row.hash)
        return walk.finding(Kind.inserted, put_in, "was put in.")
    removed = _removed(walk, row, ahead, seq)
    right = walk.hash_at(row, walk.previous, seq)
    if ahead is not None and removed is None and walk.fits(ahead, right, seq + 1):
        walk.step(row, right)
        return walk.finding(Kind.changed, row.seq, "was changed: its hash is not the one it had.")
    walk.step(row, row.hash)
    if removed:
        walk.shift -= removed
        what = f"was number {seq + removed}: what stood before it was deleted."
        return walk.finding(Kind.deleted, row.seq, what)
    return walk.finding(Kind.changed, row.seq, "was changed or moved: its hash does not fit it.")


def _removed(walk: Walk, row: sa.Row[Any], ahead: sa.Row[Any] | None, seq: int) -> int | None:
    """How many events before this one were taken out and the gap closed; None where nothing follows from it."""
    if ahead is not None:
        return next((gap for gap in range(MOST_REMOVED) if walk.fits(ahead, row.hash, seq + 1 + gap)), None)
    if walk.length and row.hash == walk.length.head and walk.length.events >= seq:
        return int(walk.length.events) - seq
    return None


def _says(walk: Walk, row: sa.Row[Any]) -> Iterator[Finding]:
    """Does it say what it said?"""
    text = _as_written(row.detail)
    is_blank = text == chain.written(chain.ERASED)
    if row.salt == "" and is_blank:
        walk.blank.add(row.seq)
    elif chain.digest(str(row.salt), text) == row.digest:
        if row.action == "erased":
            walk.erased |= dict.fromkeys(_named(text), row.seq)
    elif is_blank:
        yield walk.finding(Kind.blanked, row.seq, "says nothing any more, and was not erased.")
    else:
        yield walk.finding(Kind.changed, row.seq, "was changed: it says something else than it said.")


def _as_written(detail: Any) -> str:
    """SQLite gives the text as it is stored, PostgreSQL the object that it says. Whatever else somebody has put there
    has not the right digest."""
    if isinstance(detail, dict):
        return chain.written(detail)
    return detail if isinstance(detail, str) else json.dumps(detail, default=repr)


def _named(text: str) -> list[int]:
    named = json.loads(text).get("events", [])
    return [each for each in named if isinstance(each, int)]


def _as_sealed(walk: Walk, mark: sa.Row[Any]) -> Iterator[Finding]:
    """The chain when it was sealed. Where something was found, that is the reason."""
    if not walk.found and mark.events == walk.last - walk.shift and mark.head != walk.previous:
        what = f"is not the one that seal {mark.seal} was set on: the history was written anew."
        yield walk.finding(Kind.rewritten, walk.last, what)


def _erased(walk: Walk) -> Iterator[Finding]:
    for seq in sorted(walk.blank):
        if walk.erased.get(seq, 0) <= seq:
            yield walk.finding(Kind.blanked, seq, "says nothing any more, and no later event says that it was erased.")


def _length(walk: Walk) -> Iterator[Finding]:
    """Is it as long as it was?"""
    last, length = walk.last - walk.shift, walk.length
    if length is None:
        if walk.last:
            yield walk.finding(Kind.rewritten, walk.last, "is the last, but how many there were is not known any more.")
    elif last < length.events:
        yield _cut(walk, length.events, "the count")
    elif last > length.events:
        yield walk.finding(Kind.inserted, length.events + 1, "and what follows were put in, or the count changed.")
    elif not walk.found and walk.previous != length.head:
        yield walk.finding(Kind.rewritten, walk.last, "is not the one that was the last.")


def _cut(walk: Walk, known: int, by: str) -> Finding:
    walk.found += 1
    last = walk.last - walk.shift
    gone = f"Event {known} is" if known == last + 1 else f"Events {last + 1} to {known} are"
    what = f"{gone} missing at the end of the history {of(walk.ticket)}, known to {by}."
    return Finding(Kind.cut, what, walk.ticket, last + 1)
