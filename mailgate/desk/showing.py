"""What a letter about a ticket shows: the plain texts of a `LetterView`, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from mailgate.desk import people, tickets
from mailgate.desk.people import Person
from mailgate.desk.tickets import OPEN, Ticket
from mailgate.outbox import phrases
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.view import FileLine, LetterView, OtherTicket
from mailgate.rules.hours import answer_by
from mailgate.settings.model import Settings
from mailgate.settings.scalars import in_language
from mailgate.store.db import Tx
from mailgate.store.tables import TicketRow, table_of

TICKET = table_of(TicketRow)
MOST_OTHERS = 5


def for_reporter(tx: Tx, ticket: Ticket, reporter: Person, language: str) -> LetterView:
    """What every letter to the reporter may show."""
    settings = tx.settings
    return LetterView(
        site=site_name(settings, ticket.source_address),
        formal=people.is_formal(settings, reporter),
        number=ticket.number,
        subject=ticket.subject,
        reader=reporter.name or "",
        status=phrases.status_words(ticket.status, language),
        group=group_name(settings, ticket, language),
        expected=expected(settings, ticket, language),
    )


def for_agent(tx: Tx, ticket: Ticket, language: str, name: str = "") -> LetterView:
    """What every letter to an agent about a ticket shows."""
    settings = tx.settings
    node = settings.category_nodes.get(ticket.category)
    kind = settings.all_kinds.get(ticket.kind)
    return LetterView(
        site=site_name(settings, ticket.source_address),
        formal=people.is_formal(settings, None),
        number=ticket.number,
        subject=ticket.subject,
        reader=name,
        status=phrases.status_words(ticket.status, language),
        category=node.title(language) if node else ticket.category,
        group=group_name(settings, ticket, language),
        assignee=people.agent_name(settings, ticket.assignee),
        priority="" if ticket.priority == "normal" else phrases.priority_words(ticket.priority, language),
        kind=in_language(kind.name, language) if kind and kind.name else ticket.kind,
        rule=ticket.rule or "",
        others=_others(tx, ticket, language),
    )


def site_name(settings: Settings, address: str) -> str:
    """The name of the address a ticket came in by, else the site's."""
    target = settings.target(address)
    return (target.address.name if target else None) or settings.site.name


def group_name(settings: Settings, ticket: Ticket, language: str) -> str:
    """Who works on it: the ticket's group, else nothing."""
    group = settings.groups.get(ticket.group or "")
    return in_language(group.name, language) if group else ""


def expected(settings: Settings, ticket: Ticket, language: str) -> str:
    """When to expect an answer, by the promise of the kind in its calendar; empty without a promise."""
    kind = settings.all_kinds.get(ticket.kind)
    if kind is None or kind.response is None:
        return ""
    try:
        due = answer_by(settings, kind.calendar, ticket.created_at, kind.response)
    except ValueError:  # a calendar that never opens promises nothing
        return ""
    return when(settings, due, language)


def when(settings: Settings, at: datetime, language: str) -> str:
    """A time as people read it, in the site's time zone."""
    return phrases.when_words(at, language, settings.site.timezone)


def file_lines(files: tuple[Enclosure, ...], attached: tuple[Enclosure, ...], language: str) -> tuple[FileLine, ...]:
    """Every file with its size, whether it came along, and, of pictures, where in the words they stand."""
    return tuple(
        FileLine(each.name, phrases.size_words(each.size, language), each in attached, _picture_id(each))
        for each in files
    )


def _picture_id(file: Enclosure) -> str | None:
    return file.content_id if file.media_type.startswith("image/") else None


def that_fit(settings: Settings, files: tuple[Enclosure, ...]) -> tuple[Enclosure, ...]:
    """The files a letter can carry within `limits.letter_size`, in order."""
    room, fitting = settings.limits.letter_size, []
    for each in files:
        if each.size <= room:
            fitting.append(each)
            room -= each.size
    return tuple(fitting)


def _others(tx: Tx, ticket: Ticket, language: str) -> tuple[OtherTicket, ...]:
    same = (TICKET.c.reporter == ticket.reporter, TICKET.c.number != ticket.number, TICKET.c.status.in_(OPEN))
    found = tickets.select(tx, *same, limit=MOST_OTHERS)
    return tuple(OtherTicket(each.number, each.subject, phrases.status_words(each.status, language)) for each in found)
