"""A solution for all tickets of one cause (`#same`): each is resolved, and each reporter gets one letter, which names
what else of his it resolves. Where others read along, or a partner closes himself, a ticket has a letter of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import answers, partners, people, reporting, rights, tickets
from mailgate.desk.case import Case
from mailgate.desk.tickets import LINK, TICKET, Ticket
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import Effect
from mailgate.rules import courtesy, lifecycle
from mailgate.rules.arguments import spoken
from mailgate.store.db import Tx

MOST = 200
"""Tickets that one mail resolves."""


def resolve(case: Case) -> None:
    """The words go to the reporter, and to those of all tickets of the same cause."""
    others = tuple(_of_one_cause(case.tx, case.ticket.number))
    answers.to_reporter(case, "solution", _his(case.tx, case.ticket, others))
    written = [case]
    for ticket in others:
        written.append(_resolve(case, ticket, others, written))


def _resolve(case: Case, ticket: Ticket, others: Sequence[Ticket], written: Sequence[Case]) -> Case:
    words = _to_everybody(case.words, people.names(case.tx, case.ticket.reporter))
    own = replace(case, ticket=ticket, words=words, text="", message_id=None, effects=[], changes=[], concerned=set())
    own.letter = None
    own.move("resolve", solution=words.strip() or ticket.solution)
    first = next((each for each in written if ticket in _his(case.tx, each.ticket, others)), None)
    if first and first.letter:
        answers.by_another_letter(own, first.letter)
    else:
        answers.to_reporter(own, "solution", _his(case.tx, ticket, others))
    if rights.sees(case.tx, case.agent, ticket):  # whoever tied it may have had rights that this one has not
        text = sentence("done.same.resolved", number=ticket.number, name=own.reporter.shown)
        undo = f"#{ticket.number} {spoken('#reopen').in_language(case.language).removeprefix('#')}"
        may_undo = rights.may_act(case.tx, case.agent, ticket)
        case.effects.append(Effect(text.in_language(case.language), undo if may_undo else None))
    said = sentence("change.same.resolved", name=case.agent_name, number=ticket.number, other=case.ticket.number)
    case.elsewhere.append((own.ticket, said))
    return own


def _his(tx: Tx, one: Ticket, others: Sequence[Ticket]) -> tuple[Ticket, ...]:
    """The others whose reporter learns of them by the letter about this one."""
    if partners.closes_himself(tx, one):
        return ()
    reporter = people.by_id(tx, one.reporter)
    return tuple(
        each
        for each in others
        if each.number != one.number
        and people.are_one(tx, reporter, people.by_id(tx, each.reporter))
        and not (reporting.readers(tx, each) or partners.closes_himself(tx, each))
    )


def _to_everybody(words: str, names: Collection[str]) -> str:
    """Without the line that greets one reporter by name."""
    first, _, rest = words.strip().partition("\n")
    return rest.strip() if courtesy.is_greeting(first.strip()) and not courtesy.goes_on(first, names) else words


def _of_one_cause(tx: Tx, number: int) -> Iterator[Ticket]:
    """Whatever is resolved with this one, and with that."""
    found, ahead = {number}, [number]
    while ahead and len(found) <= MOST:
        new = [each for each in _waiting_for(tx, ahead.pop(0)) if each.number not in found]
        found.update(each.number for each in new)
        ahead += [each.number for each in new]
        yield from new


def _waiting_for(tx: Tx, number: int) -> list[Ticket]:
    """Unsettled tickets of the same cause as this one, or as one that was merged into it."""
    here, merged = {number}, sa.select(LINK.c.from_ticket).where(LINK.c.kind == "merged")
    for _ in range(tickets.MOST_MERGES):
        more = {row.from_ticket for row in tx.all(merged.where(LINK.c.to_ticket.in_(here)))} - here
        if not more:
            break
        here |= more
    same_as = sa.select(LINK.c.from_ticket).where(LINK.c.to_ticket.in_(here), LINK.c.kind == "same")
    return sorted(
        tickets.select(tx, TICKET.c.number.in_(same_as), TICKET.c.status.in_(lifecycle.UNSETTLED)),
        key=lambda each: each.number,
    )
