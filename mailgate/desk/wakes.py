"""A ticket comes back by itself: it was out of sight until now, or waited until a date."""

from __future__ import annotations

from mailgate.desk import change, clock_letters, reminders
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.rules.appointments import Due
from mailgate.store.db import Tx


def out_of_sight_is_over(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """It is in sight again, and whoever has it is reminded of it."""
    return _remind(tx, change.apply(tx, ticket, clock_letters.ACTOR, "woken", snoozed_until=None), due, "clock.woken")


def waiting_is_over(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """Nobody is waited for any more: it goes on, and whoever has it is reminded of it."""
    return _remind(tx, change.move(tx, ticket, clock_letters.ACTOR, "waited"), due, "clock.waited")


def _remind(tx: Tx, ticket: Ticket, due: Due, key: str) -> Ticket:
    """One letter is enough: where he is reminded anyway, that says more."""
    if reminders.reminds_whoever_has_it(tx, due):
        return ticket
    return reminders.remind(tx, ticket, due, sentence(key, number=ticket.number))
