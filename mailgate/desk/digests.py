"""Who gets a digest now: each morning whoever `digest.to` names; soon, whoever more became due for than single letters
may say; and whoever is back from an absence. One letter for all of these reasons, each of them once.

Somebody who is away gets none: his deputy's says what he stands in for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from mailgate.desk import absence, audience, digest_letter, digest_scope, digested, returning, seals
from mailgate.desk.absence import Absence
from mailgate.desk.digest_letter import Occasion
from mailgate.desk.retired import is_at_work
from mailgate.rules import mornings
from mailgate.store.db import Store, Tx

AT_ONCE = 2
"""Agents in one transaction, so that no mail waits for long; the next follow with the next look."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One agent and the reasons for a digest of this day."""

    agent: str
    day: date
    is_morning: bool = False
    is_owed: bool = False
    back_from: tuple[Absence, ...] = ()


def look(store: Store, tx: Tx) -> Callable[[Tx], int] | None:
    """A job: see without a turn whether anybody gets one."""
    is_wrong = digested.is_wrong(digested.rows(tx), mornings.day_of(tx.settings, tx.now))
    return sweep if is_wrong or next(wanted(tx), None) else None


def sweep(tx: Tx) -> int:
    """Write the next ones. Returns how many agents were looked after; who has nothing to read gets no letter."""
    digested.put_right(tx, mornings.day_of(tx.settings, tx.now))
    those = list(islice(wanted(tx), AT_ONCE))
    seals.begin(tx)
    for each in those:
        digested.has(tx, digested.rows(tx), each.agent, each.day)
        returning.told(tx, each.back_from)
        if is_at_work(tx.settings, each.agent) and (each.back_from or _reads_it(tx, each.agent)):
            digest_letter.write(tx, each.agent, _occasion(tx, each))
    return len(those)


def wanted(tx: Tx) -> Iterator[Wanted]:
    """Everybody for whom it is time now."""
    settings, known, back = tx.settings, digested.rows(tx), returning.back(tx)
    morning = mornings.due_on(settings, tx.now) if settings.digest.to else None
    is_open = mornings.is_working_time(settings, tx.now)
    if morning is None and not (is_open and (back or any(row.owed for row in known.values()))):
        return
    day, away = mornings.day_of(settings, tx.now), absence.now_away(tx)
    usual = frozenset(digest_scope.readers(settings, settings.digest.to) if morning else ())
    for agent in settings.agents:
        one = Wanted(
            agent,
            day,
            is_morning=agent in usual and digested.may_have(known, agent, day),
            is_owed=is_open and digested.is_owed(known, agent),
            back_from=back.get(agent, ()),
        )
        if agent not in away and (one.is_morning or one.is_owed or one.back_from):
            yield one


def _reads_it(tx: Tx, agent: str) -> bool:
    return audience.wants(tx.settings, audience.of_agent(tx.settings, agent), "digest")


def _occasion(tx: Tx, one: Wanted) -> Occasion:
    if one.back_from:
        return returning.occasion(tx, one.agent, one.back_from)
    if one.is_owed:
        return Occasion(digest_scope.EVERY_ROLE, "digest.owed.subject", "digest.owed")
    return Occasion(tx.settings.digest.to, "digest.subject", of=mornings.at(tx.settings, one.day))
