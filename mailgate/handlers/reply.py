"""Something said on a ticket by its reporter, by a participant, or by somebody who should not have been able to."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import (
    change,
    closing,
    conversation,
    copied,
    failing,
    hearing,
    invited,
    misuse,
    opening,
    pausing,
    people,
    reopening,
    reporting,
    robots,
    ruled,
    threads,
    unread,
)
from mailgate.desk.agent_writes import CommandResult
from mailgate.desk.conversation import Entry
from mailgate.desk.hearing import Heard
from mailgate.desk.notices import Words, tell_agents, tell_named
from mailgate.desk.threads import TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.incoming import Incoming, Outcome
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.sentences import sentence
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx
from mailgate.trust import token as tokens
from mailgate.trust.verdict import Level


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Adds the words, reopens where it is the reporter's right, tells whoever works on it; thanks change nothing."""
    ticket = mail.thread.ticket
    assert ticket is not None, "a reply belongs to a ticket"
    remark = _remark(tx, mail, ticket)
    files = conversation.keep_files(tx, unread.files(mail.message, mail.read.raw))
    person = people.known_as(tx, mail.sender)
    own = remark is None and person.id == ticket.reporter and not mail.is_alert
    if mail.thread.token and mail.thread.token.role == "informed":
        return _of_informed(tx, mail, ticket, mail.thread.token, files)
    said = closing.read(mail.thread.token, mail.words.text, people.names(tx, ticket.reporter))
    entry = _entry(tx, mail, ticket, person, files, remark, said.text)
    conversation.add(tx, ticket.number, entry)
    conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    settled = ruled.continued(tx, ticket, mail.route, mail.read.envelope.received_at)
    ticket, changes = settled.ticket, settled.changes
    if own:
        ticket = reporting.read_lines(tx, ticket, mail.words.text, "reporter")
    thanks = None if remark or mail.is_alert else reopening.keeps_all(tx, mail.message, mail.words.text, ticket)
    silent = reopening.tells_nobody(ticket, thanks) or _robot(tx, mail, ticket, person, own_words=remark is None)
    closes = own and said.closes and not _changes_nothing(mail)
    if own and not settled.is_done:
        idle = thanks or _changes_nothing(mail)
        ticket, more = closing.close(tx, ticket, person.shown) if closes else _reopened(tx, ticket, idle)
        ticket = ticket if idle else pausing.woken_by_reporter(tx, ticket)
        changes = (*changes, *more)
    if _is_answer(mail):
        failing.answered(tx, person, ticket.number)
        opening.verified(tx, ticket, mail.thread, mail.read.facts.no_response)
    if silent:
        change.record(tx, ticket.number, "rule:reply", "suppressed", template="new_message", why=silent)
        return Outcome("handled", ticket.number)
    note = unread.with_note(remark, mail.message)
    event = invited.event(tx, mail.message)
    words = Words(person.shown, said.text, files, note, address=mail.sender.email.lower(), event=event)
    words = replace(words, quoted=entry.quoted)
    words = _with_copied(tx, mail, ticket, _with_advice(tx, mail, ticket, words), believed=own)
    told = tell_agents(tx, ticket, "new_message", actor=f"person:{person.email}", words=words, changes=changes)
    tell_named(tx, ticket, "new_message", mail.route.also_notify, words=words, told=told)
    _tell_of_misuse(tx, mail, ticket, words, told)
    return Outcome("handled", ticket.number, (CommandResult("close", "", True, ""),) if closes else ())


def _of_informed(tx: Tx, mail: Incoming, ticket: Ticket, use: TokenUse, files: tuple[Enclosure, ...]) -> Outcome:
    """Whoever was informed answers us alone: nothing of it is public, and the state stays."""
    person, said = people.known_as(tx, mail.sender), hearing.remark(tx, use, mail.sender.email.lower())
    entry = _entry(tx, mail, ticket, person, files, said, mail.words.text)
    entry = replace(entry, author=f"person:{person.email}", purpose="forward", public=False)
    hearing.informed(tx, ticket, use, Heard(entry, person.shown), said)
    conversation.remember_ids(tx, ticket.number, mail.message, opens=False)
    return Outcome("handled", ticket.number)


