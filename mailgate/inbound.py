"""THE LINE: one stored mail, from its bytes to what became of it. Read `process` first.

`prepare` needs no database and happens outside the transaction; `process` runs inside one, under a savepoint. The
worker commits it; `explain` rolls it back. Nothing here knows which of the two it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mailgate.desk import (
    between_lines,
    by_hand,
    change,
    delivery,
    filling,
    following_up,
    foreign_numbers,
    hearing,
    mails,
    once,
    opening,
    passing_on,
    people,
    pictures,
    presumed,
    reopening,
    threads,
    tickets,
)
from mailgate.desk.describing import DESCRIBING
from mailgate.desk.letters_answered import as_answer, text_of_letter
from mailgate.desk.threads import Thread
from mailgate.desk.way import decide
from mailgate.first_hop import Look
from mailgate.handlers import HANDLERS
from mailgate.incoming import Incoming, Outcome, Read
from mailgate.mail import others
from mailgate.mail.body import NewWords, agent_words, new_words
from mailgate.mail.bounce import read_bounce
from mailgate.mail.classify import classify
from mailgate.mail.forwarded import Forwarded, forwarded
from mailgate.mail.layout import layout_of
from mailgate.mail.message import Envelope
from mailgate.mail.parse import read
from mailgate.rules import access
from mailgate.rules.arguments import is_somebody
from mailgate.rules.commands import Written, read_commands
from mailgate.rules.routing import Route
from mailgate.rules.sort import Findings, Sort, sort_of
from mailgate.rules.written import Command
from mailgate.settings.model import Settings
from mailgate.settings.scalars import lower_ascii
from mailgate.store.db import Tx
from mailgate.trust import logins, own_hand
from mailgate.trust.verdict import Level, authenticate, level

_CHANGED_BY_RULES = (Sort.reply, Sort.agent_reply, Sort.command)
"""Sorts whose tickets follow_up_rules change: an automatic answer changes nothing (needs.md 24)."""

_FULL_PROOF = (Level.proven, Level.signed)


def prepare(
    settings: Settings,
    raw: bytes,
    envelope: Envelope,
    *,
    mail: int | None = None,
    twin: int | None = None,
    sibling: int | None = None,
    parents: tuple[int, ...] = (),
    released: bool = False,
    known_as: int | None = None,
    look: Look | None = None,
) -> Read:
    """What the mail itself says, and DNS where `look` asks it. Never raises for any bytes."""
    message = read(raw, settings.limits)
    own = look(raw, message, envelope) if look else None
    message, signature = own_hand.examine(settings, raw, message, envelope)
    layout = layout_of(message, settings.limits)
    by_agent = message.sender is not None and settings.agent_at(message.sender.email) is not None
    facts = classify(message, envelope, settings.limits)
    return Read(
        mail=mail,
        raw=raw,
        envelope=envelope,
        message=message,
        facts=facts,
        bounce=read_bounce(message, null_sender=not envelope.sender) if facts.bounce else None,
        authentication=authenticate(message, envelope, own, is_his=logins.is_his(settings, message, envelope)),
        layout=layout,
        words=new_words(message, settings.limits, layout),
        targets=tuple(filter(None, map(settings.target, envelope.recipients))),
        twin=twin,
        sibling=sibling,
        parents=parents,
        released=released,
        known_as=known_as,
        forwarded=None if facts.bounce else forwarded(message, layout, by_agent=by_agent),
        signature=signature,
    )


def process(tx: Tx, read: Read) -> tuple[Incoming, Outcome]:
    """Decide about one mail and do it."""
    read, thread = _placed(tx, read)
    trust = _level(read, thread)
    passed_on = _passed_on(tx, read, thread, trust)
    seen = read.as_seen(thread, trust, passed_on)
    way = decide(tx, seen, thread, read.targets[0] if read.targets else None)
    thread = way.thread
    agent = None if way.is_alert else _agent(tx, read, thread)
    words, written = _words(tx, read, thread, agent)
    replay = _replay_of(tx, read, thread, agent)
    findings = _findings(tx, read, thread, way.route, agent, written, trust)
    sorted_ = sort_of(replace(findings, replay_of=replay) if replay else findings)
    incoming = Incoming(
        read=read,
        sort=sorted_.sort,
        why=sorted_.why,
        level=trust,
        evidence=read.evidence(thread),
        thread=thread,
        route=way.route,
        asked=way.asked,
        agent=agent,
        words=words,
        written=written,
        changes=way.changes,
        is_alert=way.is_alert,
        replay_of=replay,
        passed_on=None if thread.ticket else passed_on,
    )
    outcome = _handled(tx, incoming)
    if not tx.effects:  # the history knows of every mail, of an empty one too
        change.record(
            tx, outcome.ticket or change.WITHOUT_TICKET, f"rule:{incoming.sort}", outcome.state, why=incoming.why
        )
    return incoming, outcome


def _handled(tx: Tx, mail: Incoming) -> Outcome:
    mail = _by_follow_up_rules(tx, mail)
    outcome = HANDLERS[mail.sort](tx, mail)
    if mail.agent and mail.sort in (Sort.agent_reply, Sort.command) and mail.level in _FULL_PROOF:
        once.remember(tx, mail.agent, mail.thread.token, mail.message)
    by_hand.remember(tx, mail.read.signature, mail.level)
    if mail.read.sibling is None:
        pictures.remember(tx, mail.message, outcome.ticket)
    if mail.changes and mail.route.close and mail.agent and mail.thread.ticket and mail.sort in _CHANGED_BY_RULES:
        following_up.close(tx, tickets.loaded(tx, mail.thread.ticket.number), mail.changes.rule)
    return outcome


def _by_follow_up_rules(tx: Tx, mail: Incoming) -> Incoming:
    """With its ticket as follow_up_rules make it, before the mail itself does anything."""
    ticket, said = mail.thread.ticket, mail.changes
    if ticket is None or said is None or mail.sort not in _CHANGED_BY_RULES:
        return mail
    own = mail.agent is not None or lower_ascii(mail.sender.email) == people.by_id(tx, ticket.reporter).email
    ticket = following_up.change_ticket(tx, ticket, said, believed=own and mail.level is not Level.claimed)
    return replace(mail, thread=replace(mail.thread, ticket=ticket))


def _placed(tx: Tx, read: Read) -> tuple[Read, Thread]:
    """Where it belongs, and its new words as the letter of ours that it answers shows them."""
    signature = by_hand.fresh(tx, read.signature, (read.mail, read.known_as, read.twin, read.sibling))
    seen, thread = _answered(tx, read.having(signature=signature))
    signature = by_hand.named(tx, signature, seen.message, seen.words.text, thread)
    if signature is not seen.signature:
        # Nor may it join a ticket by a tag that only its signature would have vouched for.
        seen, thread = _answered(tx, read.having(signature=signature))
    read = seen
    message, words = pictures.judged(tx, read.message, read.layout.lines, read.words, thread.ticket)
    forwarded = pictures.cleaned_forward(message, read.forwarded)
    facts = presumed.of_person(tx.settings, message, read.facts, thread, read.layout, read.authentication)
    return read.having(message=message, words=words, forwarded=forwarded, facts=facts), thread


def _answered(tx: Tx, read: Read) -> tuple[Read, Thread]:
    known = read.authentication.aligned or read.is_signed
    thread = threads.find(tx, read.message, read.targets, aligned=known)
    read = read.having(words=as_answer(tx, thread, read.message, read.layout, read.words))
    return read, _thread(tx, read, thread)


def _thread(tx: Tx, read: Read, thread: Thread) -> Thread:
    thread = foreign_numbers.find(tx, thread, read.message, read.words.text, aligned=read.authentication.aligned)
    if thread.ticket is None or not reopening.is_too_late(tx, thread.ticket) or _writes_as_agent(tx, read, thread):
        return thread
    if hearing.is_outsiders(thread) or reopening.keeps_all(tx, read.message, read.words.text, thread.ticket):
        return thread
    own = thread.token.by_person if thread.token else threads.is_participant(tx, thread.ticket, read.message.sender)
    return opening.without_number(thread, reopens=own)


def _agent(tx: Tx, read: Read, thread: Thread) -> str | None:
    """The agent in whose role this is written; None for reporters and, as automatic mail commands nothing, programs."""
    sender = read.message.sender
    agent = tx.settings.agent_at(sender.email) if sender and not read.facts.no_change else None
    return agent if agent and _writes_as_agent(tx, read, thread) else None


def _passed_on(tx: Tx, read: Read, thread: Thread, trust: Level) -> Forwarded | None:
    """Somebody else's mail, which an agent we believe passes on to us as a new one (CONTRACT 6)."""
    if thread.ticket or thread.token or trust is Level.claimed or _agent(tx, read, thread) is None:
        return None
    return passing_on.from_outside(tx.settings, read.forwarded)


