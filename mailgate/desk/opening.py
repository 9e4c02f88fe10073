"""Opening a ticket: number, reporter, where it goes, its first message, and the acknowledgement."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from mailgate.desk import change, charges, conversation, correspondence, invited, people, reporting, tickets
from mailgate.desk.conversation import Entry
from mailgate.desk.correspondence import Outward
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.mail.message import Address, Attachment
from mailgate.mail.references import base_subject
from mailgate.outbox import gate
from mailgate.outbox.draft import Enclosure
from mailgate.quickly import born_quickly
from mailgate.rules.routing import Route
from mailgate.sentence import Sentence
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.tables import Link, table_of
from mailgate.trust.verdict import Authentication, Level

LINK = table_of(Link)


@born_quickly
@dataclass(frozen=True, kw_only=True)
class Request:
    """Everything a new ticket is made of."""

    reporter: Address
    actor: str
    subject: str
    text: str
    new_text: str
    route: Route
    source_address: str
    level: Level
    language: str | None
    files: tuple[Enclosure, ...]
    message_id: str | None
    remark: Sentence | None
    received_at: datetime
    envelope_sender: str
    authentication: Authentication
    no_response: str | None
    answers_automatic: bool
    """It carries the token of an automatic letter of ours."""
    known_sender: bool
    """From names exactly one mailbox."""
    written_by: str | None = None
    """Whose words they are, where somebody else is the reporter: a rule or an agent says so."""
    sent_at: datetime | None = None
    """When it was written, where that is not when it arrived."""
    public: bool = True
    """Whether its words are: not where they came with somebody else's token."""
    passed_on: bool = False
    """An agent has forwarded it: its writer has not turned to us himself."""
    event: Sentence | None = None
    """What the calendar part of the mail says."""
    quoted: str = ""
    """What it quotes that we never had."""


def open_ticket(tx: Tx, request: Request) -> Ticket:
    """A new ticket with its first message."""
    route, person = request.route, people.known_as(tx, request.reporter)
    charge = charges.of_route(tx, route)
    ticket = Ticket(
        number=tickets.next_number(tx),
        subject=request.subject,
        kind=route.kind,
        status="assigned" if charge.agent else "new",
        category=route.category,
        source_address=request.source_address,
        reporter=person.id,
        language=_language(tx, request, person),
        created_at=request.received_at,
        updated_at=tx.now,
        priority=route.priority,
        channel=route.channel,
        group=charge.group,
        assignee=charge.agent,
        assigned_at=request.received_at if charge.agent else None,
        coordinator=charge.coordinator,
        tags=route.tags,
        level=route.level,
        visible=route.visible,
        wanted_by=route.wanted_by,
        due_at=route.due,
        rule=f"{route.rule}, {route.rule_place}" if route.rule else None,
    )
    said = {"why": route.why, "rule": route.rule, "category": route.category, "group": charge.group}
    ticket = change.create(tx, ticket, request.actor, **said, instead_of=charge.instead_of or None)
    reporting.nobody_reads_along(tx, ticket)
    conversation.add(tx, ticket.number, _first_message(tx, request, person))
    return ticket


def _first_message(tx: Tx, request: Request, person: people.Person) -> Entry:
    remark = invited.beside(request.event, request.remark)
    return Entry(
        direction="in",
        purpose="report",
        author="reporter",
        sender=request.written_by or request.reporter.email.lower(),
        to=(request.source_address,),
        subject=request.subject,
        text=request.text,
        new_text=request.new_text,
        public=request.public,
        trust=request.level,
        files=request.files,
        message_id=request.message_id,
        remark=remark.in_language(tx.settings.site.language) if remark else None,
        at=request.sent_at or request.received_at,
        quoted=request.quoted,
    )


def _language(tx: Tx, request: Request, person: people.Person) -> str:
    """The person's, else the rule's, else the mail's where it is sure, else the address's, else the site's."""
    target = tx.settings.target(request.source_address)
    of_address = target.address.language if target else None
    of_rule = request.route.language if request.route.language != of_address else None
    return person.language or of_rule or request.language or of_address or tx.settings.site.language


