"""Tickets that have to do with each other: `#link`, `#same` (one cause: resolved with the other), `#merge` (into it).

The other ticket needs the same right; a number that is unknown and one that he may not see answer the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk import beside, change, next_hands, notices, people, reporting, rights, tickets
from mailgate.desk.case import Case
from mailgate.desk.reporting import MOST_READERS, PARTICIPANT
from mailgate.desk.tickets import LINK, TICKET, Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import details, lifecycle
from mailgate.rules.arguments import Instead, Unclear, spoken
from mailgate.rules.details import Signed
from mailgate.store.db import Tx


def link(case: Case, args: str) -> None:
    """Linked; `-N` ends it."""
    said = details.number(args)
    other = _other(case, said)
    if said.goes:
        _part(case, other, "related")
        return
    if _links(case.tx, case.ticket.number, other.number, "related"):
        raise RefusedCommand(sentence("refused.linked", number=case.ticket.number, other=other.number))
    tie(case, other, "related")
    case.did("done.link", undo=f"#link -{other.number}", other=other.number)


def same(case: Case, args: str) -> None:
    """The same cause: whoever resolves the other one resolves this one too, with a letter of its own; `-N` ends it."""
    said = details.number(args)
    other = _other(case, said)
    if said.goes:
        _part(case, other, "same")
        return
    _may_be_same(case, other)
    tie(case, other, "same")
    case.did("done.same", undo=f"#same -{other.number}", other=other.number)
    _tell_handler(case, other)


def merge(case: Case, args: str) -> None:
    """It lives on in the other one; what comes for it goes there."""
    said = details.number(args)
    if said.goes:
        raise RefusedCommand(sentence("refused.merge.undo"))
    other = _other(case, said)
    _may_merge(case, other)
    case.move("merge", snoozed_until=None)
    tie(case, other, "merged")
    _readers_go_along(case, other)
    case.merged_into = other
    case.did("done.merge", undo="#undo", other=other.number)
    case.tell_workers("change.merged", other=other.number)


# -- the other ticket --------------------------------------------------------------------------------------------------


def _other(case: Case, said: Signed) -> Ticket:
    number = int(said.word)
    if number == case.ticket.number:
        raise RefusedCommand(sentence("refused.itself", number=number))
    other = tickets.load(case.tx, number)
    if other is None or not rights.sees(case.tx, case.agent, other):
        raise RefusedCommand(sentence("refused.not_here", number=number))
    rights.check(case.tx, case.agent, other)
    return other


def _links(tx: Tx, one: int, other: int, kind: str) -> list[tuple[int, int]]:
    """From and to, whichever way."""
    ways = sa.or_(
        sa.and_(LINK.c.from_ticket == one, LINK.c.to_ticket == other),
        sa.and_(LINK.c.from_ticket == other, LINK.c.to_ticket == one),
    )
    return [(row.from_ticket, row.to_ticket) for row in tx.all(sa.select(LINK).where(LINK.c.kind == kind, ways))]


def tie(case: Case, other: Ticket, kind: str) -> None:
    """A link between the two, in the history of both."""
    here, there = case.ticket.number, other.number
    row = {"from_ticket": here, "to_ticket": there, "kind": kind}
    beside.add(case.tx, here, case.actor, "linked", LINK, row, to=there, kind=kind)
    change.record(case.tx, there, case.actor, "linked", to=here, kind=kind)


def _part(case: Case, other: Ticket, kind: str) -> None:
    here, there = case.ticket.number, other.number
    found = _links(case.tx, here, there, kind)
    if not found:
        raise RefusedCommand(sentence("refused.not_linked", number=here, other=there))
    for one, to in found:
        row = {"from_ticket": one, "to_ticket": to, "kind": kind}
        beside.drop(case.tx, here, case.actor, "unlinked", LINK, row, to=there, kind=kind)
    change.record(case.tx, there, case.actor, "unlinked", to=here, kind=kind)
    word = "same" if kind == "same" else "link"
    case.did(f"done.un{word}", undo=f"#{word} {there}", other=there)


# -- the same cause ----------------------------------------------------------------------------------------------------


def _may_be_same(case: Case, other: Ticket) -> None:
    here, there = case.ticket, other.number
    lifecycle.after("wait", status=here.status, number=here.number)
    if not lifecycle.is_possible("wait", other.status):
        raise RefusedCommand(sentence("refused.same.over", other=there, status=lifecycle.WORDS[other.status]))
    if known := _resolved_with(case.tx, here.number):
        raise RefusedCommand(sentence("refused.same.twice", number=here.number, other=known))
    if here.number in _chain(case.tx, there):
        raise RefusedCommand(sentence("refused.same.circle", number=here.number, other=there))


def _resolved_with(tx: Tx, number: int) -> int | None:
    mine = (LINK.c.from_ticket == number, LINK.c.kind == "same")
    found: int | None = tx.value(sa.select(LINK.c.to_ticket).where(*mine).limit(1))
    return found


def _chain(tx: Tx, number: int) -> Iterator[int]:
    """The tickets it is resolved with, and those that they are."""
    for _ in range(tickets.MOST_MERGES):
        if (found := _resolved_with(tx, number)) is None:
            return
        yield (number := found)


def _tell_handler(case: Case, other: Ticket) -> None:
    """Whoever resolves the other one resolves two."""
    said = sentence("change.same", name=case.agent_name, number=case.ticket.number, other=other.number)
    case.elsewhere.append((other, said))


# -- merging -----------------------------------------------------------------------------------------------------------


def _may_merge(case: Case, other: Ticket) -> None:
    tx, here = case.tx, case.ticket
    if other.status == "merged":
        into = tickets.living(tx, other).number
        why = sentence("refused.merge.merged", other=other.number, into=into)
        raise Unclear(why, [str(into)] if into != here.number else [])
    if not people.are_one(tx, case.reporter, people.by_id(tx, other.reporter)):
        why = sentence("refused.merge.reporters", number=here.number, other=other.number)
        raise Instead(why, (f"#same {other.number}",))
    if here.parent or tx.first(sa.select(TICKET.c.number).where(TICKET.c.parent == here.number).limit(1)):
        raise RefusedCommand(sentence("refused.merge.parts", number=here.number))


def _readers_go_along(case: Case, other: Ticket) -> None:
    there = reporting.readers(case.tx, other)
    for email in reporting.readers(case.tx, case.ticket)[: MOST_READERS - len(there)]:
        if email not in there:
            row = {"ticket": other.number, "role": "cc", "who": email, "proven": False}
            beside.add(case.tx, other.number, case.actor, "cc", PARTICIPANT, row, added=email)


def tell_where_it_lives_on(case: Case) -> frozenset[str]:
    """Whoever has the other ticket gets what was said here, one letter each; returns the persons."""
    other = case.merged_into
    if other is None:
        return frozenset()
    whole = spoken("#undo").in_language(case.language)  # a merged ticket takes no other command
    case.effects[:] = [replace(each, undo=whole if each.undo else None) for each in case.effects]
    words, changes = next_hands.words(case), tuple(case.changes)
    return notices.tell_agents(case.tx, other, "new_message", actor=case.actor, words=words, changes=changes)
