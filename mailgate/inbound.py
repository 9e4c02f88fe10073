"""THE LINE: one stored mail, from its bytes to what became of it. Read `process` first.

`prepare` needs no database and happens outside the transaction; `process` runs inside one, under a savepoint. The
worker commits it; `explain` rolls it back. Nothing here knows which of the two it is.
"""

from __future__ import annotations

from datetime import timedelta

from mailgate.desk import change, delivery, mails, opening, people, reopening, threads
from mailgate.desk.letters_answered import text_of_letter
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.errors import Temporary
from mailgate.handlers import HANDLERS
from mailgate.incoming import Incoming, Outcome, Read
from mailgate.mail.body import NewWords, agent_words, new_words
from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.rules.commands import Written, read_commands
from mailgate.rules.match import Mail
from mailgate.rules.routing import Asked, Route, follow_up, route
from mailgate.rules.sort import Findings, sort_of
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level, authenticate, level

_NO_TOKEN = Sentence("no token of ours", "kein Token von uns")
_OWN_TOKEN = Sentence(
    "its own token: {role} {person}, from letter {letter}", "das eigene Token aus einer Mail von uns an {person}"
)
_OTHER_TOKEN = Sentence(
    "somebody else's token: {role} {person}, from letter {letter}", "ein fremdes Token, aus einer Mail von uns an {person}"
)

OVERTAKING = timedelta(minutes=10)
"""How long a reply waits for the older mail it names, which is still being worked on."""


class WaitForParent(Temporary):
    """an older mail that this one names is not handled yet"""


def prepare(
    settings: Settings,
    raw: bytes,
    envelope: Envelope,
    *,
    mail: int | None = None,
    twin: int | None = None,
    parents: tuple[int, ...] = (),
    released: bool = False,
) -> Read:
    """What the mail itself says. Never raises for any bytes."""
    message = read(raw, settings.limits)
    found = (settings.target(each) for each in envelope.recipients)
    return Read(
        mail=mail,
        raw=raw,
        envelope=envelope,
        message=message,
        facts=classify(message, envelope, settings.limits),
        bounce=read_bounce(message, null_sender=not envelope.sender),
        authentication=authenticate(message, envelope),
        words=new_words(message, settings.limits),
        targets=tuple(target for target in found if target),
        twin=twin,
        parents=parents,
        released=released,
    )


def process(tx: Tx, read: Read) -> tuple[Incoming, Outcome]:
    """Decide about one mail and do it. Raises WaitForParent where an older mail has to be handled first."""
    _wait_for_parents(tx, read)
    thread = _thread(tx, read)
    agent = _agent(tx, read, thread)
    words, written = _words(tx, read, thread, agent)
    trust = _level(read, thread)
    way, asked = _route(tx, read, thread)
    sorted_ = sort_of(_findings(tx, read, thread, way, agent, written, trust))
    incoming = Incoming(
        read=read,
        sort=sorted_.sort,
        why=sorted_.why,
        level=trust,
        evidence=_evidence(read, thread),
        thread=thread,
        route=way,
        asked=asked,
        agent=agent,
        words=words,
        written=written,
    )
    return incoming, HANDLERS[incoming.sort](tx, incoming)


def _wait_for_parents(tx: Tx, read: Read) -> None:
    waited = tx.now - read.envelope.received_at
    if read.parents and waited < OVERTAKING and (unfinished := mails.unfinished(tx, read.parents)):
        raise WaitForParent(f"waits for M-{unfinished[0]}, which it names and which is not handled yet")


def _thread(tx: Tx, read: Read) -> Thread:
    thread = threads.find(tx, read.message, read.targets, aligned=read.authentication.aligned)
    too_late = thread.ticket is not None and reopening.is_too_late(tx, thread.ticket)
    return opening.without_number(thread) if too_late and not _writes_as_agent(tx, read, thread) else thread


def _agent(tx: Tx, read: Read, thread: Thread) -> str | None:
    """The agent in whose role this is written; None for reporters, even where they are agents elsewhere."""
    return tx.settings.agent_at(read.message.sender.email) if _writes_as_agent(tx, read, thread) else None  # type: ignore[union-attr]


