"""Mails of agents that were not carried out: refused (14 days for a correction) or asked back (24 hours for `#yes`).

What an agent wrote is never lost: it waits here with its files, and the letter he got names it by its token. Where his
correction was wrong too, the letter about that names it as well; it is carried out once, whichever he answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import conversation
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Enclosure
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
    about: int | None = None
    """The message that the letter he answered had brought: an answer to a note stays a note."""
    mail: int | None = None
    """The arrival that brought the words, where it is not the one at hand."""


@dataclass(frozen=True, slots=True)
class Found:
    """A kept mail that an answer names."""

    id: int
    kind: str
    mail: int | None
    ticket: int | None
    agent: str
    answered: str | None
    commands: tuple[str, ...]
    words: str
    files: tuple[Enclosure, ...]
    expires_at: datetime


def keep(tx: Tx, kind: str, held: Held, letter: int) -> None:
    """Keep it under the letter that says so. `kind`: refused or confirm."""
    files = [conversation.as_json(each) for each in held.files]
    values: dict[str, Any] = {
        "kind": kind,
        "mail": held.mail or tx.mail,
        "ticket": held.ticket.number if held.ticket else None,
    }
    values |= {"agent": held.agent, "letter": letter, "answered": held.answered, "commands": list(held.commands)}
    tx.execute(sa.insert(KEPT).values(**values, words=held.words, files=files, expires_at=tx.now + KEPT_FOR[kind]))


def keep_again(tx: Tx, found: Found, letter: int) -> None:
    """The same under one more letter, and no longer than before."""
    columns = [each for each in KEPT.c if each.name not in ("id", "letter")]
    same = sa.select(*columns, sa.literal(letter)).where(KEPT.c.id == found.id)
    tx.execute(sa.insert(KEPT).from_select([*(each.name for each in columns), "letter"], same))


def named_by(tx: Tx, letter: int | None, agent: str) -> Found | None:
    """What the answered letter keeps for this agent; None when it is done, thrown away or too old."""
    if letter is None:
        return None
    row = tx.first(sa.select(KEPT).where(KEPT.c.letter == letter, KEPT.c.agent == agent))
    if row is None or row.done_at is not None or row.expires_at <= tx.now:
        return None
    return _found(row)


def settle(tx: Tx, found: Found) -> bool:
    """Take it out, once: False when somebody was faster."""
    open_still = (KEPT.c.id == found.id) & KEPT.c.done_at.is_(None)
    done = tx.execute(sa.update(KEPT).where(open_still).values(done_at=tx.now)).rowcount == 1
    if done and found.mail is not None:
        mine = sa.select(KEPT).where(KEPT.c.mail == found.mail, KEPT.c.agent == found.agent, KEPT.c.done_at.is_(None))
        same = [row.id for row in tx.all(mine) if _is_same(_found(row), found)]
        tx.execute(sa.update(KEPT).where(KEPT.c.id.in_(same)).values(done_at=tx.now))
    return done


def forget_expired(tx: Tx, most: int = 500) -> int:
    """A job: remove what is past its time."""
    old = sa.select(KEPT.c.id).where(KEPT.c.expires_at <= tx.now).limit(most)
    return tx.execute(sa.delete(KEPT).where(KEPT.c.id.in_(old.scalar_subquery()))).rowcount


def _found(row: sa.Row[Any]) -> Found:
    return Found(
        id=row.id,
        kind=row.kind,
        mail=row.mail,
        ticket=row.ticket,
        agent=row.agent,
        answered=row.answered,
        commands=tuple(row.commands),
        words=row.words,
        files=conversation.of_json(row.files),
        expires_at=row.expires_at,
    )


def _is_same(one: Found, other: Found) -> bool:
    """One mail can be kept in parts, a part for each ticket it spoke of."""
    return (one.ticket, one.commands, one.words) == (other.ticket, other.commands, other.words)
