"""The only place where an outbox row is made: in the transaction of the change that causes the letter.

Token, words, headers and Message-ID are fixed here, so that every retry is the same letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from mailgate import log
from mailgate.errors import Permanent
from mailgate.outbox import moulds
from mailgate.outbox.compose import Composed, compose
from mailgate.outbox.draft import Draft, Enclosure
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.render import Renderer, Words
from mailgate.outbox.scribe import Scribe
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Letter, Token, table_of
from mailgate.trust import token as tokens

LETTER = table_of(Letter)
TOKEN = table_of(Token)
LOG = log.get("outbox.queue")
_SILENT = "not sent: the mail was imported, and nobody is told of old mail"

_LETTER = Prepared(sa.insert(LETTER), with_id=True)
_SENT_TO = Prepared(
    sa.select(LETTER.c.message_id)
    .where(LETTER.c.ticket == sa.bindparam("ticket"), LETTER.c.to == sa.bindparam("to"))
    .order_by(LETTER.c.id)
)
_TOKEN = Prepared(sa.insert(TOKEN))

_scribes: list[tuple[Settings, Scribe]] = []


def scribe_for(settings: Settings) -> Scribe:
    """Who writes the letters of this configuration; only the newest is kept."""
    if not _scribes or _scribes[0][0] is not settings:
        _scribes[:] = [(settings, Scribe(settings, Renderer(settings)))]
    return _scribes[0][1]


def put(tx: Tx, draft: Draft) -> int:
    """Queue one letter; returns its id. It leaves when the transaction is committed."""
    token, own = tokens.mint(), [tokens.mint() for _ in draft.parts]
    words = scribe_for(tx.settings).write(draft, token, own)
    try:
        composed = compose(draft, words, token=token, when=tx.now, settings=tx.settings)
        letter = _row(tx, draft, words, composed)
    except Permanent as wrong:
        # What must not leave is shown to people as a failed letter; the mail that caused it goes on.
        LOG.error("letter stopped", template=draft.template, ticket=draft.ticket, why=str(wrong))
        letter = _row(tx, draft, words, Composed(b"", "", "", draft.subject), stopped=str(wrong))
        tx.stopped[letter] = str(wrong)
    _remember(tx, draft, token, letter, draft.ticket)
    for part, each in zip(draft.parts, own, strict=True):
        _remember(tx, draft, each, letter, part.ticket, part.kept)
    tx.letters.append(letter)
    return letter


def _row(tx: Tx, draft: Draft, words: Words, composed: Composed, stopped: str | None = None) -> int:
    values = {
        "ticket": draft.ticket,
        "template": draft.template,
        "to": draft.to,
        "envelope_from": composed.envelope_from,
        "subject": composed.subject,
        "state": "failed" if stopped else "cancelled" if tx.silent else "pending",
        "answer": _SILENT if tx.silent and not stopped else stopped,
        "language": draft.language,
        "created_at": tx.now,
        "next_at": tx.now + _held_back(tx, draft),
        "message_id": composed.message_id,
        "header": composed.header,
        **moulds.columns(tx, words),
        "files": [_file(each) for each in draft.enclosures],
        "message": draft.message,
        "mail": tx.mail,
        "owner": draft.owner,
    }
    letter, before = tx.new_id(LETTER), tx.once(_sent_to, draft.ticket, draft.to)
    tx.later(_LETTER, {"id": letter, **values})
    before.append(composed.message_id)
    return letter


def not_before(tx: Tx, letters: Sequence[int], at: datetime) -> None:
    """These stay here until then."""
    if letters and at > tx.now:
        tx.execute(sa.update(LETTER).where(LETTER.c.id.in_(letters)).values(next_at=at))


def _held_back(tx: Tx, draft: Draft) -> timedelta:
    """An agent's words wait a while, where `delivery.hold` says so: until then `#undo` can still stop them."""
    by_agent = draft.owner is not None and LETTERS[draft.template].auto_submitted is None
    return tx.settings.delivery.hold.plain if by_agent else timedelta()


def sent_to(tx: Tx, ticket: int, to: str) -> list[str]:
    """Message-IDs of our letters about a ticket to this address, oldest first: they form one conversation."""
    return list(tx.once(_sent_to, ticket, to))


def _sent_to(tx: Tx, ticket: int | None, to: str) -> list[str]:
    if ticket is None or ticket in tx.opened:
        return []
    return [row.message_id for row in tx.all(_SENT_TO, {"ticket": ticket, "to": to})]


def _file(each: Enclosure) -> dict[str, str | int | None]:
    known = {"name": each.name, "type": each.media_type, "sha256": each.sha256}
    return {**known, "size": each.size, "cid": each.content_id}


def _remember(tx: Tx, draft: Draft, token: str, letter: int, ticket: int | None, kept: int | None = None) -> None:
    """What the token stands for; the token itself is only in the letter."""
    row = {
        "digest": tokens.digest(token),
        "ticket": ticket,
        "kept": kept,
        "role": draft.role,
        "person": draft.person,
        "group": draft.group,
        "letter": letter,
        "template": draft.template,
        "issued_at": tx.now,
    }
    tx.later(_TOKEN, row)
