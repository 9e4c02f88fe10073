"""Something said on a ticket by its reporter, by a participant, or by somebody who should not have been able to."""

from __future__ import annotations

from mailgate.desk import conversation, people, reopening, threads
from mailgate.desk.conversation import Entry
from mailgate.desk.notices import Words, tell_agents
from mailgate.desk.tickets import Ticket
from mailgate.incoming import Incoming, Outcome
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence
from mailgate.store.db import Tx
from mailgate.trust import token as tokens


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Adds the words, reopens where it is the reporter's right, and tells whoever works on it."""
    ticket = mail.thread.ticket
    assert ticket is not None, "a reply belongs to a ticket"
    remark = _remark(tx, mail, ticket)
    files = conversation.keep_files(tx, mail.message.attachments)
    person = people.known_as(tx, mail.sender)
    conversation.add(tx, ticket.number, _entry(tx, mail, ticket, person, files, remark))
    conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    changes: tuple[Sentence, ...] = ()
    if remark is None and person.id == ticket.reporter:
        before = ticket.status
        ticket = reopening.by_reporter(tx, ticket, automatic=mail.read.facts.auto_generated is not None)
        if before in ("resolved", "closed") and ticket.status != before:
            changes = (sentence("change.reopened.reply", number=ticket.number),)
    words = Words(person.shown, mail.words.text, files, remark)
    tell_agents(tx, ticket, "new_message", actor=f"person:{person.email}", words=words, changes=changes)
    return Outcome("handled", ticket.number)


def _remark(tx: Tx, mail: Incoming, ticket: Ticket) -> Sentence | None:
    """Why these words give no right and stay internal; None where they are a participant's own."""
    use = mail.thread.token
    if use is not None and not use.by_person:
        person = people.agent_name(tx.settings, use.person)
        return sentence("remark.other", writer=mail.sender.email, person=person)
    if use is None and not threads.is_participant(tx, ticket, mail.message.sender):
        return sentence("remark.stranger", writer=mail.sender.email)
    return None


def _entry(
    tx: Tx,
    mail: Incoming,
    ticket: Ticket,
    person: people.Person,
    files: tuple[Enclosure, ...],
    remark: Sentence | None,
) -> Entry:
    is_reporter = remark is None and person.id == ticket.reporter
    return Entry(
        direction="in",
        purpose="reply",
        author="reporter" if is_reporter else f"person:{person.email}",
        sender=person.email,
        to=tuple(each.email for each in mail.message.to),
        cc=tuple(each.email for each in mail.message.cc),
        subject=mail.message.subject,
        text=mail.message.text,
        new_text=tokens.strip(mail.words.text),
        public=remark is None,
        trust=mail.level,
        files=files,
        message_id=mail.message.message_id,
        remark=remark.in_language(tx.settings.site.language) if remark else None,
        at=mail.read.envelope.received_at,
    )
