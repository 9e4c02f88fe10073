"""The letter of ours that a mail answers: its text is what has to be cut from an agent's answer and folded in anybody
else's, and what it brought says where an agent's words go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk.threads import Thread
from mailgate.mail.body import NewWords, new_words
from mailgate.mail.html import to_text
from mailgate.mail.layout import Layout
from mailgate.mail.message import Message
from mailgate.mail.requoted import is_unchanged
from mailgate.mail.subject import is_reply
from mailgate.outbox.moulds import WORDS, words_of
from mailgate.outbox.render import Words
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared
from mailgate.store.tables import Letter, MessageRow, table_of

LETTER = table_of(Letter)
MESSAGE = table_of(MessageRow)

_MOST_LETTERS = 4
_ANSWERED = Prepared(sa.select(*WORDS).where(LETTER.c.id == sa.bindparam("letter")))
_EARLIER = Prepared(
    sa.select(*WORDS)
    .where(LETTER.c.ticket == sa.bindparam("ticket"), LETTER.c.to == sa.bindparam("to"))
    .order_by(LETTER.c.id.desc())
    .limit(_MOST_LETTERS)
)


def as_answer(tx: Tx, thread: Thread, message: Message, layout: Layout, words: NewWords) -> NewWords:
    """The new words of somebody outside, as the letter that he answers shows them. Asks for it only where that may
    change something, and for earlier ones and what is said in HTML only where the letter alone does not explain it."""
    token = thread.token
    if not words.open or (token is not None and token.is_agents):
        return words
    if token is None and (thread.ticket is None or not is_reply(message)):
        return words  # whoever says the same again, as programs do, has quoted nothing
    found = _known(tx, tx.all(_ANSWERED, {"letter": token.letter})) if token and token.letter else []
    ours = [each.text for each in found]
    better = new_words(message, tx.settings.limits, layout, ours) if ours else words
    if not better.open:
        return better
    if thread.ticket is not None and message.sender is not None:
        to = token.person if token else lower_ascii(message.sender.email)
        found += _known(tx, tx.all(_EARLIER, {"ticket": thread.ticket.number, "to": to}))
    texts = [text for each in found for text in (each.text, to_text(each.html)) if text]
    return new_words(message, tx.settings.limits, layout, tuple(dict.fromkeys(texts))) if texts else words


def message_brought(tx: Tx, letter: int | None) -> int | None:
    """The message that the letter brought; a refusal brings again what the refused mail had answered."""
    if letter is None:
        return None
    message: int | None = tx.value(sa.select(LETTER.c.message).where(LETTER.c.id == letter))
    return message


def written_at(tx: Tx, letter: int | None) -> datetime | None:
    """When the letter was written: of what is newer its reader did not know."""
    if letter is None:
        return None
    at: datetime | None = tx.value(sa.select(LETTER.c.created_at).where(LETTER.c.id == letter))
    return at


def purpose_of(tx: Tx, message: int | None) -> str | None:
    """What sort of words these are (CONTRACT 3, purpose), or None."""
    if message is None:
        return None
    purpose: str | None = tx.value(sa.select(MESSAGE.c.purpose).where(MESSAGE.c.id == message))
    return purpose


def text_of_letter(tx: Tx, letter: int | None) -> str | None:
    """The plain text of a letter we sent, or None where it is not known (any more)."""
    words = _words(tx, letter)
    return words.text if words else None


def text_and_html(tx: Tx, letter: int | None) -> tuple[str, str] | None:
    """Both bodies of a letter we sent, or None where they are not known (any more)."""
    words = _words(tx, letter)
    return (words.text, words.html) if words and words.text else None


def edited(tx: Tx, letter: int | None, quoted: str) -> bool:
    """Whether an answer quotes the letter otherwise than we wrote it, or only in part."""
    words = _words(tx, letter)
    return words is not None and not is_unchanged(quoted, words.text, words.html)


def _words(tx: Tx, letter: int | None) -> Words | None:
    row = tx.first(_ANSWERED, {"letter": letter}) if letter else None
    return words_of(tx, row) if row is not None else None


def _known(tx: Tx, rows: Iterable[sa.Row[Any]]) -> list[Words]:
    return [words for row in rows if (words := words_of(tx, row)) and words.text]
