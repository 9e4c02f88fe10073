"""Parts of a ticket (`#split`): who coordinates them, how far each is, and what letters say of that.

Only looks; `splitting.py` makes parts, `part_answers.py` answers them, `merging.py` puts the answers together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from mailgate.desk import people, tickets
from mailgate.desk.audience import Reader
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Event, PartRow, table_of

PART, EVENT = table_of(PartRow), table_of(Event)
_OF = Prepared(sa.select(PART).where(PART.c.parent == sa.bindparam("parent")).order_by(PART.c.ticket))
_ONE = Prepared(sa.select(PART).where(PART.c.ticket == sa.bindparam("ticket")))
_CREATED = Prepared(sa.select(EVENT.c.detail).where(EVENT.c.ticket == sa.bindparam("ticket"), EVENT.c.seq == 1))
_ROUND_ABOUT = ("assign", "assign_group", "take", "accept", "decline", "take_back", "unassign", "answer_part", "reopen")
"""Events of a part that say in whose hands it is; the last one counts."""
_REFUSING = ("decline", "take_back")


class State(StrEnum):
    """How far a part is."""

    answered = "answered"
    declined = "declined"
    closed = "closed"
    """Without an answer."""
    overdue = "overdue"
    missing = "missing"


SETTLED = (State.answered, State.declined, State.closed, State.overdue)
"""The draft waits for none of these."""
NOT_ANSWERED = (State.missing, State.overdue, State.declined, State.closed)
"""In the order in which letters name them."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Who would not have it, and why."""

    agent: str | None
    why: str
    german: str = ""
    """The same in German, where the words are ours: it was taken back."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a ticket."""

    ticket: Ticket
    hidden: bool
    answered_at: datetime | None
    state: State
    declined: Declined | None = None


def is_part(ticket: Ticket) -> bool:
    """Whether the ticket is a part of another one."""
    return ticket.parent is not None


def was_part(tx: Tx, ticket: Ticket) -> bool:
    """A part whose split was taken back. What its handler writes is still for nobody outside."""
    if ticket.parent is not None or ticket.is_open:
        return False
    created = tx.first(_CREATED, {"ticket": ticket.number})
    return bool(created and created.detail.get("parent"))


def is_hidden(tx: Tx, ticket: Ticket) -> bool:
    """A part of which only its handler and the coordinator know."""
    if ticket.parent is None:
        return False
    row = tx.first(_ONE, {"ticket": ticket.number})
    return bool(row and row.hidden)


def of(tx: Tx, parent: int, *, released: bool = False) -> tuple[Part, ...]:
    """The parts whose answers have not gone to the reporter yet, in order; with `released` the others too."""
    rows = [] if parent in tx.opened else tx.all(_OF, {"parent": parent})
    return tuple(_part(tx, row) for row in rows if released or row.released_at is None)


def numbers(tx: Tx, parent: int) -> list[int]:
    """All parts there have ever been, in order."""
    return [row.ticket for row in tx.all(_OF, {"parent": parent})]


def of_agents(tx: Tx, parent: int) -> frozenset[str]:
    """Who has a part of this ticket that is not hidden: they may see the whole (CONTRACT 7)."""
    if parent in tx.opened:
        return frozenset()
    known = (tickets.loaded(tx, row.ticket) for row in tx.all(_OF, {"parent": parent}) if not row.hidden)
    return frozenset(each.assignee for each in known if each.assignee)


def parent_of(tx: Tx, part: Ticket) -> Ticket:
    """The ticket it is a part of."""
    assert part.parent is not None, "only a part has a parent"
    return tickets.loaded(tx, part.parent)


def coordinator_of(tx: Tx, part: Ticket) -> str | None:
    """Who gets its answer: the parent's coordinator, else whoever split it, else whoever handles the parent."""
    parent = parent_of(tx, part)
    found = (parent.coordinator, part.coordinator, parent.assignee)
    return next((each for each in found if is_at_work(tx.settings, each)), None)


def addressee(tx: Tx, part: Ticket) -> Sentence:
    """The name of whoever gets its answer."""
    agent = coordinator_of(tx, part)
    return verbatim(people.agent_name(tx.settings, agent)) if agent else sentence("part.coordinator")


def is_for_handler(tx: Tx, part: Ticket, agent: str) -> bool:
    """Whether words of this agent on the part are for its handler: he coordinates it, and does not handle it."""
    return agent != part.assignee and agent == coordinator_of(tx, part)


def takes_notes(tx: Tx, ticket: Ticket, agent: str) -> bool:
    """Whether plain words of this agent on the ticket stay a note: it is a part that was declined, and he coordinates
    it, so there is nobody to answer."""
    nobodys = is_part(ticket) and is_for_handler(tx, ticket, agent)
    return nobodys and _declined(tx, ticket) is not None


def whose(settings: Settings, part: Ticket) -> Sentence | str:
    """Who handles it: an agent, else a group."""
    if part.assignee:
        return people.agent_name(settings, part.assignee)
    group = settings.groups.get(part.group or "")
    if group is None:
        return sentence("part.nobody")
    return sentence("part.group", name=group.name)


