"""What somebody quotes below his words and we never had: agents read it there, nobody else does, and no command is
looked for in it."""

from __future__ import annotations

from itertools import chain

import sqlalchemy as sa

from mailgate.desk import pictures
from mailgate.desk.conversation import WHOLE_TEXT
from mailgate.desk.tickets import Ticket
from mailgate.mail.body import NewWords
from mailgate.mail.layout import Layout
from mailgate.mail.lines import significant
from mailgate.mail.message import Message
from mailgate.mail.quoted_words import MORE, quoted_words
from mailgate.outbox.moulds import LETTER, TEXT, text_of
from mailgate.outbox.sentences import say
from mailgate.store.db import Tx
from mailgate.store.tables import MessageRow, table_of
from mailgate.trust import token as tokens

MESSAGE = table_of(MessageRow)
_MOST = 30
"""Messages and letters of the ticket in which a quote is looked for, the newest."""
_MOST_OF_EACH = 20_000
"""Characters."""


def of_mail(tx: Tx, message: Message, layout: Layout, words: NewWords, ticket: Ticket | None) -> str:
    """The quotes of a mail, but for what this ticket has already."""
    if not quoted_words(message.text, layout, words.folds):
        return ""
    known = _known(tx, ticket.number) if ticket else ""
    found = quoted_words(message.text, layout, words.folds, known)
    return tokens.strip(pictures.without_hidden(message, found))


def _known(tx: Tx, ticket: int) -> str:
    """All that was written on the ticket and in our letters about it; how lines were broken does not count."""
    said = tx.all(
        sa.select(WHOLE_TEXT.label("text")).where(MESSAGE.c.ticket == ticket).order_by(MESSAGE.c.id.desc()).limit(_MOST)
    )
    sent = tx.all(sa.select(*TEXT).where(LETTER.c.ticket == ticket).order_by(LETTER.c.id.desc()).limit(_MOST))
    texts = (row.text for row in said), (text_of(tx, row) for row in sent)
    return "\n".join(significant(text[:_MOST_OF_EACH]) for text in chain(*texts) if text)


def by_reporter(tx: Tx, ticket: int, most: int = 5) -> str:
    """What the reporter quoted in his last few messages, for whoever gets his words now."""
    his = (MESSAGE.c.ticket == ticket, MESSAGE.c.author == "reporter", MESSAGE.c.public)
    rows = tx.all(sa.select(MESSAGE.c.quoted).where(*his).order_by(MESSAGE.c.id))[-most:]
    return "\n\n".join(row.quoted for row in rows if row.quoted)


def as_shown(quoted: str, language: str) -> str:
    """With where the rest of it is, instead of the sign that there is more."""
    return "\n".join(say("quoted.more", language) if line == MORE else line for line in quoted.split("\n"))
