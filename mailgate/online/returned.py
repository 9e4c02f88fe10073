"""A test letter that came back to us: what of it arrived as it was sent, and what its way made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from mailgate.clock import Clock
from mailgate.desk import mails
from mailgate.mail.bounce import Bounce, read_bounce
from mailgate.mail.message import Message
from mailgate.mail.parse import read
from mailgate.mail.trace import received_chain
from mailgate.online.letter import Trial
from mailgate.settings.model import Settings
from mailgate.settings.site import Limits
from mailgate.store import arrivals
from mailgate.store.db import Store
from mailgate.store.tables import Arrival, table_of
from mailgate.trust.lookups import Lookups

LOOKS_EVERY_SECONDS: Final = 0.5
_LONGEST: Final = 2**20
"""A test letter is small, however much its way adds."""
_MOST: Final = 500
_MOST_LINES: Final = 3
_ARRIVAL: Final = table_of(Arrival)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One of the ways in which an answer tells us what it belongs to."""

    name: str
    survives: bool
    note: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The letter as it came back."""

    mail: int
    received_at: datetime
    source: str
    carriers: tuple[Carrier, ...]
    hops: tuple[str, ...]
    signatures: tuple[str, ...]
    """What became of ours, each in words; () where we do not sign or can not look."""
    changed: tuple[str, ...]
    """What else is different."""
    again: tuple[int, ...] = ()
    """Other mails that are the same letter."""

    @property
    def is_known_again(self) -> bool:
        """At least one carrier arrives, so that answers find their tickets."""
        return any(each.survives for each in self.carriers)


def newest(store: Store) -> int:
    """The last mail that has arrived so far."""
    with store.looking_back() as journal:
        return journal.execute(sa.select(sa.func.max(_ARRIVAL.c.id))).scalar() or 0


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came: the letter itself, or a report that it never will."""

    row: Any
    """Of the journal."""
    report: Bounce | None = None


def wait(
    store: Store, letter: Trial, after: int, clock: Clock, seconds: float, pause: Callable[[float], None]
) -> Arrived | None:
    """What came of it, as soon as it is in the journal; None where it is not in time. `after`: the last mail before."""
    until = clock.monotonic() + seconds
    while True:
        if found := _first_of(store, letter, _naming(store, letter, after)):
            return found
        if clock.monotonic() >= until:
            return None
        pause(LOOKS_EVERY_SECONDS)


def _first_of(store: Store, letter: Trial, rows: Iterable[Any]) -> Arrived | None:
    """The letter, else the report that it was not delivered; one that it takes longer is neither."""
    reports: list[Arrived] = []
    for row in rows:
        report = read_bounce(read(arrivals.raw(store, row), Limits()), null_sender=not row.envelope_from)
        if report and report.severity == "hard":
            reports.append(Arrived(row, report))
        elif not report and not any(f"+b-{letter.token}@" in each.lower() for each in row.recipients):
            return Arrived(row)
    return next(iter(reports), None)


def _naming(store: Store, letter: Trial, after: int) -> list[Any]:
    """Mails that hold its mark, oldest first."""
    few = sa.select(_ARRIVAL).where(_ARRIVAL.c.id > after, _ARRIVAL.c.size < _LONGEST).order_by(_ARRIVAL.c.id.desc())
    with store.looking_back() as journal:
        rows = journal.execute(few.limit(_MOST)).all()
    mark = letter.token
    here = (
        row for row in rows if mark in str(row.recipients).lower() or mark.encode() in arrivals.raw(store, row).lower()
    )
    return sorted(here, key=lambda row: int(row.id))


def judged(
    store: Store, settings: Settings, mail: int, clock: Clock, seconds: float, pause: Callable[[float], None]
) -> Any:
    """What the daemon decided about it, as soon as it has; None where it has not in time."""
    until = clock.monotonic() + seconds
    while True:
        with store.reading(settings, clock.now()) as tx:
            found = mails.decision(tx, mail)
        if found or clock.monotonic() >= until:
            return found
        pause(LOOKS_EVERY_SECONDS)


def compared(store: Store, settings: Settings, letter: Trial, row: Any, lookups: Lookups | None) -> Returned:
    """What arrived beside what was sent. `lookups` None: signatures are not looked at."""
    raw = arrivals.raw(store, row)
    message = read(raw, settings.limits)
    hops = tuple(f"{hop.received_from or '?'} → {hop.received_by or '?'}" for hop in received_chain(message.headers))
    return Returned(
        mail=row.id,
        received_at=row.received_at,
        source=row.source,
        carriers=tuple(_carriers(letter, tuple(row.recipients), message.message_id, message.references)),
        hops=hops,
        signatures=_signatures(raw, letter, lookups) if lookups else (),
        changed=tuple(_changed(letter, message)),
    )


def _carriers(
    letter: Trial, recipients: tuple[str, ...], message_id: str | None, references: tuple[str, ...]
) -> Iterator[Carrier]:
    there = ", ".join(recipients)
    if f"+{letter.token}@" not in letter.to:
        yield Carrier("address", False, "not tried: this address has no +tag (subaddress: false)")
    elif any(f"+{letter.token}@" in each.lower() for each in recipients):
        yield Carrier("address", True, there)
    else:
        yield Carrier("address", False, f"the +tag is lost: it came to {there}; set subaddress: false")
    sent = dict(letter.carriers)
    same = message_id == sent["Message-ID"]
    yield Carrier("Message-ID", same, "" if same else f"a server on the way made it {message_id or 'vanish'}")
    kept = sent["References"] in references
    yield Carrier("References", kept, "" if kept else "a server on the way took our id out of it")


def _signatures(raw: bytes, letter: Trial, lookups: Lookups) -> tuple[str, ...]:
    from mailgate.trust.signatures import signatures

    ours = {each.domain for each in letter.signers}
    found = (each for each in signatures(raw, lookups) if each.domain in ours)
    said = tuple(f"dkim={each.result}{f' ({each.why})' if each.why else ''} for {each.domain}" for each in found)
    return said or (("our signature is gone",) if ours else ())


def _changed(letter: Trial, message: Message) -> Iterator[str]:
    sent = read(letter.raw, Limits())
    if message.sender is None or message.sender.email.lower() != letter.sender.lower():
        yield f"the sender: {message.sender.email if message.sender else 'nobody can be read'}"
    if message.subject != sent.subject:
        yield f"the subject: {message.subject}"
    if message.headers.get("Auto-Submitted").strip().lower() != "auto-replied":
        yield "Auto-Submitted, by which programs know not to answer"
    before, after = _lines(sent), _lines(message)
    yield from (f"the words: a line was added: {each}" for each in _not_in(before, after))
    yield from (f"the words: a line is gone: {each}" for each in _not_in(after, before))
    if sent.html and not message.html:
        yield "the HTML is gone"


def _lines(message: Message) -> Set[str]:
    """The lines of its plain text, in order, without what only folds differently."""
    return dict.fromkeys(filter(None, (" ".join(each.split()) for each in message.text.split("\n")))).keys()


def _not_in(others: Set[str], lines: Set[str]) -> list[str]:
    return [each for each in lines if each not in others][:_MOST_LINES]


def again(store: Store, letter: Trial, after: int, first: int) -> tuple[int, ...]:
    """Other mails after that one that are this letter too."""
    others = (row for row in _naming(store, letter, after) if row.id != first)
    return tuple(int(row.id) for row in others if (found := _first_of(store, letter, [row])) and not found.report)