# -- how far they are --------------------------------------------------------------------------------------------------


def _part(tx: Tx, row: sa.Row[tuple[object, ...]]) -> Part:
    ticket = tickets.loaded(tx, row.ticket)
    declined = _declined(tx, ticket)
    return Part(ticket, bool(row.hidden), row.answered_at, _state(tx.now, ticket, row.answered_at, declined), declined)


def _state(now: datetime, ticket: Ticket, answered_at: datetime | None, declined: Declined | None) -> State:
    if answered_at and ticket.status in ("answered", "resolved", "closed"):
        return State.answered
    if not ticket.is_open or ticket.status == "resolved":
        return State.closed
    if declined is not None:
        return State.declined
    return State.overdue if ticket.due_at and ticket.due_at <= now else State.missing


def _declined(tx: Tx, ticket: Ticket) -> Declined | None:
    """Its handler has declined it, and nobody else was asked since."""
    if ticket.assignee is not None or ticket.status not in ("new", "accepted"):
        return None
    rows = tx.all(
        sa.select(EVENT.c.action, EVENT.c.detail)
        .where(EVENT.c.ticket == ticket.number, EVENT.c.action.in_(_ROUND_ABOUT))
        .order_by(EVENT.c.seq)
    )
    if not rows or rows[-1].action not in _REFUSING:
        return None
    detail = rows[-1].detail
    agent = detail.get("assignee_before")
    why, german = (str(detail.get(name) or "") for name in ("why", "why_de"))
    return Declined(tx.settings.now_called("agent", agent) if agent else None, why, german)


# -- what letters say of it --------------------------------------------------------------------------------------------


def progress(tx: Tx, parent: Ticket) -> Sentence | None:
    """ "Parts: 2 of 3, missing: Cleo Chen (1003)"; None where the ticket has no parts."""
    return said_of(tx.settings, of(tx, parent.number))


def said_of(settings: Settings, parts: Iterable[Part]) -> Sentence | None:
    """How many of these are answered, and whose answer is missing."""
    known = tuple(parts)
    if not known:
        return None
    answered = sum(each.state is State.answered for each in known)
    pieces = [sentence("part.progress", number=answered, total=len(known))]
    for state in NOT_ANSWERED:
        if those := [_named(settings, each) for each in known if each.state is state]:
            pieces.append(sentence(f"part.are.{state}", names=joined(those, verbatim(", "))))
    return joined(pieces, verbatim(", "))


def _named(settings: Settings, part: Part) -> Sentence:
    return sentence("part.named", name=_who(settings, part), number=part.ticket.number)


def _who(settings: Settings, part: Part) -> Sentence:
    """Who has it, or would not have it."""
    if part.declined and part.declined.agent and part.state is State.declined:
        return verbatim(people.agent_name(settings, part.declined.agent))
    name = whose(settings, part.ticket)
    return name if isinstance(name, Sentence) else verbatim(name)


def said_to(tx: Tx, ticket: Ticket, reader: Reader) -> tuple[Sentence, ...]:
    """What a letter about a ticket or a part tells this reader of how they hang together. Of a hidden part only the
    coordinator hears, and whoever has it hears of no other."""
    if ticket.parent is not None:
        return _of_part(tx, ticket, reader)
    if not of(tx, ticket.number):
        return ()
    # Those whose answer has gone out already count as well, or the others would look like all there are.
    said = said_of(tx.settings, _known_to(tx, of(tx, ticket.number, released=True), reader))
    return (said,) if said else ()


def _of_part(tx: Tx, part: Ticket, reader: Reader) -> tuple[Sentence, ...]:
    coordinates = coordinator_of(tx, part) in (reader.person, reader.stands_in_for)
    if is_hidden(tx, part) and not coordinates:
        return (sentence("part.alone", name=addressee(tx, part)),)
    others = [
        each for each in _known_to(tx, of(tx, int(part.parent or 0)), reader) if each.ticket.number != part.number
    ]
    said = sentence("part.of", number=part.parent)
    if not others:
        return (said,)
    names = joined((_named(tx.settings, each) for each in others), verbatim(", "))
    return (said, sentence("part.others", names=names).whole)


def _known_to(tx: Tx, known: tuple[Part, ...], reader: Reader) -> tuple[Part, ...]:
    who = (reader.person, reader.stands_in_for)
    return tuple(each for each in known if not each.hidden or coordinator_of(tx, each.ticket) in who)


def lines(tx: Tx, parts: Iterable[Part]) -> tuple[Sentence, ...]:
    """Each part in a line: number, handler, state, and what the coordinator should know of it."""
    return tuple(_line(tx.settings, each) for each in parts)


def _line(settings: Settings, part: Part) -> Sentence:
    state = sentence(f"part.is.{part.state}")
    if part.declined and part.declined.why and part.state is State.declined:
        why = Sentence(part.declined.why, part.declined.german or part.declined.why)
        state = joined((state, why), verbatim(": "))
    pieces = [verbatim(str(part.ticket.number)), _who(settings, part), state]
    return joined((*pieces, *((sentence("part.hidden"),) if part.hidden else ())), verbatim(" · "))
