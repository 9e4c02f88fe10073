"""Mails of agents that were not carried out: refused (14 days for a correction) or asked back (24 hours for `#yes`).

What an agent wrote is never lost: it waits here with its files, and the letter he got names it by its token. Where his
correction was wrong too, the letter about that names it as well; it is carried out once, whichever he answers. When a
letter asks about what was not proven is `asking.py`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mailgate.desk import conversation
from mailgate.desk.tickets import OPEN, Ticket
from mailgate.outbox.draft import Enclosure
from mailgate.store.db import Tx
from mailgate.store.tables import Kept, TicketRow, table_of

KEPT, TICKET = table_of(Kept), table_of(TicketRow)
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
    was_asked: bool = False
    """It was asked back before."""
    concerns: int | None = None
    """The ticket it would act on, also where a command names another than `ticket`."""
    seen: datetime | None = None
    """When the letter was written that it answers; None as well where no colleague's answer can cross it."""
    draft_edited: bool = False
    """It quotes a `merged_draft` otherwise than that was: what is kept of it releases nothing either."""
    uncertain: bool = False
    """It is not certain that the words are his alone: whatever he answers, they never leave."""
    to_letter: int | None = None
    """The letter he answered."""
    partly: bool = False
    """His mail says more than this, which is done or not by itself."""


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
    at: datetime
    about: int | None = None
    acts: tuple[str, ...] = ()
    why: str = ""
    needs_signature: bool = False
    was_asked: bool = False
    concerns: int | None = None
    seen: datetime | None = None
    """Up to when he can know what was said; once he was asked, the letter that asks has told him."""
    draft_edited: bool = False
    uncertain: bool = False
    """The words never leave."""
    to_letter: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked back, in the agent's language."""

    acts: tuple[str, ...]
    why: str
    needs_signature: bool
    """A `#yes` that is not signed is not enough."""


def keep(tx: Tx, held: Held, letter: int) -> None:
    """Keep what was refused under the letter that says so."""
    _insert(tx, held, kind="refused", letter=letter, asked=held.was_asked)


def keep_unasked(tx: Tx, held: Held, question: Question) -> None:
    """Keep what is to be asked back; which letter does it, and when, is not known yet."""
    said = {"acts": list(question.acts), "why": question.why, "needs_signature": question.needs_signature}
    _insert(tx, held, kind="confirm", asked=True, **said)


def _insert(tx: Tx, held: Held, *, kind: str, **more: Any) -> None:
    values = {
        "kind": kind,
        "mail": held.mail or tx.mail,
        "ticket": held.ticket.number if held.ticket else None,
        "agent": held.agent,
        "answered": held.answered,
        "about": held.about,
        "concerns": held.concerns or (held.ticket.number if held.ticket else None),
        "commands": list(held.commands),
        "words": held.words,
        "files": [conversation.as_json(each) for each in held.files],
        "seen": held.seen,
        "draft_edited": held.draft_edited,
        "uncertain": held.uncertain,
        "to_letter": held.to_letter,
        "at": tx.now,
        "expires_at": tx.now + KEPT_FOR[kind],
    }
    tx.execute(sa.insert(KEPT).values(**({"acts": []} | values | more)))


def keep_again(tx: Tx, found: Found, letter: int) -> None:
    """The same under one more letter, and no longer than before."""
    columns = [each for each in KEPT.c if each.name not in ("id", "letter")]
    same = sa.select(*columns, sa.literal(letter)).where(KEPT.c.id == found.id)
    tx.execute(sa.insert(KEPT).from_select([*(each.name for each in columns), "letter"], same))