def _writes_as_agent(tx: Tx, read: Read, thread: Thread) -> bool:
    sender = read.message.sender
    if sender is None or tx.settings.agent_at(sender.email) is None:
        return False
    if thread.token is not None:
        return thread.token.is_agents and thread.token.by_person
    return thread.ticket is None or people.by_id(tx, thread.ticket.reporter).email != lower_ascii(sender.email)


def _words(tx: Tx, read: Read, thread: Thread, agent: str | None) -> tuple[NewWords, Written]:
    """The new words as the writer's role demands; commands only of agents."""
    if agent is None:
        return read.words, Written((), read.words.text, ())
    words = read.words
    if thread.ticket is not None or thread.token is not None:
        answered = text_of_letter(tx, thread.token.letter if thread.token else None)
        words = pictures.cleaned(read.message, agent_words(read.message, tx.settings.limits, answered, read.layout))
    names = people.names(tx, thread.ticket.reporter if thread.ticket else None)
    parted = others.parted(words, read.message, read.layout, answers=words is not read.words)
    between = between_lines.read(tx, thread, read.message, read.layout, words, names)
    known = partial(is_somebody, tx.settings)
    written = between or read_commands(parted.own, names, known, parted.rest, words.signed, parted.doubtful)
    return words, filling.filled(tx, written, thread.ticket, agent)


