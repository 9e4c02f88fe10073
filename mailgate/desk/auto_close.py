"""Tickets close by themselves: some days after they were resolved, and where the reporter does not answer; then he is
told once before. `rules/nudges.py` says when.

What was resolved closes without a word to us: nobody has to know, and a letter each would be a burst. That a question
was never answered is told as `letters.status_changed` says.
"""

from __future__ import annotations

from mailgate.desk import change, clock_letters, nudging, people, speaking, splitting, watchers
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.rules import nudges
from mailgate.rules.appointments import Due
from mailgate.store.db import Tx

LETTER = "status_changed"
_IN_TIME = 0.75
"""As long as so much of the notice is left, the end stays where earlier letters said."""


def closing_soon(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """The last word: the ticket is closed when it says, and not before, however late it comes. It is closed then also
    where the letter may not be sent."""
    end, notice = nudges.closes(tx.settings, ticket), nudges.notice(tx.settings)
    if end is None or end < tx.now + notice * _IN_TIME:
        end = tx.now + notice
    columns = {"closes_at": end, "updated_at": ticket.updated_at}
    ticket = change.apply(tx, ticket, clock_letters.ACTOR, "closing_soon", detail={"closes": end}, **columns)
    nudging.tell_waited_for(tx, ticket, "closing_soon", due)
    return ticket


def close(tx: Tx, ticket: Ticket, due: Due) -> Ticket:
    """Closed, with its parts; what was still asked of others is not waited for any more."""
    unanswered = ticket.status == "waiting"
    after = change.move(tx, ticket, clock_letters.ACTOR, "auto_close")
    splitting.close_after(tx, after, clock_letters.ACTOR)
    if "reporter" in tx.settings.letters.closed:
        language = speaking.language_for(tx, ticket, people.by_id(tx, ticket.reporter), "closed")
        why = sentence("closed.unanswered" if unanswered else "closed.resolved").in_language(language)
        begun = nudges.since(ticket) or ticket.resolved_at or tx.now
        nudging.tell_reporter(tx, after, "closed", due, is_paced=begun + nudging.LONG >= tx.now, why=why)
    if unanswered:
        readers = (*clock_letters.usual(tx, after, LETTER), *watchers.readers(tx, after, LETTER))
        said = nudging.silence(tx, ticket, "silence.closed")
        clock_letters.tell(tx, after, due, LETTER, readers, changes=(said,))
    return after
