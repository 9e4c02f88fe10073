"""Mails of agents that were not carried out: refused (14 days for a correction) or asked back (24 hours for `#yes`).

What an agent wrote is never lost: it waits here with its files, and the letter he got names it by its token.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import conversation, notices
from mailgate.desk.tickets import Ticket
from mailgate.outbox import sentences
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.view import LetterView, Mistake, Tap
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.tables import Kept, table_of

KEPT = table_of(Kept)
KEPT_FOR = {"refused": timedelta(days=14), "confirm": timedelta(hours=24)}


@dataclass(frozen=True, slots=True)
class Held:
    """What the agent wrote, as far as it was understood."""

    agent: str
    language: str
    ticket: Ticket | None
    answered: str | None
    """Template of the letter he answered."""
    commands: tuple[str, ...]
    words: str
    files: tuple[Enclosure, ...]
    message_id: str | None = None
    """Of his mail: the letter about it answers that."""


@dataclass(frozen=True, slots=True)
class Found:
    """A kept mail that an answer names."""

    id: int
    kind: str
    ticket: int | None
    agent: str
    answered: str | None
    commands: tuple[str, ...]
    words: str
    files: tuple[Enclosure, ...]


def refuse(tx: Tx, held: Held, mistakes: tuple[Mistake, ...], why: Sentence | None = None) -> int:
    """Nothing was done and nothing sent: say why, line by line, and keep the words."""
    said = why.whole.in_language(held.language) if why else ""
    view = replace(_view(tx, held), mistakes=mistakes, why=said, words=held.words, taps=_taps("command_refused", held))
    return _keep(tx, "refused", "command_refused", held, view)


def ask_back(tx: Tx, held: Held, acts: tuple[str, ...], why: Sentence) -> int:
    """Ask at the registered address whether this is to be done."""
    view = replace(_view(tx, held), acts=acts, words=held.words, taps=_taps("confirm", held))
    view = replace(view, why=why.whole.in_language(held.language))
    return _keep(tx, "confirm", "confirm", held, view)


def named_by(tx: Tx, letter: int | None, agent: str) -> Found | None:
    """What the answered letter keeps for this agent; None when it is done, thrown away or too old."""
    if letter is None:
        return None
    row = tx.first(sa.select(KEPT).where(KEPT.c.letter == letter, KEPT.c.agent == agent))
    if row is None or row.done_at is not None or row.expires_at <= tx.now:
        return None
    files = conversation.of_json(row.files)
    return Found(row.id, row.kind, row.ticket, row.agent, row.answered, tuple(row.commands), row.words, files)


def settle(tx: Tx, found: Found) -> bool:
    """Take it out, once: False when somebody was faster."""
    open_still = (KEPT.c.id == found.id) & KEPT.c.done_at.is_(None)
    return tx.execute(sa.update(KEPT).where(open_still).values(done_at=tx.now)).rowcount == 1


def forget_expired(tx: Tx, most: int = 500) -> int:
    """A job: remove what is past its time."""
    old = sa.select(KEPT.c.id).where(KEPT.c.expires_at <= tx.now).limit(most)
    return tx.execute(sa.delete(KEPT).where(KEPT.c.id.in_(old.scalar_subquery()))).rowcount


def mistake(language: str, line: str, why: Sentence, near: tuple[str, ...] = ()) -> Mistake:
    """One marked line with what may have been meant, each a one-tap link."""
    return Mistake(line, why.whole.in_language(language), tuple(Tap(each, each) for each in near))


def _keep(tx: Tx, kind: str, letter: str, held: Held, view: LetterView) -> int:
    sent = notices.tell_person(tx, held.agent, letter, view, ticket=held.ticket, answers=held.message_id)
    values: dict[str, Any] = {"kind": kind, "mail": tx.mail, "ticket": held.ticket.number if held.ticket else None}
    values |= {"agent": held.agent, "letter": sent, "answered": held.answered, "commands": list(held.commands)}
    values |= {"words": held.words, "files": [conversation.as_json(each) for each in held.files]}
    tx.execute(sa.insert(KEPT).values(**values, expires_at=tx.now + KEPT_FOR[kind]))
    return sent


def _view(tx: Tx, held: Held) -> LetterView:
    ticket = held.ticket
    number, subject = (ticket.number, ticket.subject) if ticket else (None, "")
    return LetterView(site=tx.settings.site.name, number=number, subject=subject, writer="")


def _taps(letter: str, held: Held) -> tuple[Tap, ...]:
    return tuple(Tap(label, command) for label, command in sentences.next_steps(letter, held.language))
