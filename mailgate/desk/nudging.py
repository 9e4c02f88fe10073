"""A reporter who does not answer is reminded of the question, as `reminders:` say; others of us hear of his silence.

A program's answer ends nothing: the next reminder comes all the same. Whether a letter may go is asked of the gate.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from mailgate.desk import (
    change,
    clock_letters,
    correspondence,
    endings,
    open_question,
    people,
    reminders,
    showing,
    speaking,
)
from mailgate.desk.correspondence import Outward
from mailgate.desk.proof import has_proven_mail
from mailgate.desk.tickets import Ticket
from mailgate.errors import PutOff
from mailgate.outbox import gate, phrases
from mailgate.outbox.queue import not_before
from mailgate.outbox.sentences import sentence
from mailgate.rules import nudges
from mailgate.rules.appointments import Due
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

LONG: Final = timedelta(hours=1)
"""Whoever is waited for so long can be told a minute later, where much would come at once."""


def nudge(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """Everybody whom the rules name for this moment."""
    named = [
        each.to
        for each in nudges.nudges(tx.settings, ticket)
        if each.at <= due.at and (due.behind is None or due.behind < each.at)
    ]
    to = tuple(dict.fromkeys(audience for audiences in named for audience in audiences))
    if "reporter" in to and not nudges.is_told(ticket) and tell_waited_for(tx, ticket, "reminder_reporter", due):
        said = {"to": [people.by_id(tx, ticket.reporter).email], "about": due.name, "due": due.at}
        change.record(tx, ticket.number, clock_letters.ACTOR, "reminded", **said)
    if ours := tuple(each for each in to if each != "reporter"):
        reminders.remind(tx, ticket, due, silence(tx, ticket, "silence.reporter"), ours)
    return ticket


def tell_waited_for(tx: Tx, ticket: Ticket, letter: str, due: Due) -> int | None:
    """A letter of the clock to the reporter who is waited for, with the question in full; None where it may not go."""
    reporter, begun = people.by_id(tx, ticket.reporter), nudges.since(ticket) or tx.now
    is_long = begun + LONG < tx.now
    if is_long and gate.is_a_moment_too_early(tx, reporter.email):
        raise PutOff
    language, asked = speaking.language_for(tx, ticket, reporter, letter), open_question.of(tx, ticket.number)
    question: dict[str, Any] = {}
    if asked:
        question = {
            "earlier": asked.text,
            "asked_on": showing.when(tx.settings, asked.at, language),
            "files": showing.file_lines(asked.files, (), language),
        }
    shown = {"closes": endings.closes(tx, ticket, language), **question}
    return tell_reporter(tx, ticket, letter, due, is_paced=not is_long, **shown)


def tell_reporter(tx: Tx, ticket: Ticket, letter: str, due: Due, *, is_paced: bool = False, **shown: Any) -> int | None:
    """A letter of the clock to the reporter, at the next opening; None where the gate stops it."""
    proven = has_proven_mail(tx, ticket)
    to = Outward(people.by_id(tx, ticket.reporter).email, proven=proven, is_paced=is_paced)
    actor = clock_letters.ACTOR
    sent = correspondence.tell_reporter_automatically(tx, ticket, letter, to, actor=actor, **shown)
    not_before(tx, [sent] if sent else [], due.opens)
    return sent


def silence(tx: Tx, ticket: Ticket, key: str) -> Sentence:
    """Who has not answered since when, for us."""
    since = nudges.since(ticket) or ticket.updated_at
    day = phrases.when_sentence(since, tx.settings.site.timezone)
    return sentence(key, name=people.by_id(tx, ticket.reporter).shown, date=day, number=ticket.number)