def named_by(
    tx: Tx, letter: int | None, agent: str, only: int | None = None, *, also_expired: bool = False
) -> tuple[Found, ...]:
    """What the answered letter keeps for this agent, oldest first: without what is done, thrown away or too old.

    `only`: one of several. `also_expired`: what was asked back and is too old may still be thrown away.
    """
    if letter is None:
        return ()
    mine = (KEPT.c.letter == letter, KEPT.c.agent == agent, KEPT.c.done_at.is_(None))
    rows = tx.all(sa.select(KEPT).where(*mine).order_by(KEPT.c.id))
    return tuple(
        _found(row)
        for row in rows
        if only in (None, row.id) and (row.expires_at > tx.now or (also_expired and row.asked))
    )


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
    """A job: remove what is past its time, but for what nobody was asked about yet, and what open tickets show."""
    over = KEPT.c.concerns.is_(None) | KEPT.c.concerns.in_(_OVER)
    settled = KEPT.c.done_at.is_not(None) | sa.not_(KEPT.c.asked) | over
    old = (KEPT.c.expires_at <= tx.now) & KEPT.c.letter.is_not(None) & settled
    return tx.execute(sa.delete(KEPT).where(KEPT.c.id.in_(sa.select(KEPT.c.id).where(old).limit(most)))).rowcount


_OVER = sa.select(TICKET.c.number).where(TICKET.c.status.not_in(OPEN))


# -- what is to be asked about -----------------------------------------------------------------------------------------


def unasked(tx: Tx, agent: str) -> tuple[Found, ...]:
    """What the mail at hand brought to be asked about."""
    new = (KEPT.c.agent == agent, KEPT.c.letter.is_(None), KEPT.c.asks_at.is_(None))
    return tuple(map(_found, tx.all(sa.select(KEPT).where(*new).order_by(KEPT.c.id))))


def waiting(tx: Tx, most: int) -> tuple[Found, ...]:
    """What one agent is to be asked about by now, the oldest of it."""
    due = _due(tx)
    agent = tx.value(sa.select(KEPT.c.agent).where(*due).order_by(KEPT.c.id).limit(1))
    rows = tx.all(sa.select(KEPT).where(*due, KEPT.c.agent == agent).order_by(KEPT.c.id).limit(most)) if agent else []
    return tuple(map(_found, rows))


def asked_at_once(tx: Tx, agent: str, since: datetime) -> datetime | None:
    """When this agent was last asked about a mail at once, if that was after `since`."""
    at_once = (KEPT.c.agent == agent, KEPT.c.kind == "confirm", KEPT.c.letter.is_not(None), KEPT.c.asks_at.is_(None))
    newest = sa.select(KEPT.c.at).where(*at_once, KEPT.c.at > since).order_by(KEPT.c.at.desc())
    at: datetime | None = tx.value(newest.limit(1))
    return at


def postpone(tx: Tx, found: Iterable[Found], until: datetime) -> None:
    """They are asked about then, together; nobody's day for an answer has begun."""
    ids = [each.id for each in found]
    tx.execute(sa.update(KEPT).where(KEPT.c.id.in_(ids)).values(asks_at=until, expires_at=until + KEPT_FOR["confirm"]))


def postpone_others(tx: Tx, asked: Sequence[Found], until: datetime) -> None:
    """What else these agents should be asked about by now, and did not fit into the letter."""
    ids, agents = [each.id for each in asked], {each.agent for each in asked}
    others = (*_due(tx), KEPT.c.agent.in_(agents), KEPT.c.id.not_in(ids))
    tx.execute(sa.update(KEPT).where(*others).values(asks_at=until, expires_at=until + KEPT_FOR["confirm"]))


def _due(tx: Tx) -> tuple[Any, ...]:
    return KEPT.c.letter.is_(None), KEPT.c.done_at.is_(None), KEPT.c.asks_at <= tx.now


def asked_by(tx: Tx, found: Iterable[Found], letter: int) -> None:
    """This letter asks about them; an answer has a day from now."""
    ids = [each.id for each in found]
    asked = {"letter": letter, "seen": tx.now, "expires_at": tx.now + KEPT_FOR["confirm"]}
    tx.execute(sa.update(KEPT).where(KEPT.c.id.in_(ids)).values(**asked))


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
        at=row.at,
        about=row.about,
        acts=tuple(row.acts),
        why=row.why,
        needs_signature=row.needs_signature,
        was_asked=row.asked,
        concerns=row.concerns,
        seen=row.seen,
        draft_edited=row.draft_edited,
        uncertain=row.uncertain,
        to_letter=row.to_letter,
    )


def _is_same(one: Found, other: Found) -> bool:
    """One mail can be kept in parts, a part for each ticket it spoke of."""
    return (one.ticket, one.commands, one.words) == (other.ticket, other.commands, other.words)
