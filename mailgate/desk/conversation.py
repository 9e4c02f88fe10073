"""What was said on a ticket: messages in, out and internal, with their files; nothing here decides who is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk import change, pictures
from mailgate.desk.threads import digest_of_id
from mailgate.mail.message import Attachment, Message
from mailgate.outbox.breaker import REPORTS, Report
from mailgate.outbox.draft import Enclosure
from mailgate.store.db import Tx
from mailgate.store.lookup import KEYS, Lookup, Questions
from mailgate.store.prepared import Prepared, Upsert
from mailgate.store.tables import File, MessageRow, Reference, table_of

MESSAGE = table_of(MessageRow)
FILE = table_of(File)
REFERENCE = table_of(Reference)
WHOLE_TEXT = sa.func.coalesce(sa.func.nullif(MESSAGE.c.text, ""), MESSAGE.c.new_text)
"""Of a message, stored once where nothing else is new."""

_ADD = Prepared(sa.insert(MESSAGE), with_id=True)
_LINK = Prepared(sa.update(MESSAGE).where(MESSAGE.c.id == sa.bindparam("of")).values(letter=sa.bindparam("letter")))
_REMEMBER = Upsert(REFERENCE)
_STORE = Upsert(FILE)
_STORED = Lookup(sa.select(FILE.c.sha256).where(FILE.c.sha256.in_(KEYS)), FILE.c.sha256, lambda tx, row: row.sha256)
_IDS_OF = Prepared(
    sa.select(MESSAGE.c.message_id)
    .where(
        MESSAGE.c.ticket == sa.bindparam("ticket"),
        MESSAGE.c.sender == sa.bindparam("sender"),
        MESSAGE.c.message_id.is_not(None),
    )
    .order_by(MESSAGE.c.id)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message to be added (CONTRACT 3, message)."""

    direction: str
    """in, out or note."""
    purpose: str
    author: str
    """As an event's actor."""
    sender: str
    subject: str
    text: str
    new_text: str
    public: bool
    trust: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    files: tuple[Enclosure, ...] = ()
    message_id: str | None = None
    remark: str | None = None
    at: datetime | None = None
    token_of: str | None = None
    """Whose token as a reporter the mail carried, where somebody else wrote it."""
    quoted: str = ""
    """What it quotes that we never had (`quoting.py`)."""


def add(tx: Tx, ticket: int, entry: Entry) -> int:
    """Append a message to the ticket and say so in its history; returns the message's id."""
    row = {
        "ticket": ticket,
        "direction": entry.direction,
        "purpose": entry.purpose,
        "author": entry.author,
        "sender": entry.sender,
        "to": list(entry.to),
        "cc": list(entry.cc),
        "subject": entry.subject,
        "at": entry.at or tx.now,
        "text": "" if entry.text == entry.new_text else entry.text,
        "new_text": entry.new_text,
        "public": entry.public,
        "trust": entry.trust,
        "mail": tx.mail,
        "message_id": entry.message_id,
        "attachments": [as_json(each) for each in entry.files],
        "remark": entry.remark,
        "token_of": entry.token_of,
        "quoted": entry.quoted,
    }
    message, received = tx.new_id(MESSAGE), tx.once(_received, ticket, entry.sender)
    tx.later(_ADD, {"id": message, **row})
    if entry.message_id is not None:
        received.append(entry.message_id)
    if tx.mail is not None:
        tx.once(said_in, tx.mail)[entry.new_text] = message
    if entry.purpose == "report":
        tx.knows(REPORTS, ticket, [Report(ticket, entry.at or tx.now, entry.subject, entry.new_text)])
    else:  # the message that opens a ticket is as old as that
        change.touch(tx, ticket)
    public = "public" if entry.public else "internal"
    change.record(
        tx, ticket, entry.author, "message", message=message, purpose=entry.purpose, seen=public, remark=entry.remark
    )
    return message


def said_in(tx: Tx, mail: int) -> dict[str, int]:
    """For `tx.once`: the words that this mail has added to tickets so far, and in which message they stand."""
    return {}