def _writes_as_agent(tx: Tx, read: Read, thread: Thread) -> bool:
    sender = read.message.sender
    if sender is None or tx.settings.agent_at(sender.email) is None:
        return False
    if thread.token is not None:
        return thread.token.is_agents and thread.token.by_person
    return thread.ticket is None or people.by_id(tx, thread.ticket.reporter).email != lower_ascii(sender.email)


def _words(tx: Tx, read: Read, thread: Thread, agent: str | None) -> tuple[NewWords, Written]:
    """The new words as the writer's role demands; commands only of agents, never of automatic mail."""
    automatic = read.facts.auto_reply or read.facts.auto_generated or read.facts.bounce
    if agent is None or automatic:
        return read.words, Written((), read.words.text, ())
    words = read.words
    if thread.ticket is not None or thread.token is not None:
        answered = text_of_letter(tx, thread.token.letter if thread.token else None)
        words = agent_words(read.message, tx.settings.limits, answered)
    return words, read_commands(words.text, people.names(tx, thread.ticket.reporter if thread.ticket else None))


def _level(read: Read, thread: Thread) -> Level:
    token = thread.token
    if token is not None and not token.by_person:
        return Level.claimed  # a token used by somebody else gives no right, and takes his own away
    return level(read.authentication, token is not None)


def _evidence(read: Read, thread: Thread) -> tuple[Sentence, ...]:
    token = thread.token
    if token is None:
        return (*read.authentication.evidence, _NO_TOKEN)
    said = _OWN_TOKEN if token.by_person else _OTHER_TOKEN
    return (*read.authentication.evidence, said.filled(role=token.role, person=token.person, letter=token.template))


def _route(tx: Tx, read: Read, thread: Thread) -> tuple[Route, tuple[Asked, ...]]:
    seen = Mail(message=read.message, envelope=read.envelope, new_text=read.words.text)
    target = read.targets[0] if read.targets else None
    if thread.ticket is not None:
        changed, asked = follow_up(tx.settings, seen, target)
        return changed or _as_it_is(thread.ticket), asked
    return route(tx.settings, seen, target)


def _as_it_is(ticket: Ticket) -> Route:
    """The route of a mail that joins a ticket: where the ticket already is."""
    return Route(
        category=ticket.category,
        group=ticket.group,
        assignee=ticket.assignee,
        coordinator=ticket.coordinator,
        priority=ticket.priority,
        kind=ticket.kind,
        channel=ticket.channel,
        language=ticket.language,
        tags=ticket.tags,
        acknowledge=None,
        notify=(),
        drop=None,
        hold=None,
        rule=None,
        rule_place="",
        why=f"stays where #{ticket.number} is",
        remarks=(),
    )


def _findings(
    tx: Tx, read: Read, thread: Thread, way: Route, agent: str | None, written: Written, trust: Level
) -> Findings:
    own = threads.letter_of_ours(tx, read.message)
    sender = read.message.sender
    ours = sender is not None and tx.settings.target(sender.email) is not None
    return Findings(
        own_letter=f"our own letter {own.template} came back" if own and ours else read.facts.hops,
        duplicate_of=read.twin,
        bounce=read.facts.bounce,
        bounce_proof=delivery.proof(tx, thread, read.bounce, read.message),
        to_bounce_address=thread.bounce is not None,
        auto_reply=read.facts.auto_reply,
        from_ourselves=f"From is our own address {sender.email}" if ours and sender and not thread.token else None,
        rule_drops=way.drop,
        rule_holds=way.hold,
        agent=agent,
        agent_token=thread.token is not None and thread.token.is_agents and thread.token.by_person,
        trusted=trust is not Level.claimed,
        ticket=thread.ticket.number if thread.ticket else None,
        commands=bool(written.commands or written.misread),
        only_describing=not written.misread and all(each.name in opening.DESCRIBING for each in written.commands),
        matched_by=thread.matched_by,
        released=read.released,
    )


def note_failure(tx: Tx, mail: int, why: str) -> None:
    """An error that trying again would not change: visible in the history of mails without a ticket."""
    change.record(tx, change.WITHOUT_TICKET, "rule:error", "failed", mail=mail, why=why)
