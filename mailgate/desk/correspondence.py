"""Letters to the reporter: an agent's words, and the automatic letters that the gate lets through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailgate.desk import change, conversation, endings, partners, people, reporting, showing, speaking
from mailgate.desk.notices import subject_of, tag_of
from mailgate.desk.posting import post
from mailgate.desk.proof import has_proven_mail
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Address
from mailgate.outbox import gate, sentences
from mailgate.outbox.draft import Draft, Enclosure
from mailgate.outbox.queue import sent_to
from mailgate.outbox.view import LetterView, OtherTicket
from mailgate.rules import known_trouble
from mailgate.store.db import Tx
from mailgate.trust import token as tokens

OF_PARTS = ("reminder_reporter",)
"""Automatic letters that he gets about a part too: he was asked about it."""


def tell_reporter(
    tx: Tx,
    ticket: Ticket,
    letter: str,
    *,
    agent: str,
    words: str,
    files: tuple[Enclosure, ...],
    message: int,
    postponed: bool = False,
    also: Sequence[Ticket] = (),
) -> int:
    """An agent's words to the reporter: reply, question or resolved. `postponed`: it takes longer than he knew. `also`:
    other tickets of his that are resolved by the same letter."""
    reporter = people.by_id(tx, ticket.reporter)
    language = speaking.language_for(tx, ticket, reporter, letter)
    attached = showing.that_fit(tx.settings, files)
    view = replace(
        showing.for_reporter(tx, ticket, reporter, language),
        writer=people.agent_name(tx.settings, agent),
        words=tokens.strip(words),
        solution=tokens.strip(words) if letter == "resolved" else "",
        files=showing.file_lines(files, attached, language),
        owes_number=_is_owed(tx, ticket, reporter),
        promised=_promised(tx, ticket, language) if postponed else "",
        closes=endings.closes(tx, ticket, language) if letter == "resolved" else "",
        also=tuple(OtherTicket(each.number, each.subject, each.status) for each in also),
    )
    draft = _to_reporter(tx, ticket, letter, reporter, language, view)
    site = showing.site_name(tx.settings, ticket.source_address)
    name = f"{people.agent_name(tx.settings, agent)} ({site})"
    draft = replace(draft, from_name=name, enclosures=attached, owner=agent, message=message)
    closes = letter == "resolved" and partners.closes_himself(tx, ticket)
    sent = post(tx, _to_partner(tx, ticket, draft) if closes else draft, f"agent:{agent}")
    conversation.link_letter(tx, message, sent)
    conversation.copied_to(tx, message, _tell_those_who_read_along(tx, ticket, draft))
    return sent


def _to_partner(tx: Tx, ticket: Ticket, draft: Draft) -> Draft:
    """The resolution as a partner gets it, who closes himself. That one goes by itself and has to pass the gate; what
    the gate stops goes as an agent's words, so that no solution is lost."""
    outward = Outward(draft.to, proven=has_proven_mail(tx, ticket))
    if not passes(tx, ticket, "partner_resolved", outward):
        return draft
    view = replace(
        draft.view,
        customer=partners.end_customer_shown(tx, ticket),
        their_number=ticket.foreign_number or "",
        taps=partners.taps(ticket, draft.language),
    )
    return replace(draft, template="partner_resolved", view=view)


def _tell_those_who_read_along(tx: Tx, ticket: Ticket, draft: Draft) -> tuple[str, ...]:
    """They get the same words, each with a token of his own (CONTRACT 8); who they were."""
    readers = reporting.readers(tx, ticket)
    told = tuple(each for each in readers if not partners.spared(tx, ticket, draft.owner or "", each))
    for email in told:
        person = people.known_as(tx, Address("", email))
        language = speaking.language_for(tx, ticket, person, draft.template)
        known: dict[str, Any] = {
            "formal": people.is_formal(tx.settings, person),
            "reader": person.name or "",
            "owes_number": False,
        }
        own = _to_reporter(tx, ticket, draft.template, replace(person, email=email), language, draft.view)
        view = replace(showing.for_reporter(tx, ticket, person, language), **_words_of(draft.view), **known)
        own = replace(own, view=view, role="reading", from_name=draft.from_name, enclosures=draft.enclosures)
        post(tx, replace(own, owner=draft.owner, message=draft.message), f"agent:{draft.owner}")
    return told


