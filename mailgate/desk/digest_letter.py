"""The letter `digest`: what is up with an agent's tickets this morning, after an absence, or after a standstill.

Where there is nothing to say, there is no letter. The newest seal of the history stands in it as the anchor of the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailgate.desk import digest_chapters, digest_lines, digest_scope, notices, people, seals, showing
from mailgate.desk.audience import Reader, of_agent
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.sentences import say
from mailgate.outbox.view import Chapter, LetterView, Tap
from mailgate.rules import known_trouble, mornings
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

ON_TIME = timedelta(minutes=30)
"""So long after its moment a digest is not late."""
MOST_ACCEPTED = 3
"""Tickets that a tap at the end accepts."""
_ACCEPT = Sentence("#{number} accept", "#{number} annehmen")
_LIST = Sentence("#list mine", "#liste meine")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why he gets one."""

    roles: tuple[str, ...]
    """In which he has to do with tickets."""
    subject: str
    """Key of its sentence; so is `lead`."""
    lead: str = ""
    said: tuple[tuple[str, str], ...] = ()
    """What fills both of them."""
    first: tuple[Chapter, ...] = ()
    """What stands above all else."""
    of: datetime | None = None
    """The moment that it is the digest of: sent late, it is not written for what came after that alone."""


def write(tx: Tx, agent: str, occasion: Occasion) -> int | None:
    """Send it, unless there is nothing to say; returns the letter."""
    reader = of_agent(tx.settings, agent)
    scope = digest_scope.scope(tx, agent, occasion.roles)
    chapters = (*occasion.first, *digest_chapters.chapters(tx, reader, scope))
    beside = tuple(digest_lines.beside(tx, reader))
    if not (chapters or beside) or _is_all_newer(tx, scope, occasion):
        return None
    more = say("digest.more", reader.language, number=digest_scope.LOOKED_AT) if scope.has_more else ""
    view = replace(_empty(tx, reader, occasion), chapters=chapters, beside=beside, why=more)
    taps = _taps(reader, scope)
    return _post(tx, reader, replace(view, taps=taps), occasion)


def _is_all_newer(tx: Tx, scope: digest_scope.Scope, occasion: Occasion) -> bool:
    if occasion.of is None or tx.now - occasion.of < ON_TIME:
        return False
    return bool(scope.tickets) and all(each.created_at > occasion.of for each in scope.tickets)


def list_only(tx: Tx, agent: str, occasion: Occasion) -> int:
    """The chapters of the occasion alone."""
    reader = of_agent(tx.settings, agent)
    return _post(tx, reader, replace(_empty(tx, reader, occasion), chapters=occasion.first), occasion)


def _post(tx: Tx, reader: Reader, view: LetterView, occasion: Occasion) -> int:
    said = {**dict(occasion.said), "site": view.site, "day": _day(tx, reader)}
    subject = say(occasion.subject, reader.language, **said)
    return notices.tell_without_ticket(tx, "digest", reader, view, subject=subject)


def _empty(tx: Tx, reader: Reader, occasion: Occasion) -> LetterView:
    """What stands in each of them."""
    language, seal = reader.language, seals.newest(tx)
    return LetterView(
        site=tx.settings.site.name,
        formal=people.is_formal(tx.settings, None),
        reader=reader.name,
        heading=say("digest.heading", language, day=_day(tx, reader)),
        change=say(occasion.lead, language, **dict(occasion.said)) if occasion.lead else "",
        notice="\n\n".join(_troubles(tx, language)),
        seal=f"{seal.number}, {showing.when(tx.settings, seal.at, language)}" if seal else "",
        anchor=seal.hash if seal else "",
    )


def _troubles(tx: Tx, language: str) -> Iterator[str]:
    for text, until in known_trouble.all_said(tx.settings, tx.now, language):
        yield say("digest.notice", language, text=text, when=showing.when(tx.settings, until, language))


def _day(tx: Tx, reader: Reader) -> str:
    return phrases.day_words(mornings.day_of(tx.settings, tx.now), reader.language)


def _taps(reader: Reader, scope: digest_scope.Scope) -> tuple[Tap, ...]:
    """Sparingly: to accept what waits for it, and to ask for more."""
    language = reader.language
    asked = [each for each in scope.tickets if _waits_for(each, scope)][:MOST_ACCEPTED]
    accepting = (
        Tap(
            say("tap.accept_one", language, number=each.number),
            _ACCEPT.filled(number=each.number).in_language(language),
        )
        for each in asked
    )
    return (*accepting, Tap(say("tap.list_mine", language), _LIST.in_language(language)))


def _waits_for(ticket: Ticket, scope: digest_scope.Scope) -> bool:
    return ticket.status == "assigned" and ticket.assignee == scope.hands.agent
