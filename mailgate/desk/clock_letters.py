"""Letters of the clock to us: now, at the next opening, or, where they come long after their time, in one digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from mailgate.desk import (
    audience,
    charges,
    conversation,
    deputies,
    digest_scope,
    digested,
    notices,
    parts,
    people,
    pictures,
    rights,
)
from mailgate.desk.audience import Reader
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.notices import Words
from mailgate.desk.tickets import Ticket
from mailgate.outbox.queue import not_before
from mailgate.rules.appointments import Due
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared

ACTOR: Final = "clock"
_QUESTION: Final = Prepared(
    sa.select(MESSAGE.c.new_text).where(MESSAGE.c.ticket == sa.bindparam("ticket")).order_by(MESSAGE.c.id).limit(1)
)


def tell(
    tx: Tx,
    ticket: Ticket,
    due: Due,
    letter: str,
    readers: Iterable[Reader],
    *,
    why: Sentence | None = None,
    changes: tuple[Sentence, ...] = (),
    skip: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """One letter to each, and to the deputies of those who are away, but for those in `skip` (persons). Returns whom
    it, or the digest, goes to."""
    told, before, words = set[str](), len(tx.letters), last_words(tx, ticket, why)
    for reader in readers:
        if due.late:
            told |= _owed(tx, ticket, letter, reader) - skip
        left_out = skip | told
        told |= notices.tell_agent(tx, ticket, letter, reader, words=words, changes=changes, skip=left_out)
    not_before(tx, tx.letters[before:], due.opens)
    return frozenset(told)


def _owed(tx: Tx, ticket: Ticket, letter: str, reader: Reader) -> frozenset[str]:
    """Those who get the digest for it: the ticket stands in theirs, and they read it."""
    readers = deputies.with_deputies(tx, (reader,), ticket, rights.now(tx, ticket))
    found = {
        each.person
        for each in readers
        if each.person in tx.settings.agents
        and audience.wants(tx.settings, each, letter)
        and audience.wants(tx.settings, each, "digest")
        and digest_scope.holds(tx, each.person, ticket)
    }
    for agent in sorted(found):
        digested.owe(tx, agent)
    return frozenset(found)


def members(tx: Tx, ticket: Ticket, audiences: tuple[str, ...]) -> tuple[Reader, ...]:
    """Everybody whom any of these audiences names."""
    return audience.all_of(tx.settings, audiences, _coordinated(tx, ticket), rights.now(tx, ticket))


def usual(tx: Tx, ticket: Ticket, letter: str) -> tuple[Reader, ...]:
    """Whom `letters:` names for it: the first audience that exists."""
    return audience.told(tx.settings, letter, _coordinated(tx, ticket), rights.now(tx, ticket), actor=ACTOR)


def _coordinated(tx: Tx, ticket: Ticket) -> Ticket:
    """With the coordinator whom this concerns: of a part that of the whole; where none is named, that of the group."""
    if parts.is_part(ticket):
        return replace(ticket, coordinator=parts.coordinator_of(tx, ticket))
    if charges.coordinator(tx, ticket):
        return ticket
    group = tx.settings.groups.get(charges.home(tx.settings, ticket) or "")
    return replace(ticket, coordinator=group.coordinator) if group and group.coordinator else ticket


def last_words(tx: Tx, ticket: Ticket, why: Sentence | None = None) -> Words:
    """What the reporter wrote last; on a part what its handler was asked."""
    if parts.is_part(ticket):
        asks = people.agent_name(tx.settings, parts.coordinator_of(tx, ticket))
        return Words(asks, str(tx.value(_QUESTION, {"ticket": ticket.number}) or ""), why=why)
    text, files = conversation.said_by_reporter(tx, ticket.number, most=1)
    reporter = people.by_id(tx, ticket.reporter)
    return Words(reporter.shown, pictures.named(text, files), address=reporter.email or "", why=why)