def _words_of(view: LetterView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in ("writer", "words", "solution", "files")}


@dataclass(frozen=True, slots=True)
class Outward:
    """An automatic letter to a reporter, as the gate has to see it."""

    to: str | None
    """None: there is no address that an automatic letter may go to."""
    proven: bool
    no_response: str | None = None
    answers_automatic: bool = False
    """The mail it answers is itself an answer to an automatic letter of ours."""
    verified: bool = False
    """That mail answers the short acknowledgement, as it asked for."""
    is_paced: bool = False
    """It answers no mail, but comes after a time that somebody has set."""


def tell_reporter_automatically(
    tx: Tx, ticket: Ticket, letter: str, outward: Outward, *, actor: str = "rule:gate", **shown: Any
) -> int | None:
    """acknowledged, closed, reopened: only through the gate; what it stops is an event with its reason. `shown`: what
    this letter shows besides."""
    if ticket.parent is not None and letter not in OF_PARTS:  # the reporter hears of the whole alone
        why = "it is a part of another ticket"
        change.record(tx, ticket.number, "rule:parts", "suppressed", template=letter, why=why)
        return None
    if not passes(tx, ticket, letter, outward) or outward.to is None:
        return None
    reporter = people.by_id(tx, ticket.reporter)
    language = speaking.language_for(tx, ticket, reporter, letter)
    view = showing.for_reporter(
        tx,
        ticket,
        reporter,
        language,
        asks_answer=tx.settings.acknowledge.unproven == "verify",
        missing=reporting.missing(tx, ticket, reporter),
        promised=_promised(tx, ticket, language) if letter == "postponed" else "",
        reopens=endings.reopens(tx, ticket, language) if letter in ("closed", "closing_soon") else "",
        notice=known_trouble.said(tx.settings, tx.now, ticket.category, language),
        **shown,
    )
    draft = _to_reporter(tx, ticket, letter, reporter, language, view, to=outward.to)
    return post(tx, draft, actor)


def passes(tx: Tx, ticket: Ticket, letter: str, outward: Outward) -> bool:
    """Whether the gate lets it go; what it stops is an event with its reason."""
    verdict = gate.may_send(
        tx,
        letter,
        outward.to,
        no_response=outward.no_response,
        proven=outward.proven,
        ticket=ticket.number,
        answers_automatic=outward.answers_automatic,
        verified=outward.verified,
        is_paced=outward.is_paced,
    )
    if verdict.begun:
        pause = verdict.begun
        change.record(
            tx, change.WITHOUT_TICKET, "rule:breaker", "breaker_opened", to=outward.to, why=pause.why, until=pause.until
        )
    if not verdict.ok:
        change.record(tx, ticket.number, "rule:gate", "suppressed", template=letter, to=outward.to, why=verdict.why)
    return verdict.ok


def _promised(tx: Tx, ticket: Ticket, language: str) -> str:
    """By when we commit ourselves."""
    return showing.when(tx.settings, ticket.due_at, language) if ticket.due_at else ""


def _is_owed(tx: Tx, ticket: Ticket, reporter: people.Person) -> bool:
    """A budget stopped the acknowledgement, and nothing of ours has reached the reporter since (CONTRACT 9)."""
    return gate.is_owed(tx, ticket.number) and not sent_to(tx, ticket.number, reporter.email)


def _to_reporter(
    tx: Tx,
    ticket: Ticket,
    letter: str,
    reporter: people.Person,
    language: str,
    view: LetterView,
    to: str | None = None,
) -> Draft:
    received = conversation.received_ids(tx, ticket.number, reporter.email)
    before = sent_to(tx, ticket.number, reporter.email)
    site = showing.site_name(tx.settings, ticket.source_address)
    minimal = letter == "acknowledged_minimal"  # our own words only: neither name nor subject of the mail
    return Draft(
        template=letter,
        to=to or reporter.email,
        to_name="" if minimal else (reporter.name or ""),
        language=language,
        view=view,
        role="reporter",
        person=reporter.email,
        from_address=ticket.source_address,
        from_name=site,
        reply_name=site,
        subject=f"{tag_of(tx, ticket)} {sentences.title(letter, language)}" if minimal else subject_of(tx, ticket),
        ticket=ticket.number,
        in_reply_to=received[-1] if received else (before[-1] if before else None),
        references=tuple(received) or tuple(before[:1]),
    )