def _level(read: Read, thread: Thread) -> Level:
    token = thread.token
    if token is not None and not token.by_person:
        return Level.claimed  # a token used by somebody else gives no right, and takes his own away
    if read.is_signed:
        return Level.signed
    return level(read.authentication, token is not None)


def _findings(
    tx: Tx, read: Read, thread: Thread, way: Route, agent: str | None, written: Written, trust: Level
) -> Findings:
    sender, token = read.message.sender, thread.token
    ours = sender is not None and tx.settings.target(sender.email) is not None
    own_token = token is not None and token.by_person
    return Findings(
        own_letter=_own_letter(tx, read, thread, ours=ours) or read.facts.hops,
        duplicate_of=read.twin or _sibling_there(tx, read, thread),
        bounce=read.facts.bounce,
        bounce_proof=delivery.proof(tx, thread, read.bounce, read.message),
        to_bounce_address=thread.bounce is not None,
        auto_reply=read.facts.auto_reply,
        from_ourselves=f"From is our own address {sender.email}" if ours and sender and not own_token else None,
        rule_drops=way.drop,
        rule_holds=way.hold,
        statement=hearing.asked_of(thread),
        agent=agent,
        agent_token=token is not None and token.is_agents and token.by_person and thread.follows is None,
        trusted=trust is not Level.claimed or access.is_enough(tx.settings, trust, written.commands),
        ticket=thread.ticket.number if thread.ticket else None,
        commands=bool(written.commands or written.misread),
        only_describing=not written.misread and all(map(_describes_its_own, written.commands)),
        matched_by=thread.matched_by,
        released=read.released,
    )


def _replay_of(tx: Tx, read: Read, thread: Thread, agent: str | None) -> int | None:
    """The same mail of an agent has been carried out before; whoever asks about that one again does not mean this."""
    earlier = once.first(tx, agent, thread.token, read.message) if agent else None
    return None if earlier in (read.mail, read.known_as) else earlier


def _describes_its_own(command: Command) -> bool:
    return command.name in DESCRIBING and command.ticket is None


def _sibling_there(tx: Tx, read: Read, thread: Thread) -> int | None:
    """The same mail came to another address of ours and stands on this ticket already."""
    there = thread.ticket is not None and mails.ticket_of(tx, read.sibling) == thread.ticket.number
    return read.sibling if there else None


def _own_letter(tx: Tx, read: Read, thread: Thread, *, ours: bool) -> str | None:
    """A letter of ours came back: by its Message-ID or, where a relay changed that, by its token in automatic mail."""
    own = threads.letter_of_ours(tx, read.message)
    back = own or (thread.token if read.facts.auto_reply or read.facts.auto_generated else None)
    return f"our own letter {back.template} came back" if ours and back else None


def note_failure(tx: Tx, mail: int, why: str) -> None:
    """An error that trying again would not change: visible in the history of mails without a ticket."""
    change.record(tx, change.WITHOUT_TICKET, "rule:error", "failed", mail=mail, why=why)
