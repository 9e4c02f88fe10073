"""Which tickets are meant: the filters of `mailgate tickets` as conditions on rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mailgate.settings.scalars import lower_ascii
from mailgate.store.tables import MessageRow, Person, TicketRow, table_of

TICKET = table_of(TicketRow)
MESSAGE = table_of(MessageRow)
PERSON = table_of(Person)
FINAL = ("closed", "merged")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None and empty: anything. `which`: open, closed or all."""

    which: str = "open"
    status: str | None = None
    group: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    category: str | None = None
    kind: str | None = None
    light: str | None = None
    search: str | None = None


def conditions(wanted: Wanted) -> list[Any]:
    """All of them have to hold. A status that is asked for by name wins over `which`."""
    found: list[Any] = []
    if wanted.status:
        found.append(TICKET.c.status == wanted.status)
    elif wanted.which != "all":
        final = TICKET.c.status.in_(FINAL)
        found.append(final if wanted.which == "closed" else sa.not_(final))
    for column, value in (("group", wanted.group), ("assignee", wanted.assignee), ("kind", wanted.kind)):
        if value:
            found.append(TICKET.c[column] == value)
    if wanted.category:
        below = TICKET.c.category.startswith(f"{wanted.category}/", autoescape=True)
        found.append(sa.or_(TICKET.c.category == wanted.category, below))
    if wanted.reporter:
        email = lower_ascii(wanted.reporter.strip())
        found.append(TICKET.c.reporter.in_(sa.select(PERSON.c.id).where(PERSON.c.email == email)))
    if wanted.light not in (None, "off"):
        found.append(sa.false())  # every light is off until the clock of the promises is built
    if wanted.search:
        found.append(_holds(wanted.search))
    return found


def _holds(text: str) -> Any:
    """Every word stands in the subject or in something said on the ticket."""
    return sa.and_(
        *(
            sa.or_(
                TICKET.c.subject.icontains(word, autoescape=True),
                TICKET.c.number.in_(sa.select(MESSAGE.c.ticket).where(MESSAGE.c.text.icontains(word, autoescape=True))),
            )
            for word in text.split()
        )
    )
