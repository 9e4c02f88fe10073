"""The letter `confirm`: what could not be proven is asked back at the registered address.

The first of an hour is asked about at once, further ones of that hour in one letter at its end, which names each: one
answer `#yes` does all of them, a link beside each does that one alone. What waits stands in `kept.py`; what an answer
does is `settling.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from mailgate.desk import change, crossing, kept, notices, showing, tickets
from mailgate.desk.kept import Found, Held, Question
from mailgate.desk.notices import on_their_way
from mailgate.desk.rights import sees
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.draft import Part
from mailgate.outbox.next_steps import next_steps
from mailgate.outbox.view import Asked, Crossed, LetterView, Tap
from mailgate.store.db import Tx

HOUR = timedelta(hours=1)
MOST = 50
MOST_CHARACTERS = 200_000
"""Of words in one letter; what is more is asked about an hour later."""


def remember(tx: Tx, held: Held, question: Question) -> None:
    """To be asked about when all of the mail is worked on (`ask`)."""
    kept.keep_unasked(tx, held, question)


def ask(tx: Tx, agent: str, answers: str | None) -> None:
    """At the end of an agent's mail: ask about what it brought, now or with other mails of this hour. `answers`: its
    Message-ID."""
    new = kept.unasked(tx, agent)
    if not new:
        return
    if begun := kept.asked_at_once(tx, agent, tx.now - HOUR):
        kept.postpone(tx, new, begun + HOUR)
    else:
        _send(tx, agent, new, answers)


def ask_collected(tx: Tx) -> int:
    """A job: the letters about mails that had to wait. Returns about how many they ask."""
    asked = 0
    while found := kept.waiting(tx, MOST):
        now = _fitting(found)
        asked += len(now)
        agent = tx.settings.agents.get(now[0].agent)
        if agent and agent.active:
            _send(tx, now[0].agent, now, None)
        else:
            _drop(tx, now)
        kept.postpone_others(tx, now, tx.now + HOUR)
    return asked


def _fitting(found: Sequence[Found]) -> list[Found]:
    """As many as one letter holds; one at least."""
    now: list[Found] = []
    for each in found:
        if now and sum(len(one.words) for one in (*now, each)) > MOST_CHARACTERS:
            break
        now.append(each)
    return now


def _drop(tx: Tx, found: Sequence[Found]) -> None:
    """Who has left us in the meantime is not asked any more."""
    for each in found:
        kept.settle(tx, each)
        change.record(tx, each.concerns or change.WITHOUT_TICKET, "clock", "dropped", why=f"{each.agent} has left")


def _send(tx: Tx, agent: str, found: Sequence[Found], answers: str | None) -> None:
    language = tx.settings.agents[agent].language or tx.settings.site.language
    shown = {each.id: _visible(tx, each) for each in found}
    several = len({each.concerns for each in found}) > 1
    ticket = None if several else shown[found[0].id]
    about, parts = found[0].about, tuple[Part, ...]()
    if len(found) == 1:
        view = _about_one(tx, found[0], ticket, language)
    else:
        view, about, parts = _about_several(tx, found, shown, language), None, tuple(_parts(found, shown))
    view = replace(view, number=ticket.number if ticket else None, subject=ticket.subject if ticket else "")
    letter = notices.tell_person(tx, agent, "confirm", view, ticket=ticket, answers=answers, message=about, parts=parts)
    kept.asked_by(tx, found, letter)
    for number in sorted({each.concerns for each in found if each.concerns} - {ticket.number if ticket else None}):
        change.record(tx, number, "rule:asked_back", "asked", letter=letter, to=tx.settings.agents[agent].email)


def _visible(tx: Tx, one: Found) -> Ticket | None:
    """Its ticket, where he sees it (still)."""
    ticket = tickets.load(tx, one.concerns) if one.concerns else None
    return ticket if ticket and sees(tx, one.agent, ticket) else None


def _about_one(tx: Tx, one: Found, ticket: Ticket | None, language: str) -> LetterView:
    return LetterView(
        site=tx.settings.site.name,
        words=one.words,
        files=showing.kept_files(one.files, language),
        acts=one.acts,
        why=one.why,
        crossed=_crossed(tx, ticket, one, language),
        needs_signature=one.needs_signature,
        taps=_taps("confirm", language),
    )


def _about_several(tx: Tx, found: Sequence[Found], shown: dict[int, Ticket | None], language: str) -> LetterView:
    asked = tuple(_asked(tx, each, shown[each.id], language) for each in found)
    signed = any(each.needs_signature for each in found)
    taps = _taps("confirm.several", language)
    return LetterView(site=tx.settings.site.name, asked=asked, needs_signature=signed, taps=taps)


def _asked(tx: Tx, one: Found, ticket: Ticket | None, language: str) -> Asked:
    return Asked(
        number=ticket.number if ticket else None,
        subject=ticket.subject if ticket else "",
        came=phrases.when_words(one.at, language, tx.settings.site.timezone),
        acts=one.acts,
        why=one.why,
        crossed=_crossed(tx, ticket, one, language),
        words=one.words,
        files=showing.kept_files(one.files, language),
        taps=_taps("confirm", language),
    )


def _crossed(tx: Tx, ticket: Ticket | None, one: Found, language: str) -> tuple[Crossed, ...]:
    """What colleagues have answered meanwhile, the newest too: this letter is how he learns of it."""
    met = crossing.met(tx, ticket, one.agent, one.seen)
    return tuple(Crossed(each.why.in_language(language), each.writer, on_their_way(each.words)) for each in met)


def _taps(steps: str, language: str) -> tuple[Tap, ...]:
    return tuple(Tap(label, command) for label, command in next_steps(steps, language))


def _parts(found: Sequence[Found], shown: dict[int, Ticket | None]) -> Iterator[Part]:
    for each in found:
        ticket = shown[each.id]
        yield Part(each.id, ticket.number if ticket else None)
