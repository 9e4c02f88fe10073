"""An automatic answer: a note on its ticket, nothing more. No state changes, no answer, no commands; without a ticket
it is only remembered."""

from __future__ import annotations

from mailgate.desk import change, conversation, delivery, invited, tickets
from mailgate.desk.conversation import Entry
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.incoming import Incoming, Outcome
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Handled, with or without a ticket."""
    complained = delivery.complained_about(tx, mail.message)
    ticket = mail.thread.ticket or _of_letter(tx, mail.thread)
    if ticket is None and complained:
        return Outcome("handled", complained)
    if ticket is None:
        change.record(
            tx, change.WITHOUT_TICKET, "rule:auto_reply", "auto_reply", why=mail.why, sender=mail.sender.email
        )
        return Outcome("handled")
    conversation.add(
        tx,
        ticket.number,
        Entry(
            direction="note",
            purpose="auto_reply",
            author=f"person:{mail.sender.email.lower()}",
            sender=mail.sender.email.lower(),
            subject=mail.message.subject,
            text=mail.message.text,
            new_text=mail.words.text,
            public=False,
            trust=mail.level,
            files=conversation.keep_files(tx, mail.message.attachments),
            message_id=mail.message.message_id,
            remark=_remark(tx, mail).in_language(tx.settings.site.language),
            at=mail.read.envelope.received_at,
        ),
    )
    return Outcome("handled", ticket.number)


def _remark(tx: Tx, mail: Incoming) -> Sentence:
    """What somebody's calendar says, else why it is automatic."""
    event = invited.event(tx, mail.message)
    is_answer = event and mail.read.facts.auto_reply and mail.message.entry
    return event.whole if event and is_answer else sentence("remark.automatic", why=mail.why)


def _of_letter(tx: Tx, thread: Thread) -> Ticket | None:
    """Vacation programs answer the return path, and some name nothing: the bounce address still says which letter."""
    number = thread.bounce.ticket if thread.bounce else None
    return tickets.load(tx, number) if number else None
