"""Which pictures of a mail are kept without being shown: decoration by itself, what the same domain sends with every
mail, and what is quoted and stands on the ticket already.

The mail and the ticket's data hold all of them; letters carry the others (`showing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from mailgate.desk.tickets import Ticket
from mailgate.mail.decoration import ENOUGH_MAILS, REPEATED, Place, by_itself, may_repeat, places
from mailgate.mail.folds import NewWords
from mailgate.mail.forwarded import Forwarded
from mailgate.mail.lines import Line
from mailgate.mail.marks import mark, without_marks
from mailgate.mail.message import Attachment, Message
from mailgate.outbox.draft import Enclosure
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import MessageRow, PictureSeen, table_of

SEEN = table_of(PictureSeen)
MESSAGE = table_of(MessageRow)

KNOWN = Sentence(
    "it stands in the quoted mail, and the ticket has it already",
    "es steht in der zitierten Mail und ist schon auf dem Ticket",
)
_REMEMBER = Upsert(SEEN)
_SEEN_ON = Prepared(
    sa.select(SEEN.c.ticket)
    .where(SEEN.c.sha256 == sa.bindparam("sha256"), SEEN.c.domain == sa.bindparam("domain"))
    .limit(ENOUGH_MAILS)
)
_FILES_OF = Prepared(sa.select(MESSAGE.c.attachments).where(MESSAGE.c.ticket == sa.bindparam("ticket")))


def judged(
    tx: Tx, message: Message, lines: Sequence[Line], words: NewWords, ticket: Ticket | None
) -> tuple[Message, NewWords]:
    """The mail with the reason beside each picture that is not shown, and its words without the marks of those."""
    if not any(each.shown for each in message.attachments):
        return message, words
    quoted = {at for fold in words.folds if fold.kind in ("quote", "ours") for at in range(fold.start, fold.end)}
    standing = places(message, lines, quoted)
    number = ticket.number if ticket else None

    def why(file: Attachment) -> Sentence | None:
        place = standing.get(file.content_id or "", Place.WORDS)
        again = _quoted_again(tx, file, number) if place is Place.QUOTE else None
        return by_itself(file, place) or again or _repeated(tx, message, file, place, number)

    files = (replace(each, decoration=why(each)) if each.shown else each for each in message.attachments)
    message = replace(message, attachments=tuple(files))
    return message, cleaned(message, words)


def cleaned(message: Message, words: NewWords) -> NewWords:
    """The words without marks of pictures that nobody gets to see."""
    hidden = _hidden(message)
    return words._replace(text=without_marks(words.text, hidden)) if hidden else words


def without_hidden(message: Message, text: str) -> str:
    """The same for what it quotes."""
    return without_marks(text, _hidden(message))


def cleaned_forward(message: Message, forwarded: Forwarded | None) -> Forwarded | None:
    """The same for what the mail passes on."""
    hidden = _hidden(message) if forwarded else []
    return replace(forwarded, text=without_marks(forwarded.text, hidden)) if forwarded and hidden else forwarded


def _hidden(message: Message) -> list[str]:
    return [each.content_id for each in message.attachments if each.decoration and each.content_id]


def told_apart(said: Iterable[tuple[str, tuple[Enclosure, ...]]]) -> Iterator[tuple[str, tuple[Enclosure, ...]]]:
    """Words and files of several messages that go into one letter: where two pictures have the same Content-ID, as some
    programs give it to each mail's first one, the later has another."""
    taken: dict[str, str] = {}
    for words, files in said:
        kept: list[Enclosure] = []
        for file in files:
            named = file.content_id
            if named and taken.setdefault(named, file.sha256) != file.sha256:
                file = replace(file, content_id=f"{file.sha256[:16]}.{named}")
                words = words.replace(mark(named), mark(file.content_id or ""))
            kept.append(file)
        yield words, tuple(kept)


def named(words: str, files: Iterable[Enclosure]) -> str:
    """The words with the names of their pictures, for where no file goes along."""
    for file in files:
        words = words.replace(mark(file.content_id), f"[{file.name}]") if file.content_id else words
    return words


def _quoted_again(tx: Tx, file: Attachment, ticket: int | None) -> Sentence | None:
    return KNOWN if ticket is not None and file.sha256 in tx.once(_known_on, ticket) else None


def _known_on(tx: Tx, ticket: int) -> frozenset[str]:
    return frozenset(each["sha256"] for row in tx.all(_FILES_OF, {"ticket": ticket}) for each in row.attachments)


def _repeated(tx: Tx, message: Message, file: Attachment, place: Place, ticket: int | None) -> Sentence | None:
    """Of a ticket one mail counts, for an answer brings the pictures of what it quotes; this one counts too."""
    if message.sender is None or not may_repeat(file, place):
        return None
    others = {row.ticket for row in tx.all(_SEEN_ON, _of(message, file))} - {ticket}
    if len(others) + 1 < ENOUGH_MAILS:
        return None
    return REPEATED.filled(number=ENOUGH_MAILS, domain=message.sender.domain)


def remember(tx: Tx, message: Message, ticket: int | None) -> None:
    """Count the pictures of this mail, which is on that ticket now."""
    if ticket is None or message.sender is None:
        return
    for file in {each.sha256: each for each in message.attachments if each.shown}.values():
        tickets = {row.ticket for row in tx.all(_SEEN_ON, _of(message, file))}
        if ticket not in tickets and len(tickets) < ENOUGH_MAILS:
            tx.later(_REMEMBER, {**_of(message, file), "ticket": ticket})


def _of(message: Message, file: Attachment) -> dict[str, str]:
    assert message.sender is not None, "asked before"
    return {"sha256": file.sha256, "domain": message.sender.domain}
