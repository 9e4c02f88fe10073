"""Letters to the reporter: an agent's words, and the automatic letters that the gate lets through."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailgate.desk import change, conversation, people, reporting, showing
from mailgate.desk.notices import subject_of, tag_of
from mailgate.desk.posting import post
from mailgate.desk.tickets import Ticket
from mailgate.outbox import gate, sentences
from mailgate.outbox.draft import Draft, Enclosure
from mailgate.outbox.queue import sent_to
from mailgate.outbox.view import LetterView
from mailgate.store.db import Tx
from mailgate.trust import token as tokens


def tell_reporter(
    tx: Tx, ticket: Ticket, letter: str, *, agent: str, words: str, files: tuple[Enclosure, ...], message: int
) -> int:
    """An agent's words to the reporter: reply, question or resolved."""
    reporter = people.by_id(tx, ticket.reporter)
    language = reporter.language or ticket.language
    attached = showing.that_fit(tx.settings, files)
    view = replace(
        showing.for_reporter(tx, ticket, reporter, language),
        writer=people.agent_name(tx.settings, agent),
        words=tokens.strip(words),
        solution=tokens.strip(words) if letter == "resolved" else "",
        files=showing.file_lines(files, attached, language),
        owes_number=_is_owed(tx, ticket, reporter),
    )
    draft = _to_reporter(tx, ticket, letter, reporter, language, view)
    site = showing.site_name(tx.settings, ticket.source_address)
    name = f"{people.agent_name(tx.settings, agent)} ({site})"
    draft = replace(draft, from_name=name, enclosures=attached, owner=agent, message=message)
    sent = post(tx, draft, f"agent:{agent}")
    conversation.link_letter(tx, message, sent)
    return sent


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


def tell_reporter_automatically(tx: Tx, ticket: Ticket, letter: str, outward: Outward) -> int | None:
    """acknowledged, closed, reopened: only through the gate; what it stops is an event with its reason."""
    verdict = gate.may_send(
        tx,
        letter,
        outward.to,
        no_response=outward.no_response,
        proven=outward.proven,
        ticket=ticket.number,
        answers_automatic=outward.answers_automatic,
        verified=outward.verified,
    )
    if verdict.begun:
        pause = verdict.begun
        change.record(
            tx, change.WITHOUT_TICKET, "rule:breaker", "breaker_opened", to=outward.to, why=pause.why, until=pause.until
        )
    if not verdict.ok or outward.to is None:
        change.record(tx, ticket.number, "rule:gate", "suppressed", template=letter, to=outward.to, why=verdict.why)
        return None
    reporter = people.by_id(tx, ticket.reporter)
    language = reporter.language or ticket.language
    view = showing.for_reporter(
        tx,
        ticket,
        reporter,
        language,
        asks_answer=tx.settings.acknowledge.unproven == "verify",
        missing=reporting.missing(tx, ticket, reporter),
    )
    draft = _to_reporter(tx, ticket, letter, reporter, language, view, to=outward.to)
    return post(tx, draft, "rule:gate")


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
