"""A statement that was asked for: an internal answer by its own token, from whatever address, also as a mail that was
passed on. It carries no commands and opens nothing again; the ticket moves on."""

from __future__ import annotations

from mailgate.desk import conversation, hearing, unheard
from mailgate.desk.conversation import Entry
from mailgate.desk.hearing import Heard
from mailgate.incoming import Incoming, Outcome
from mailgate.mail.lines import significant
from mailgate.mail.references import base_subject
from mailgate.store.db import Tx
from mailgate.trust import token as tokens


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Kept and told, never public."""
    ticket, use = mail.thread.ticket, mail.thread.token
    assert ticket is not None, "a statement belongs to a ticket"
    assert use is not None, "and comes by its token"
    sender = mail.sender.email.lower()
    said = hearing.remark(tx, use, sender)
    entry = Entry(
        direction="in",
        purpose="statement",
        author=f"person:{sender}",
        sender=sender,
        to=tuple(each.email for each in mail.message.to),
        cc=tuple(each.email for each in mail.message.cc),
        subject=base_subject(mail.message.subject),
        text=mail.message.text,
        new_text=tokens.strip(_words(mail)),
        public=False,
        trust=mail.level,
        files=conversation.keep_files(tx, mail.message.attachments),
        message_id=mail.message.message_id,
        remark=said.in_language(tx.settings.site.language) if said else None,
        at=mail.read.envelope.received_at,
        quoted="" if mail.read.forwarded else mail.quoted(tx),
    )
    counts = mail.read.facts.no_change is None
    hearing.statement(tx, ticket, use, Heard(entry, mail.sender.name or sender), said, counts=counts)
    agent = tx.settings.agent_at(sender)
    if agent and counts and use.by_person:
        unheard.tell(tx, agent, ticket, mail.words, mail.message.message_id)
    conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    return Outcome("handled", ticket.number)


def _words(mail: Incoming) -> str:
    """What he added; where he passes on somebody's mail, that is the statement."""
    passed_on = mail.read.forwarded
    words = mail.words.text.strip("\n")
    if passed_on is None or significant(passed_on.text) in significant(words):
        return words
    return "\n\n".join(filter(None, (words, f"{passed_on.sender or passed_on.name}:\n{passed_on.text}")))
