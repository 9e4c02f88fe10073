"""Everything that is nothing else: a ticket is opened, the right people are told, the reporter is acknowledged.

Mail that could not be read becomes a ticket too, with the original attached: nothing blocks, nothing hides.
"""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import (
    change,
    conversation,
    copied,
    describing,
    invited,
    mails,
    misuse,
    opening,
    passing_on,
    people,
    robots,
    ruled,
    silence,
    unread,
    wishing,
    wrote_himself,
)
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail
from mailgate.desk.case import Case
from mailgate.desk.notices import NO_WORDS, Words, tell_agents, tell_named
from mailgate.desk.opening import Request
from mailgate.desk.ruled import Settled
from mailgate.desk.tickets import Ticket
from mailgate.desk.wishing import Wish
from mailgate.incoming import Incoming, Outcome
from mailgate.mail.forwarded import parted
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.letters import LETTERS
from mailgate.outbox.sentences import say, sentence
from mailgate.outbox.view import Tap
from mailgate.sentence import Sentence, joined, verbatim
from mailgate.store.db import Tx
from mailgate.trust import token as tokens
from mailgate.trust.verdict import Level

_NAMED_BY_RULE = Sentence(
    "The rule {rule} names {reporter} as reporter; the mail came from {sender}.",
    "Die Regel {rule} nennt {reporter} als meldende Person; die Mail kam von {sender}.",
)


def handle(tx: Tx, mail: Incoming) -> Outcome:
    """Opens, routes, tells, acknowledges; nothing of it where an agent's command names what there is not."""
    if mail.agent is None:
        return _opened(tx, mail)
    try:
        with tx.savepoint():
            return _opened(tx, mail)
    except StoppedAt as refused:
        return Outcome("handled", None, describing.not_opened(tx, mail.of_agent(tx), refused))


def _opened(tx: Tx, mail: Incoming) -> Outcome:
    request = _request(tx, mail)
    wish = _wish(tx, mail, request)
    request = replace(request, new_text=wish.text) if wish.text != request.new_text else request
    ticket = wishing.remember(tx, opening.open_ticket(tx, request), wish)
    conversation.remember_ids(tx, ticket.number, mail.message, opens=True)
    opening.link(tx, ticket, mail.thread)
    opening.link_sibling(tx, ticket, mails.ticket_of(tx, mail.read.sibling))
    ticket = ruled.complete(tx, ticket, mail.route, request.new_text, believed=request.level is not Level.claimed)
    mine = mail.of_agent(tx) if mail.agent else None
    described = describing.describe(tx, ticket, mine) if mine else None
    ticket = described.case.ticket if described else ticket
    if described and mine and mail.passed_on:
        request = _with_note(tx, mail, request, described.case, mine)
    settled = ruled.opened(tx, ticket, mail.route, request.received_at)
    circle = robots.goes_in_circles(tx, ticket.reporter) if mail.thread.mentions else None
    if circle:
        change.record(tx, ticket.number, "rule:new_ticket", "suppressed", template="new_ticket", why=circle)
    else:
        _tell(tx, mail, request, _with_copied(tx, mail, request, settled.ticket), settled)
    opening.acknowledge(tx, settled.ticket, request)
    _tell_of_misuse(tx, mail)
    results = (
        describing.confirm(tx, described, mine, _taps(mail, described.case)) if described and mine else wish.results
    )
    return Outcome("handled", ticket.number, results)


def _with_note(tx: Tx, mail: Incoming, request: Request, case: Case, mine: AgentMail) -> Request:
    """What the agent says himself about the mail he passes on is a note; whoever is told of the ticket reads it too."""
    assert mail.passed_on is not None, "only what is passed on has words above it that are not its own"
    # Beside an attached mail, what stands below a frame is in no other message.
    below = "" if mail.passed_on.original else parted(mail.words.text, mail.message, mail.read.layout)[1]
    words = passing_on.own_words(mail.written.text, below, mail.passed_on.closing)
    passing_on.keep_note(case, mine, words, passing_on.shared(mail.message, mail.passed_on)[1])
    if mail.passed_on.original:
        conversation.remember_copy(tx, case.ticket.number, mail.passed_on.original)
    if not _names_reporter(mail):
        passing_on.tell(case)
    wrote_himself.tie(case, mail.passed_on)
    return replace(request, remark=passing_on.with_words(tx, request.remark, mine.agent, words))


def _taps(mail: Incoming, case: Case) -> tuple[Tap, ...]:
    asked = passing_on.taps(case) if mail.passed_on and not _names_reporter(mail) else ()
    return (*wrote_himself.taps(case), *asked)


def _names_reporter(mail: Incoming) -> bool:
    """By `#from`, which counts more than what the mail shows."""
    return any(each.name == "from" for each in mail.written.commands)


def _wish(tx: Tx, mail: Incoming, request: Request) -> Wish:
    """What a reporter says by `#wanted`; automatic mail never carries commands."""
    if mail.agent or mail.is_alert or mail.read.facts.no_change:
        return Wish(request.new_text)
    names = people.names(tx, None)
    return wishing.read(tx.settings, request.new_text, names, request.route.kind, request.received_at)


