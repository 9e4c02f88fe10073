"""What a letter about a ticket shows: the plain texts of a `LetterView`, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from mailgate.desk import parts, people, reporting, rights, tickets
from mailgate.desk.audience import Reader
from mailgate.desk.people import Person
from mailgate.desk.tickets import Ticket
from mailgate.outbox import phrases
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.view import FileLine, LetterView, OtherTicket
from mailgate.rules.light import light
from mailgate.settings.model import Settings
from mailgate.settings.scalars import in_language
from mailgate.store.db import Tx

MOST_OTHERS = 5


def for_reporter(tx: Tx, ticket: Ticket, reporter: Person, language: str, **also: Any) -> LetterView:
    """What every letter to the reporter may show, and what this one shows `also`."""
    settings = tx.settings
    return LetterView(
        site=site_name(settings, ticket.source_address),
        formal=people.is_formal(settings, reporter),
        number=ticket.number,
        subject=ticket.subject,
        reader=reporter.name or "",
        status=phrases.status_words(ticket.status, language),
        group=group_name(settings, ticket, language) if ticket.visible else "",
        expected=expected(settings, ticket, language),
        **also,
    )


def for_agent(tx: Tx, ticket: Ticket, reader: Reader, **also: Any) -> LetterView:
    """What every letter to one of us about a ticket shows, and what this one shows `also`."""
    settings, language = tx.settings, reader.language
    node = settings.category_nodes.get(ticket.category)
    kind = settings.all_kinds.get(ticket.kind)
    return LetterView(
        site=site_name(settings, ticket.source_address),
        formal=people.is_formal(settings, None),
        number=ticket.number,
        subject=ticket.subject,
        reader=reader.name,
        status=phrases.status_words(ticket.status, language, ticket.waiting_for),
        category=node.title(language) if node else ticket.category,
        group=group_name(settings, ticket, language),
        assignee=people.agent_name(settings, ticket.assignee),
        priority="" if ticket.priority == "normal" else phrases.priority_words(ticket.priority, language),
        kind=in_language(kind.name, language) if kind and kind.name else ticket.kind,
        rule=ticket.rule or "",
        deadline=deadline(settings, ticket, language),
        light=light(ticket, tx.now),
        wanted=when(settings, ticket.wanted_by, language) if ticket.wanted_by else "",
        along=", ".join(reporting.readers(tx, ticket)),
        customer=_end_customer(tx, ticket),
        their_number=ticket.foreign_number or "",
        others=_others(tx, ticket, reader),
        progress=tuple(each.in_language(language) for each in parts.said_to(tx, ticket, reader)),
        **also,
    )


def _end_customer(tx: Tx, ticket: Ticket) -> str:
    """Who is behind a partner's ticket, and how to reach him."""
    if ticket.end_customer is None:
        return ""
    person = people.by_id(tx, ticket.end_customer)
    known = (person.shown, person.email if person.email != person.shown else None, person.phone, person.company)
    return ", ".join(filter(None, known))


def site_name(settings: Settings, address: str) -> str:
    """The name of the address a ticket came in by, else the site's."""
    target = settings.target(address)
    return (target.address.name if target else None) or settings.site.name


def group_name(settings: Settings, ticket: Ticket, language: str) -> str:
    """Who works on it: the ticket's group, else nothing."""
    group = settings.groups.get(ticket.group or "")
    return in_language(group.name, language) if group else ""


def expected(settings: Settings, ticket: Ticket, language: str) -> str:
    """When to expect an answer, as it is promised; empty without a promise."""
    return when(settings, ticket.response_due, language) if ticket.response_due else ""


def deadline(settings: Settings, ticket: Ticket, language: str) -> str:
    """By when it has to be solved; empty where nothing says so."""
    return when(settings, ticket.deadline, language) if ticket.deadline else ""


def when(settings: Settings, at: datetime, language: str) -> str:
    """A time as people read it, in the site's time zone."""
    return phrases.when_words(at, language, settings.site.timezone)


def file_lines(files: tuple[Enclosure, ...], attached: tuple[Enclosure, ...], language: str) -> tuple[FileLine, ...]:
    """Every file with its size, whether it came along, and, of pictures, where in the words they stand."""
    return tuple(
        FileLine(
            each.name,
            phrases.size_words(each.size, language),
            each in attached,
            _picture_id(each),
            phrases.picture_words(each.name, language) if _picture_id(each) else "",
        )
        for each in files
        if each.decoration is None
    )


def kept_files(files: tuple[Enclosure, ...], language: str) -> tuple[FileLine, ...]:
    """Names of files that are kept, and do not come along."""
    return tuple(replace(each, attached=True, travels=False) for each in file_lines(files, (), language))


def _picture_id(file: Enclosure) -> str | None:
    return file.content_id if file.media_type.startswith("image/") else None


def that_fit(settings: Settings, files: tuple[Enclosure, ...]) -> tuple[Enclosure, ...]:
    """The files a letter can carry within `limits.letter_size`, in order."""
    room, fitting = settings.limits.letter_size, []
    for each in files:
        if each.decoration is None and each.size <= room:
            fitting.append(each)
            room -= each.size
    return tuple(fitting)


def _others(tx: Tx, ticket: Ticket, reader: Reader) -> tuple[OtherTicket, ...]:
    """More open tickets of the reporter, of those that this reader may know of."""
    found = tickets.others_open(tx, ticket)
    seen = [each for each in found if rights.sees_as_reader(tx, reader, each)][:MOST_OTHERS]
    return tuple(
        OtherTicket(each.number, each.subject, phrases.status_words(each.status, reader.language)) for each in seen
    )
