"""Letters of somebody who is away go to his deputy too, and without one to his group (CONTRACT 8, Absence)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailgate.desk import absence, people
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules import access
from mailgate.rules.access import TicketView
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


def with_deputies(tx: Tx, readers: Iterable[Reader], ticket: Ticket, view: TicketView) -> tuple[Reader, ...]:
    """The readers, and whoever stands in for those of them who are away; each once."""
    found = {each.email.lower(): each for each in readers}
    away = absence.now_away(tx)
    for reader in [each for each in found.values() if each.person in away]:
        for other in _instead(tx, reader.person, ticket, view):
            found.setdefault(other.email.lower(), replace(other, stands_in_for=reader.person))
    return tuple(found.values())


def explained(tx: Tx, reader: Reader) -> Sentence | None:
    """Why somebody gets the letter of another."""
    absent = absence.now_away(tx).get(reader.stands_in_for or "")
    if absent is None:
        return None
    name, (_, last) = people.agent_name(tx.settings, absent.agent), absent.days(tx.settings)
    key = "absence.deputy" if absence.deputy_of(tx, absent.agent) == reader.person else "absence.group"
    return sentence(key, name=name, day=phrases.day_sentence(last))


def _instead(tx: Tx, absent: str, ticket: Ticket, view: TicketView) -> Iterator[Reader]:
    deputy = absence.deputy_of(tx, absent)
    if deputy is not None and not access.is_kept_from(tx.settings, deputy, view):
        yield of_agent(tx.settings, deputy)
        return
    group = tx.settings.groups.get(ticket.group or "")
    for member in group.members if group else ():
        if not absence.is_away(tx, member) and access.sees(tx.settings, member, view):
            yield of_agent(tx.settings, member)