def _with_copied(tx: Tx, mail: Incoming, ticket: Ticket, words: Words, *, believed: bool) -> Words:
    """Who was in Cc of a reporter's proven mail reads along; of others they are proposed."""
    if mail.is_alert or mail.read.facts.no_change:
        return words
    # No signature of his own covers Cc: whoever caught the mail may have written there what he likes.
    signed = mail.level is Level.signed and mail.read.authentication.aligned
    believed = believed and (signed or mail.level is Level.proven)
    proposed = copied.read_along(tx, ticket, mail.message, believed=believed)
    said = [each for each in (words.remark, proposed) if each]
    return replace(words, remark=joined(said, verbatim(" "))) if proposed else words


def _with_advice(tx: Tx, mail: Incoming, ticket: Ticket, words: Words) -> Words:
    use = mail.thread.token
    return words if use is None or use.by_person else misuse.with_advice(tx, use, ticket, words)


def _tell_of_misuse(tx: Tx, mail: Incoming, ticket: Ticket, words: Words, told: frozenset[str]) -> None:
    """A letter of ours was answered by somebody it was not written to."""
    use, agent = mail.thread.token, tx.settings.agent_at(mail.sender.email)
    if use is None or use.by_person or mail.read.facts.no_change:
        return
    misuse.tell_owner(tx, use, ticket, mail.sender.email, words=words, told=told)
    if agent:
        misuse.tell_user(tx, use, ticket, mail.all_of_it(tx, agent))


def _reopened(tx: Tx, ticket: Ticket, idle: str | None) -> tuple[Ticket, tuple[Sentence, ...]]:
    """The ticket afterwards, and what to tell of it. `idle`: why these words change nothing."""
    after = reopening.by_reporter(tx, ticket, idle=idle)
    if ticket.status not in reopening.SETTLED:
        return after, ()
    opened = after.status != ticket.status
    return after, (sentence("change.reopened.reply" if opened else "change.reopened.not", number=ticket.number),)


def _robot(tx: Tx, mail: Incoming, ticket: Ticket, person: people.Person, *, own_words: bool) -> str | None:
    """Whoever has his own token got a letter that was meant for him, and may say the same thrice."""
    if mail.is_alert or (own_words and mail.thread.token):
        return None
    return robots.repeats_itself(tx, ticket.number, person.email)


def _is_answer(mail: Incoming) -> bool:
    """Something of ours has reached its writer: he has its token, or nobody else can have written it."""
    token = mail.thread.token
    return (token.by_person if token else mail.read.authentication.aligned) and not mail.is_alert


def _changes_nothing(mail: Incoming) -> str | None:
    """A program's words, or words that nothing proves to be his while his domain says that they are not."""
    forged = mail.read.authentication.failed and mail.thread.token is None
    return mail.read.facts.no_change or ("DMARC of the sender's domain failed" if forged else None)


def _remark(tx: Tx, mail: Incoming, ticket: Ticket) -> Sentence | None:
    """Why these words give no right and stay internal; None where they are a participant's own."""
    use = mail.thread.token
    if mail.is_alert:
        return None
    if use is not None and not use.by_person:
        return misuse.remark(tx, use, mail.sender.email)
    if use is not None and use.is_agents:
        return sentence("remark.automatic", why=mail.read.facts.no_change)  # an agent's program, not himself
    # A token stays with whoever has it; whether he still reads along, the ticket says.
    as_participant = use is None or use.role == "reading"
    if as_participant and not threads.is_participant(tx, ticket, mail.message.sender):
        return sentence("remark.stranger", writer=mail.sender.email)
    return None


def _entry(
    tx: Tx,
    mail: Incoming,
    ticket: Ticket,
    person: people.Person,
    files: tuple[Enclosure, ...],
    remark: Sentence | None,
    new_text: str,
) -> Entry:
    is_reporter, use = remark is None and person.id == ticket.reporter, mail.thread.token
    kept = invited.beside(invited.event(tx, mail.message), remark)
    return Entry(
        direction="in",
        purpose="reply",
        author="reporter" if is_reporter else f"person:{person.email}",
        sender=mail.sender.email.lower(),
        to=tuple(each.email for each in mail.message.to),
        cc=tuple(each.email for each in mail.message.cc),
        subject=mail.message.subject,
        text=mail.message.text,
        new_text=tokens.strip(new_text),
        public=remark is None and (not mail.is_alert or person.id == ticket.reporter),
        trust=mail.level,
        files=files,
        message_id=mail.message.message_id,
        remark=kept.in_language(tx.settings.site.language) if kept else None,
        at=mail.read.envelope.received_at,
        token_of=use.person if use and not (use.by_person or use.is_agents) else None,
        quoted=mail.quoted(tx),
    )