def _with_copied(tx: Tx, mail: Incoming, request: Request, ticket: Ticket) -> Sentence | None:
    """Who was in Cc reads along, or is proposed."""
    if mail.agent or mail.is_alert or mail.read.facts.no_change:
        return request.remark
    proposed = copied.read_along(tx, ticket, mail.message, believed=request.authentication.aligned)
    return joined([each for each in (request.remark, proposed) if each], verbatim(" ")) if proposed else request.remark


def _tell(tx: Tx, mail: Incoming, request: Request, remark: Sentence | None, settled: Settled) -> None:
    who = request.reporter
    words = Words(
        who.name or who.email,
        request.new_text,
        request.files,
        remark,
        address=who.email,
        event=request.event,
        quoted=request.quoted,
    )
    told = frozenset[str]()
    if not settled.is_done:
        told = tell_agents(tx, settled.ticket, "new_ticket", actor=request.actor, words=words)
    tell_named(tx, settled.ticket, "new_ticket", mail.route.also_notify, words=words, told=told)


def _tell_of_misuse(tx: Tx, mail: Incoming) -> None:
    """It answers a letter of ours that was written to somebody else, and that belongs to no ticket (any more)."""
    use, agent = mail.thread.token, tx.settings.agent_at(mail.sender.email)
    if use is None or use.by_person or mail.read.facts.no_change:
        return
    misuse.tell_owner(tx, use, None, mail.sender.email, words=NO_WORDS, told=frozenset())
    if agent:
        misuse.tell_user(tx, use, None, mail.all_of_it(tx, agent))


def _request(tx: Tx, mail: Incoming) -> Request:
    """The request; where a rule names the reporter, nothing proves him, whoever wrote the mail."""
    request = _as_written(tx, mail)
    if mail.passed_on and mail.agent:
        request = passing_on.request(tx, request, mail.passed_on, mail.agent, named=_names_reporter(mail))
    reporter = mail.route.reporter
    if reporter is None or reporter.email == request.reporter.email:
        return request
    named = _NAMED_BY_RULE.filled(reporter=reporter.email, rule=mail.route.rule, sender=mail.sender.email)
    return replace(
        request,
        reporter=reporter,
        level=Level.claimed,
        authentication=replace(request.authentication, aligned=False),
        remark=request.remark or named,
        written_by=mail.sender.email.lower(),
        known_sender=True,
    )


def _as_written(tx: Tx, mail: Incoming) -> Request:
    message = mail.message
    return Request(
        reporter=mail.sender,
        actor=f"agent:{mail.agent}" if mail.agent else "reporter",
        subject=_subject(tx, mail),
        text=message.text,
        new_text=tokens.strip(mail.written.text if mail.agent else mail.words.text),
        route=mail.route,
        source_address=mail.read.targets[0].spelling if mail.read.targets else tx.settings.addresses[0].address,
        level=mail.level,
        language=message.language,
        files=_files(tx, mail),
        message_id=message.message_id,
        remark=unread.with_note(_remark(tx, mail), mail.message),
        received_at=mail.read.envelope.received_at,
        envelope_sender=mail.read.envelope.sender,
        authentication=mail.read.authentication,
        no_response=_silence(tx, mail),
        answers_automatic=mail.thread.token is not None and LETTERS[mail.thread.token.template].gated,
        known_sender=message.sender is not None,
        public=misuse.silence(mail.thread.token) is None,
        event=invited.event(tx, message),
        quoted="" if mail.passed_on else mail.quoted(tx),
    )


def _silence(tx: Tx, mail: Incoming) -> str | None:
    """Why it is not acknowledged, as far as the mail says."""
    read = mail.read
    return silence.reason(tx, read.facts, read.authentication, read.message.sender) or misuse.silence(mail.thread.token)


def _subject(tx: Tx, mail: Incoming) -> str:
    language = tx.settings.site.language
    if not mail.message.readable:
        return say("subject.unreadable", language)
    return opening.clean_subject(tx.settings, mail.message.subject) or say("subject.none", language)


def _remark(tx: Tx, mail: Incoming) -> Sentence | None:
    if not mail.message.readable:
        return sentence("remark.unreadable", why="; ".join(mail.message.defects) or "unknown structure")
    if (use := mail.thread.token) and not use.by_person:
        return misuse.remark(tx, use, mail.sender.email)
    # DESIGN 9: honest forwards fail DMARC daily, so there is a ticket, with a mark and without an acknowledgement.
    if mail.read.authentication.failed:
        return sentence("remark.failed", writer=mail.sender.email)
    if mail.level is Level.claimed and tx.settings.agent_at(mail.sender.email):
        return sentence("remark.in_a_name", writer=mail.sender.name or mail.sender.email)
    return None


def _files(tx: Tx, mail: Incoming) -> tuple[Enclosure, ...]:
    if mail.passed_on:
        return conversation.keep_files(tx, passing_on.shared(mail.message, mail.passed_on)[0])
    if mail.message.readable:
        return conversation.keep_files(tx, unread.files(mail.message, mail.read.raw))
    return conversation.keep_files(tx, (opening.original(mail.read.raw),))
