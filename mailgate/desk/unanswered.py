"""Assignments that are neither accepted nor declined (`unanswered:` of service.yaml): first the deputy of whoever is
away is asked, then the ticket is taken back, as if it had been declined.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mailgate.desk import absence, change, charges, clock_letters, merging, parts, people, rights
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.clock_letters import ACTOR
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules import access
from mailgate.rules.appointments import Due
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

WHY: Final = Sentence("not accepted in time", "nicht rechtzeitig angenommen")


def tell_deputy(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """He may accept it in place of whoever is away; where nobody stands in, nobody is asked."""
    asked = str(ticket.assignee)
    deputy = absence.deputy_of(tx, asked) if absence.is_away(tx, asked) else None
    if deputy is None or access.is_kept_from(tx.settings, deputy, rights.now(tx, ticket)):
        return ticket
    reader = replace(of_agent(tx.settings, deputy), stands_in_for=asked)
    said = _said(tx, ticket, "change.deputy.asked")
    if told := clock_letters.tell(tx, ticket, due, "assigned", (reader,), changes=(said,)):
        change.record(tx, ticket.number, ACTOR, "deputy_asked", to=sorted(told), instead_of=asked)
    return ticket


def take_back(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """Back to the coordinator, else to the group; both, and whoever had it, are told."""
    before, said = ticket.assignee, _said(tx, ticket, "change.taken_back")
    coordinator = charges.coordinator(tx, ticket)
    group = ticket.group if coordinator else charges.home(tx.settings, ticket)
    after = change.move(tx, ticket, ACTOR, "take_back", detail={"why": WHY}, assignee=None, group=group)
    told = _draft(tx, after)
    told |= _tell_the_next(tx, after, due, said, told)
    # Found late it is no news for whoever had it: his digest names it no more.
    if before and not due.late and before not in told and is_at_work(tx.settings, before):
        gone = sentence("change.taken_back.from", number=ticket.number, when=_since(tx, ticket))
        reader = (of_agent(tx.settings, before),)
        clock_letters.tell(tx, after, due, "status_changed", reader, changes=(gone,), skip=told)
    return after


def _tell_the_next(tx: Tx, ticket: Ticket, due: Due, said: Sentence, told: frozenset[str]) -> frozenset[str]:
    """Whoever has to find somebody now."""
    part = parts.is_part(ticket)
    coordinator = parts.coordinator_of(tx, ticket) if part else charges.coordinator(tx, ticket)
    if coordinator in told:
        return frozenset()
    letter = "assigned" if coordinator else "new_ticket"
    readers: tuple[Reader, ...] = (of_agent(tx.settings, coordinator),) if coordinator else ()
    readers = readers or clock_letters.usual(tx, ticket, letter)
    return clock_letters.tell(tx, ticket, due, letter, readers, changes=(said,), skip=told)


def go_on_without(tx: Tx, part: Ticket, due: Due) -> Ticket:
    """The date of a part has passed: where no other is missing, the coordinator gets the draft of all others."""
    _draft(tx, part)
    return part


def _draft(tx: Tx, part: Ticket) -> frozenset[str]:
    """This part is waited for no more: perhaps it was the last one. Returns who got the draft."""
    return merging.draft(tx, parts.parent_of(tx, part), part) if parts.is_part(part) else frozenset()


def _said(tx: Tx, ticket: Ticket, key: str) -> Sentence:
    name = people.agent_name(tx.settings, ticket.assignee)
    return sentence(key, name=name, number=ticket.number, when=_since(tx, ticket))


def _since(tx: Tx, ticket: Ticket) -> Sentence:
    return phrases.when_sentence(ticket.assigned_at or tx.now, tx.settings.site.timezone)
