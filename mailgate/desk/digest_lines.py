"""Lines of a digest that a ticket's row does not say: since when it waits, what is overdue from others, which answers
have not left, which mails are held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from mailgate.desk import holding, parts, people, showing, statements, tickets
from mailgate.desk import unsent as not_sent
from mailgate.desk.audience import Reader
from mailgate.desk.digest_scope import Scope, may_know
from mailgate.desk.overview import line
from mailgate.desk.statements import STATEMENT
from mailgate.desk.tickets import TICKET, Ticket
from mailgate.desk.unsent import Unsent
from mailgate.outbox.sentences import say
from mailgate.outbox.view import TicketLine
from mailgate.rules.lifecycle import UNSETTLED
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Event, table_of

EVENT = table_of(Event)
MOST_NAMED = 5
"""Numbers of held mails that are spelt out."""
LOOKED_AT = 50
_STEPS = Prepared(
    sa.select(EVENT.c.at, EVENT.c.detail).where(EVENT.c.ticket == sa.bindparam("ticket")).order_by(EVENT.c.seq.desc())
)


def waiting_since(tx: Tx, ticket: Ticket) -> datetime | None:
    """Since when it waits for whom it waits for."""
    if ticket.stands_since is not None:
        return ticket.stands_since
    steps = (row.at for row in tx.all(_STEPS, {"ticket": ticket.number}) if _begins_to_wait(row.detail))
    return next(steps, None)


def _begins_to_wait(detail: dict[str, object]) -> bool:
    return detail.get("status") == "waiting" or (detail.get("waiting_for") is not None and "status" not in detail)


# -- what is overdue from others ---------------------------------------------------------------------------------------


def late(tx: Tx, reader: Reader, scope: Scope) -> Iterator[TicketLine]:
    """Statements whose date has passed, and parts of his tickets that do not stand in his digest by themselves."""
    by_number = {each.number: each for each in scope.tickets}
    if not by_number:
        return
    yield from _late_parts(tx, reader, scope)
    overdue = sa.or_(STATEMENT.c.state == "overdue", (STATEMENT.c.state == "asked") & (STATEMENT.c.by <= tx.now))
    asked = sa.select(STATEMENT).where(STATEMENT.c.ticket.in_(by_number), overdue).order_by(STATEMENT.c.by)
    for row in tx.all(asked.limit(LOOKED_AT)):
        name = statements.who(tx, row.id)
        when = showing.when(tx.settings, row.by or row.asked_at, reader.language)
        said = say("digest.statement", reader.language, name=name, when=when)
        yield replace(line(tx, reader, by_number[row.ticket]), whose="", due=said)


def _late_parts(tx: Tx, reader: Reader, scope: Scope) -> Iterator[TicketLine]:
    overdue = (TICKET.c.parent.in_(scope.numbers), TICKET.c.status.in_(UNSETTLED), TICKET.c.due_at <= tx.now)
    for part in tickets.select(tx, *overdue, limit=LOOKED_AT, order=(TICKET.c.due_at,)):
        done = part.status == "answered" or part.number in scope.numbers or part.due_at is None
        if not done and parts.coordinator_of(tx, part) in scope.hands.all and may_know(tx, scope.hands, part):
            when = showing.when(tx.settings, part.due_at or tx.now, reader.language)
            yield replace(line(tx, reader, part), due=say("digest.part", reader.language, when=when))


# -- what has not left -------------------------------------------------------------------------------------------------


def unsent(tx: Tx, reader: Reader, scope: Scope) -> Iterator[TicketLine]:
    """Answers that were asked back: his own, and those of others on his tickets."""
    own = not_sent.of_agent(tx, scope.hands.agent)
    others = not_sent.of_tickets(tx, scope.numbers) if scope.numbers else ()
    for each in dict.fromkeys((*own, *others)):
        ticket = tickets.load(tx, each.ticket) if each.ticket else None
        if ticket is not None and may_know(tx, scope.hands, ticket):
            yield _unsent_line(tx, reader, ticket, each)


def _unsent_line(tx: Tx, reader: Reader, ticket: Ticket, each: Unsent) -> TicketLine:
    language, when = reader.language, showing.when(tx.settings, each.at, reader.language)
    status = say("digest.unsent.answer" if each.words else "digest.unsent.commands", language)
    over = each.until <= tx.now
    todo = say("digest.unsent.late" if over else "digest.unsent.yes", language) if each.agent == reader.person else ""
    who = people.agent_name(tx.settings, each.agent)
    return replace(line(tx, reader, ticket), status=status, whose=who, due=", ".join(filter(None, (when, todo))))


# -- what is about no ticket -------------------------------------------------------------------------------------------


def beside(tx: Tx, reader: Reader) -> Iterator[str]:
    """Mails that wait for his decision, and his own without a ticket that wait for his yes; a sentence each."""
    held = holding.waiting_for(tx, reader.person)
    if held:
        named = ", ".join(f"M-{each}" for each in held[:MOST_NAMED]) + ("…" if len(held) > MOST_NAMED else "")
        key = "digest.held.one" if len(held) == 1 else "digest.held.several"
        yield say(key, reader.language, number=len(held), mails=named)
    elsewhere = [each for each in not_sent.of_agent(tx, reader.person) if not each.ticket and each.until > tx.now]
    if elsewhere:
        yield say("digest.unsent.elsewhere", reader.language, number=len(elsewhere))
