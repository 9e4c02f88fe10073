"""Reminders to those who work on a ticket, by the rules of service.yaml and the promises to its reporter: `reminder`
while there is time, `escalated` when there is none; each once for the same deadline.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from mailgate.desk import change, clock_letters, people
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.retired import is_at_work
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import sentence
from mailgate.rules.appointments import Due
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx

EVENTS: Final = {"reminder": "reminded", "escalated": "escalated"}
"""Letter → the event that says who got it."""


def reminds_whoever_has_it(tx: Tx, due: Due) -> bool:
    """Whether he gets a reminder at the same time anyway."""
    named = any(rule.when == "yellow" and "assignee" in rule.to for rule in tx.settings.reminders)
    return "response_soon" in due.also or ("yellow" in due.also and named)


def yellow(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """Time is getting short."""
    deadline = _deadline(ticket, due.at)
    key = "clock.yellow" if deadline > tx.now else "clock.red"  # it was out of sight meanwhile
    why = sentence(key, number=ticket.number, when=_when(tx, deadline))
    ahead = ticket.red_at and ticket.red_at > tx.now and any(rule.when == "red" for rule in tx.settings.reminders)
    after = sentence("clock.next.red", when=_when(tx, ticket.red_at)) if ahead and ticket.red_at else None
    return _by_rule(tx, ticket, due, "reminder", _told(tx, ticket, why), after)


def red(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """There is no time left."""
    deadline = _deadline(ticket, due.at)
    key = "clock.red" if deadline <= tx.now else "clock.red.ahead"
    why = sentence(key, number=ticket.number, when=_when(tx, deadline))
    return _by_rule(tx, ticket, due, "escalated", _told(tx, ticket, why), sentence("clock.next.none"))


def response_soon(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """The first answer is not there, and three quarters of its time have gone."""
    is_over = ticket.response_due is not None and ticket.response_due <= tx.now  # it was out of sight meanwhile
    why = _waits(tx, ticket, "clock.response_late" if is_over else "clock.response_soon")
    after = sentence("clock.next.answer" if is_over else "clock.next.response")
    return _write(tx, ticket, due, clock_letters.usual(tx, ticket, "reminder"), "reminder", why, after)


def response_late(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """The first answer is not there, and was promised until now."""
    why = _waits(tx, ticket, "clock.response_late")
    return _write(tx, ticket, due, _whom_to_escalate(tx, ticket), "escalated", why, sentence("clock.next.answer"))


def remind(tx: Tx, ticket: Ticket, due: Due, why: Sentence, to: tuple[str, ...] = ()) -> Ticket:
    """A `reminder` of something else: `why`, a sentence. To these audiences; without any to whoever has the ticket."""
    readers = clock_letters.members(tx, ticket, to) if to else _whoever_has_it(tx, ticket)
    return _write(tx, ticket, due, readers or clock_letters.usual(tx, ticket, "reminder"), "reminder", why)


def _write(
    tx: Tx,
    ticket: Ticket,
    due: Due,
    readers: tuple[Reader, ...],
    letter: str,
    why: Sentence,
    after: Sentence | None = None,
) -> Ticket:
    """The letter to these, and who got it as an event. `after`: what comes next."""
    before = len(tx.letters)
    told = clock_letters.tell(tx, ticket, due, letter, readers, why=why, changes=(after,) if after else ())
    if told:
        in_digest = len(tx.letters) == before or None
        said = {"to": sorted(told), "about": due.name, "due": due.at, "in_digest": in_digest}
        change.record(tx, ticket.number, clock_letters.ACTOR, EVENTS[letter], **said)
    return ticket


def _whoever_has_it(tx: Tx, ticket: Ticket) -> tuple[Reader, ...]:
    here = is_at_work(tx.settings, ticket.assignee)
    return (of_agent(tx.settings, str(ticket.assignee)),) if here else ()


# -- whom --------------------------------------------------------------------------------------------------------------


def _by_rule(tx: Tx, ticket: Ticket, due: Due, letter: str, why: Sentence, after: Sentence | None) -> Ticket:
    """To each whom the rules of that colour name; where none of these exists, to whom `letters:` names."""
    named = tuple(each for rule in tx.settings.reminders if rule.when == due.name for each in rule.to)
    readers = clock_letters.members(tx, ticket, named)
    if not readers:
        usual = letter == "reminder"
        readers = clock_letters.usual(tx, ticket, "reminder") if usual else _whom_to_escalate(tx, ticket)
    return _write(tx, ticket, due, readers, letter, why, after)


def _whom_to_escalate(tx: Tx, ticket: Ticket) -> tuple[Reader, ...]:
    """Whom `letters.escalated` names. Where somebody has the ticket whom nobody coordinates, that names nobody: he at
    least has to know."""
    found = clock_letters.usual(tx, ticket, "escalated")
    is_off = not tx.settings.letters.escalated
    return found if found or is_off else clock_letters.usual(tx, ticket, "reminder")


# -- words -------------------------------------------------------------------------------------------------------------


def _told(tx: Tx, ticket: Ticket, why: Sentence) -> Sentence:
    """And in whose hands it is, where nobody has begun."""
    if ticket.assignee is None:
        return joined((why, sentence("clock.nobody")), verbatim(" "))
    if ticket.status == "assigned":
        name = people.agent_name(tx.settings, ticket.assignee)
        return joined((why, sentence("clock.not_accepted", name=name)), verbatim(" "))
    return why


def _waits(tx: Tx, ticket: Ticket, key: str) -> Sentence:
    name, due = people.by_id(tx, ticket.reporter).shown, ticket.response_due or tx.now
    return _told(tx, ticket, sentence(key, name=name, number=ticket.number, when=_when(tx, due)))


def _deadline(ticket: Ticket, otherwise: datetime) -> datetime:
    return ticket.due_at or ticket.solution_due or ticket.red_at or otherwise


def _when(tx: Tx, at: datetime) -> Sentence:
    return phrases.when_sentence(at, tx.settings.site.timezone)