def as_json(file: Enclosure) -> dict[str, Any]:
    """How a message and a kept mail store a file: its facts; the bytes lie in table `file`."""
    stored = {
        "name": file.name,
        "type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "cid": file.content_id,
    }
    return {**stored, "decoration": file.decoration} if file.decoration else stored


def of_json(stored: Iterable[dict[str, Any]]) -> tuple[Enclosure, ...]:
    """The files that `as_json` stored."""
    return tuple(
        Enclosure(each["name"], each["type"], each["sha256"], each["size"], each.get("cid"), each.get("decoration"))
        for each in stored
    )


def asked(message: Message) -> Questions:
    """What is asked of the desk before the mail's files are kept."""
    return {_STORED: tuple(each.sha256 for each in message.attachments)}


def keep_files(tx: Tx, attachments: tuple[Attachment, ...]) -> tuple[Enclosure, ...]:
    """Store the bytes of a mail's files, each once by its digest."""
    wanted = {each.sha256: each for each in attachments}
    stored = set(tx.found(_STORED, *wanted))
    for digest, each in wanted.items():
        if digest not in stored:
            tx.later(_STORE, {"sha256": digest, "size": each.size, "content": each.content}, instead=digest)
            tx.knows(_STORED, digest, [digest])
    return tuple(
        Enclosure(e.name, e.media_type, e.sha256, e.size, e.content_id, str(e.decoration) if e.decoration else None)
        for e in attachments
    )


def remember_ids(tx: Tx, ticket: int, message: Message, *, opens: bool) -> None:
    """A later mail that names this one belongs here; and, when it opens the ticket, so does the mail it answers."""
    ids = [(each, False) for each in (message.message_id, *message.entry) if each]
    if opens:
        ids += [(each, True) for each in (*message.in_reply_to, *message.references[-5:])]
    for each, named in ids:
        row = {"digest": digest_of_id(each), "ticket": ticket, "named": named, "mail": tx.mail}
        tx.later(_REMEMBER, row)


def remember_copy(tx: Tx, ticket: int, message: Message) -> None:
    """Where its writer sends this mail to us himself, that joins the ticket; nobody else's does."""
    if message.message_id:
        row = {"digest": digest_of_id(message.message_id), "ticket": ticket, "named": True, "mail": tx.mail}
        tx.later(_REMEMBER, row)


def said_by_reporter(tx: Tx, ticket: int, most: int = 5) -> tuple[str, tuple[Enclosure, ...]]:
    """The reporter's words and files so far, the last few messages of them, oldest first: for whoever gets the ticket
    now."""
    his = (MESSAGE.c.ticket == ticket, MESSAGE.c.author == "reporter", MESSAGE.c.public)
    rows = tx.all(sa.select(MESSAGE.c.new_text, MESSAGE.c.attachments).where(*his).order_by(MESSAGE.c.id))[-most:]
    said = [*pictures.told_apart((row.new_text.strip(), of_json(row.attachments)) for row in rows)]
    return "\n\n".join(words for words, _ in said), tuple(file for _, files in said for file in files)


def received_ids(tx: Tx, ticket: int, sender: str) -> list[str]:
    """Message-IDs of what this person wrote on the ticket, oldest first: what a letter to him answers."""
    return list(tx.once(_received, ticket, sender))


def _received(tx: Tx, ticket: int, sender: str) -> list[str]:
    if ticket in tx.opened:
        return []
    return [row.message_id for row in tx.all(_IDS_OF, {"ticket": ticket, "sender": sender})]


def unsay(tx: Tx, message: int, remark: str) -> None:
    """Words that were stopped on their way stay with us."""
    tx.execute(sa.update(MESSAGE).where(MESSAGE.c.id == message).values(public=False, remark=remark))


def link_letter(tx: Tx, message: int, letter: int) -> None:
    """An agent's mail and the letter made of it are one message with both."""
    tx.run(_LINK, {"of": message, "letter": letter})


def copied_to(tx: Tx, message: int, addresses: tuple[str, ...]) -> None:
    """Who reads along got it too, each in a letter of his own."""
    if addresses:
        tx.execute(sa.update(MESSAGE).where(MESSAGE.c.id == message).values(cc=list(addresses)))
