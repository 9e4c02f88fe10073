"""An agent's proven mail is carried out once. Somebody who caught it can hand in the very bytes again, weeks later or
by another way, and every signature on them still holds: known by token, date and words, it does nothing then."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import sqlalchemy as sa

from mailgate.desk.threads import TokenUse
from mailgate.mail.message import Message
from mailgate.store.db import Tx
from mailgate.store.tables import Acted, table_of

ACTED = table_of(Acted)
REMEMBERED = timedelta(days=400)
"""Longer than raw mail is kept by default (`retention.raw_mail`)."""


def first(tx: Tx, agent: str, use: TokenUse | None, message: Message) -> int | None:
    """The earlier mail that this one is, by all that a signature covers; None where there is none."""
    earlier: int | None = tx.value(sa.select(ACTED.c.mail).where(ACTED.c.digest == _digest(agent, use, message)))
    return earlier


def remember(tx: Tx, agent: str, use: TokenUse | None, message: Message) -> None:
    """It was worked on, with full proof."""
    if tx.mail is not None and first(tx, agent, use, message) is None:
        tx.execute(sa.insert(ACTED).values(digest=_digest(agent, use, message), mail=tx.mail, at=tx.now))


def forget(tx: Tx, most: int = 500) -> int:
    """A job: what nobody can have kept so long."""
    old = sa.select(ACTED.c.digest).where(ACTED.c.at < tx.now - REMEMBERED).limit(most)
    return tx.execute(sa.delete(ACTED).where(ACTED.c.digest.in_(old.scalar_subquery()))).rowcount


def _digest(agent: str, use: TokenUse | None, message: Message) -> str:
    """The same words written anew have another date; where there is none, another Message-ID."""
    letter = f"{use.letter}:{use.kept}" if use else ""
    when = " ".join(message.headers.get("Date").split()) or (message.message_id or "")
    said = (agent, letter, when, message.text, *(each.sha256 for each in message.attachments))
    digest = hashlib.sha256()
    for part in said:
        written = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(written) + written)
    return digest.hexdigest()
