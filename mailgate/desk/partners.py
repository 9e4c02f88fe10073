"""Partners: they report for end customers of their own, hand what they can not solve to the 2nd level, and close it
themselves. Their end customer is written to by nobody but their own agents (CONTRACT 8, second level)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, people
from mailgate.desk.change import EVENT
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import Tap
from mailgate.rules.arguments import spoken
from mailgate.rules.customers import customer_group_of
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

_CLOSE_IT = Sentence("Close {number}", "{number} schließen")
_HELD_BEFORE = ("assignee_before", "group_before")


def is_partners(tx: Tx, ticket: Ticket) -> bool:
    """Is its reporter a partner? Somebody asked for his end customers, with one, or with a 1st level of his own."""
    group = tx.settings.customer_groups.get(people.by_id(tx, ticket.reporter).customer_group or "")
    asked = group is not None and (group.end_customer == "ask" or group.level == 2)
    return asked or ticket.end_customer not in (None, ticket.reporter)


def closes_himself(tx: Tx, ticket: Ticket) -> bool:
    """What the 2nd level has resolved is closed by the partner."""
    return ticket.level == 2 and ticket.parent is None and is_partners(tx, ticket)


def taps(ticket: Ticket, language: str) -> tuple[Tap, ...]:
    """What he does next."""
    label = _CLOSE_IT.filled(number=ticket.number).in_language(language)
    return (Tap(label, spoken("#close").in_language(language)),)


def end_customer_shown(tx: Tx, ticket: Ticket) -> str:
    """Who his end customer is, in a word; empty where he has said nothing."""
    return people.by_id(tx, ticket.end_customer).shown if ticket.end_customer else ""


# -- the 1st level -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandedUp:
    """From whom the 2nd level has a ticket: who had it, and who gave it. None: nobody, no group."""

    assignee: str | None = None
    group: str | None = None
    by: str | None = None


def handed_up(tx: Tx, number: int) -> HandedUp:
    """The last time it went to the 2nd level; nothing where it began there."""
    ups = sa.select(EVENT.c.detail, EVENT.c.actor).where(
        EVENT.c.ticket == number, EVENT.c.action == "level", EVENT.c.detail["level"].as_integer() == 2
    )
    row = tx.first(ups.order_by(EVENT.c.seq.desc()).limit(1))
    if row is None:
        return HandedUp()
    assignee, group = (_named(row.detail, each) for each in _HELD_BEFORE)
    role, _, agent = row.actor.partition(":")
    return HandedUp(assignee, group, agent if role == "agent" else None)


def _named(detail: dict[str, Any], name: str) -> str | None:
    return str(detail[name]) if detail.get(name) else None


def first_level(tx: Tx, ticket: Ticket) -> str | None:
    """The agent who had a partner's ticket, or gave it to the 2nd level without having it, as he is called today."""
    if not closes_himself(tx, ticket):
        return None
    up = handed_up(tx, ticket.number)
    agent = up.assignee or up.by
    return tx.settings.now_called("agent", agent) if agent else None


def may_close(tx: Tx, agent: str, ticket: Ticket, commands: Collection[str]) -> bool:
    """Whoever handed it up closes what the 2nd level has resolved, though it is not his any more."""
    only_closes = bool(commands) and set(commands) == {"close"} and ticket.status == "resolved"
    return only_closes and first_level(tx, ticket) == agent


# -- the end customer is theirs ----------------------------------------------------------------------------------------


def may_write_to(tx: Tx, agent: str, ticket: Ticket, email: str) -> bool:
    """Nobody but the partner's own agents write to his end customer."""
    customer = people.by_id(tx, ticket.end_customer) if ticket.end_customer else None
    if customer is None or not customer.email or not people.is_of(tx, customer, email):
        return True
    return _is_their_agent(tx, agent, ticket)


def _is_their_agent(tx: Tx, agent: str, ticket: Ticket) -> bool:
    theirs, person = people.by_id(tx, ticket.reporter).customer_group, tx.settings.agents[agent]
    return theirs is not None and customer_group_of(tx.settings, person.email) == theirs


def not_to_end_customer(tx: Tx, agent: str, ticket: Ticket, emails: Iterable[str]) -> None:
    """Raises RefusedCommand where somebody else would write to the end customer."""
    for email in emails:
        if not may_write_to(tx, agent, ticket, email):
            partner = people.by_id(tx, ticket.reporter).shown
            raise RefusedCommand(sentence("refused.end_customer", value=email, name=partner, number=ticket.number))


def spared(tx: Tx, ticket: Ticket, agent: str, email: str) -> bool:
    """Is this reader left out because he is a partner's end customer? That is an event."""
    if may_write_to(tx, agent, ticket, email):
        return False
    why = "the end customer is written to by the partner alone"
    change.record(tx, ticket.number, "rule:partners", "suppressed", to=email, why=why)
    return True
