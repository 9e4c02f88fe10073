"""A mail that an agent forwards to us: the ticket is that of whoever wrote it (CONTRACT 6). Nothing proves that he did,
so he is not written to before one of us answers; the agent's own words stay a note."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailgate.desk import absence, conversation, opening, people, rights
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.case import Case
from mailgate.desk.conversation import Entry
from mailgate.desk.opening import Request
from mailgate.mail.attached import is_attached_mail
from mailgate.mail.forwarded import Forwarded
from mailgate.mail.language import language_of
from mailgate.mail.message import Address, Attachment, Message
from mailgate.mail.written_dates import field_date
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Tap
from mailgate.rules.arguments import address_in, spoken
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.trust import token as tokens
from mailgate.trust.verdict import Level

_SIGNATURE = "--"
_LONGEST_NOTE = 500
"""Characters of an agent's words in a letter to others; all of them stand on the ticket."""


def from_outside(settings: Settings, found: Forwarded | None) -> Forwarded | None:
    """What is passed on, where one person outside wrote it, and has an address that we could answer."""
    if found is None or found.one_of_several or address_in(found.sender) != found.sender:
        return None
    if settings.target(found.sender) or settings.agent_at(found.sender):
        return None
    return found


def as_original(message: Message, found: Forwarded) -> Message:
    """The mail as its first writer sent it, as far as that is known."""
    if found.original is not None:
        return found.original
    return replace(message, sender=found.author, subject=found.subject, cc=(), reply_to=())


def request(tx: Tx, written: Request, found: Forwarded, agent: str, *, named: bool) -> Request:
    """The request of whoever wrote what is passed on. `named`: the agent says by `#from` who reports it."""
    by = tx.settings.agents[agent]
    subject = opening.clean_subject(tx.settings, found.subject) or written.subject
    return replace(
        written,
        reporter=Address(by.name, by.email) if named else found.author,
        written_by=found.sender,
        subject=subject,
        text=found.text,
        new_text=tokens.strip(found.text),
        level=Level.claimed,
        language=found.original.language if found.original else language_of(found.text),
        message_id=found.original.message_id if found.original else None,
        remark=sentence("remark.passed_on", name=by.name),
        authentication=replace(written.authentication, aligned=False),
        sent_at=_sent_at(tx, found, agent, written.received_at),
        passed_on=True,
    )


def _sent_at(tx: Tx, found: Forwarded, agent: str, received_at: datetime) -> datetime:
    """When it was written; what lies in the future, or can not be read, was written when it came."""
    zone = ZoneInfo(absence.zone_of(tx.settings, agent))
    at = found.original.date if found.original else field_date(found.date, zone)
    return min(at, received_at) if at else received_at


def shared(message: Message, found: Forwarded) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """The files of what is passed on, and those that the agent adds."""
    if found.original is None:
        return message.attachments, ()
    files = (*found.original.attachments, *found.others)
    return files, tuple(each for each in message.attachments if not is_attached_mail(each))


def own_words(text: str, below: str, closing: str = "") -> str:
    """What the agent wrote himself. `text`: all his mail shows, `below`: the words he passes on in it, `closing`: what
    stands below their end, which may be his signature only."""
    above = tokens.strip(text.removesuffix(below).strip()) if below else text.strip()
    own = "" if closing.startswith(_SIGNATURE) else tokens.strip(closing)
    return "\n\n".join(filter(None, (above, own)))


def with_words(tx: Tx, remark: Sentence | None, agent: str, words: str) -> Sentence | None:
    """The remark for whoever is told of the ticket: with the agent's own words."""
    if not words:
        return remark
    short = " ".join(words.split())
    short = short if len(short) <= _LONGEST_NOTE else f"{short[:_LONGEST_NOTE]}…"
    return sentence("remark.passed_on.words", name=people.agent_name(tx.settings, agent), words=short)


def keep_note(case: Case, mail: AgentMail, words: str, files: tuple[Attachment, ...]) -> None:
    """The agent's own words and files stay with us."""
    if not (words or files):
        return
    entry = Entry(
        direction="note",
        purpose="note",
        author=case.actor,
        sender=case.tx.settings.agents[case.agent].email.lower(),
        subject=case.ticket.subject,
        text=words,
        new_text=words,
        public=False,
        trust=mail.level,
        files=conversation.keep_files(case.tx, files),
        message_id=mail.message_id,
    )
    conversation.add(case.tx, case.ticket.number, entry)


def tell(case: Case) -> None:
    """The agent is told first of all whose ticket it is, and how to change that where he may."""
    reporter, own = case.reporter, case.tx.settings.agents[case.agent].email
    name = str(Address(reporter.name or "", reporter.email))
    if rights.may_act(case.tx, case.agent, case.ticket):
        case.did("done.opened_for.change", undo=f"#from {own}", name=name, command=spoken("#from"))
    else:
        case.did("done.opened_for", name=name)
    case.effects.insert(0, case.effects.pop())


def taps(case: Case) -> tuple[Tap, ...]:
    """What the agent may want to change, where he may."""
    if not rights.may_act(case.tx, case.agent, case.ticket):
        return ()
    own, language = case.tx.settings.agents[case.agent].email, case.language
    wanted = (("tap.from.other", "#from "), ("tap.from.own", f"#from {own}"))
    return tuple(Tap(say(label, language), spoken(line).in_language(language)) for label, line in wanted)