def link(tx: Tx, ticket: Ticket, thread: Thread) -> None:
    """Where the mail named an existing ticket without right to join it, the two are linked."""
    kinds = ((thread.mentions, "mentions"), (thread.follows, "reopened" if thread.reopens else "related"))
    for other, kind in kinds:
        if other:
            tx.execute(sa.insert(LINK).values(from_ticket=ticket.number, to_ticket=other, kind=kind))
            change.record(tx, ticket.number, "reporter", "linked", to=other, kind=kind)


def link_sibling(tx: Tx, ticket: Ticket, other: int | None) -> None:
    """The same mail, sent to another address of ours too, has opened a ticket there (`multi_target: each`)."""
    if other is not None:
        tx.execute(sa.insert(LINK).values(from_ticket=ticket.number, to_ticket=other, kind="related"))
        change.record(tx, ticket.number, "reporter", "linked", to=other, kind="related")


def acknowledge(tx: Tx, ticket: Ticket, request: Request) -> None:
    """At most one acknowledgement: full for the aligned, minimal for the merely claimed, as service.yaml says."""
    template = _acknowledgement(tx.settings, request)
    if template is None:
        change.record(tx, ticket.number, "rule:acknowledge", "suppressed", template="acknowledged", why="switched off")
        return
    if request.passed_on or people.known_as(tx, request.reporter).id != ticket.reporter:
        why = "opened in somebody's name, who is not written to before an agent answers"
        change.record(tx, ticket.number, "rule:acknowledge", "suppressed", template=template, why=why)
        return
    sender = request.reporter if request.known_sender else None
    aligned = request.authentication.aligned
    to = gate.where_to(request.envelope_sender, sender, aligned)
    outward = Outward(to, aligned, request.no_response, request.answers_automatic)
    correspondence.tell_reporter_automatically(tx, ticket, template, outward)


def verified(tx: Tx, ticket: Ticket, thread: Thread, no_response: str | None) -> None:
    """`acknowledge.unproven: verify`: the reporter has answered the short acknowledgement, so the full one follows."""
    use, wanted = thread.token, tx.settings.acknowledge.unproven == "verify"
    if not wanted or use is None or use.template != "acknowledged_minimal" or not use.by_person:
        return
    if not gate.is_acknowledged(tx, ticket.number, in_full=True):
        outward = Outward(use.person, proven=True, no_response=no_response, verified=True)
        correspondence.tell_reporter_automatically(tx, ticket, "acknowledged", outward)


def _acknowledgement(settings: Settings, request: Request) -> str | None:
    wanted = request.route.acknowledge
    if wanted is False or settings.acknowledge.new is False:
        return None
    if request.authentication.aligned or settings.acknowledge.unproven == "full":
        return next((each for each in (wanted, settings.acknowledge.new) if isinstance(each, str)), "acknowledged")
    return None if settings.acknowledge.unproven == "none" else "acknowledged_minimal"


def clean_subject(settings: Settings, subject: str) -> str:
    """Without reply prefixes and without ticket tags of ours, which would drag later mail to another ticket."""
    tag = re.escape(settings.tickets.tag).replace(r"\{number\}", r"\d{1,12}(?: [a-z2-7]{24})?")
    return base_subject(re.sub(tag, "", base_subject(subject))).strip()[:200]


def original(raw: bytes) -> Attachment:
    """The exact bytes of a mail, as a file."""
    return Attachment("original.eml", "message/rfc822", raw, hashlib.sha256(raw).hexdigest())


def without_number(thread: Thread, *, reopens: bool) -> Thread:
    """A thread whose ticket may not be joined any more: a new ticket is opened and linked to it."""
    assert thread.ticket is not None
    return replace(thread, ticket=None, follows=thread.ticket.number, reopens=reopens)
