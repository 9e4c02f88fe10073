"""Whether the writer of a mail that an agent passes on has sent it to us himself: then the two tickets are tied, and
the agent is told. Nothing is joined on his word alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import people, rights, tickets, tying
from mailgate.desk.case import Case
from mailgate.desk.conversation import MESSAGE
from mailgate.desk.tickets import Ticket
from mailgate.mail.forwarded import Forwarded
from mailgate.mail.references import base_subject
from mailgate.outbox.sentences import say
from mailgate.outbox.view import Effect, Tap
from mailgate.rules import lifecycle
from mailgate.rules.arguments import spoken
from mailgate.settings.scalars import lower_ascii

WITHIN = timedelta(days=14)
"""So long after he wrote to us, the same words are the same mail."""
MOST = 50
"""Of his mails are looked at, the newest first."""


def tie(case: Case, found: Forwarded) -> None:
    """The ticket of his own mail is tied to this one: of the same cause, where it can still be resolved."""
    other = _ticket_of(case, found)
    if other is None:
        return
    kind = "same" if lifecycle.is_possible("wait", other.status) else "related"
    tying.tie(case, other, kind)
    undo = spoken(f"#{'same' if kind == 'same' else 'link'} -{other.number}").in_language(case.language)
    key = "done.wrote_himself.same" if kind == "same" else "done.wrote_himself"
    text = say(key, case.language, name=case.reporter.shown, number=case.ticket.number, other=other.number)
    case.effects.append(Effect(text, undo))
    case.wrote_himself = other.number


def taps(case: Case) -> tuple[Tap, ...]:
    """One tap puts the two together, where he may."""
    if case.wrote_himself is None or not rights.may_act(case.tx, case.agent, case.ticket):
        return ()
    label = say("tap.merge", case.language, number=case.wrote_himself)
    return (Tap(label, spoken(f"#merge {case.wrote_himself}").in_language(case.language)),)


def _ticket_of(case: Case, found: Forwarded) -> Ticket | None:
    """His own, if the agent sees it; where it was merged, the one it lives on in."""
    tx, here = case.tx, case.ticket
    his = (MESSAGE.c.sender == lower_ascii(found.sender), MESSAGE.c.ticket != here.number)
    lately = (MESSAGE.c.at > tx.now - WITHIN, MESSAGE.c.direction == "in", MESSAGE.c.purpose.in_(("report", "reply")))
    rows = tx.all(sa.select(MESSAGE).where(*his, *lately).order_by(MESSAGE.c.id.desc()).limit(MOST))
    number = next((row.ticket for row in rows if _is_it(row, found)), None)
    first = tickets.load(tx, number) if number else None
    other = tickets.living(tx, first) if first else None
    if other is None or other.number == here.number or not rights.sees(tx, case.agent, other):
        return None
    return other if people.are_one(tx, case.reporter, people.by_id(tx, other.reporter)) else None


def _is_it(row: Any, found: Forwarded) -> bool:
    """The very mail, where it was attached; else its subject and words."""
    original = found.original
    if original is not None and original.message_id and row.message_id == original.message_id:
        return True
    words = _plain(original.text if original else found.text)
    same = _plain(base_subject(row.subject)) == _plain(base_subject(found.subject))
    return same and bool(words) and words in (_plain(row.text), _plain(row.new_text))


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
