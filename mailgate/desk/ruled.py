"""What a rule asks for beyond where a ticket goes: data of people, who reads along, alerts, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailgate.desk import correlation, following_up, reporting
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.rules.routing import Route
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Settled:
    """The ticket after it, and what agents are told of it."""

    ticket: Ticket
    changes: tuple[Sentence, ...] = ()
    is_done: bool = False
    """A rule has decided about its state: nobody has to act, and the mail itself changes nothing of it."""


def complete(tx: Tx, ticket: Ticket, route: Route, text: str, *, believed: bool) -> Ticket:
    """A new ticket with the data of its people, from its rule and from the first lines of its mail."""
    actor = f"rule:{route.rule}"
    reporting.describe_reporter(tx, ticket, route, actor, believed=believed and route.reporter is None)
    reporting.read_along(tx, ticket, route.cc, actor)
    return reporting.read_lines(tx, ticket, text, "reporter")


def opened(tx: Tx, ticket: Ticket, route: Route, at: datetime) -> Settled:
    """A new ticket: the next alert of the same key will find it; what only says that all is well, or what its rule
    closes, is done at once. `at`: when the mail arrived."""
    changes: tuple[Sentence, ...] = ()
    if route.correlate:
        correlation.remember(tx, ticket, route.correlate, at)
        ticket, changes = correlation.settle(tx, ticket, route.correlate)
    if route.close:
        ticket = following_up.close(tx, ticket, str(route.rule))
    return Settled(ticket, changes, ticket.status in ("resolved", "closed"))


def continued(tx: Tx, ticket: Ticket, route: Route, at: datetime) -> Settled:
    """A mail on a ticket that exists: as `opened`, and an alert that comes back opens what was resolved."""
    before, changes = ticket.status, tuple[Sentence, ...]()
    if route.correlate:
        correlation.remember(tx, ticket, route.correlate, at)
        ticket, changes = correlation.settle(tx, ticket, route.correlate)
    if route.close:
        ticket = following_up.close(tx, ticket, str(route.rule))
        if ticket.status != before:
            changes = (*changes, sentence("change.closed.rule", name=route.rule, number=ticket.number))
    decided = route.close or (route.correlate is not None and (route.correlate.resolves or ticket.status != before))
    return Settled(ticket, changes, decided)
