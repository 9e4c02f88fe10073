"""Which tickets are meant: the filters of `mailgate tickets` as conditions on rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk.conversation import WHOLE_TEXT
from mailgate.rules.lifecycle import STATUSES
from mailgate.rules.light import DARK
from mailgate.settings.scalars import lower_ascii
from mailgate.store.tables import MessageRow, Person, TicketRow, table_of

TICKET = table_of(TicketRow)
MESSAGE = table_of(MessageRow)
PERSON = table_of(Person)
FINAL = ("closed", "merged")
DEADLINE = sa.func.coalesce(TICKET.c.due_at, TICKET.c.solution_due)
"""What counts of the two, as `deadline` in CONTRACT 3."""
UNDONE = TICKET.c.status.in_([each for each in STATUSES if each not in DARK])
"""There is something left to be late with; named so that an index finds them among very many that are done."""
_LIT = sa.and_(UNDONE, sa.or_(TICKET.c.yellow_at.is_not(None), TICKET.c.red_at.is_not(None)))


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


def conditions(wanted: Wanted, now: datetime) -> list[Any]:
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
    if wanted.light:
        found.append(shines(wanted.light, now))
    if wanted.search:
        found.append(_holds(wanted.search))
    return found


def shines(light: str, now: datetime) -> Any:
    """Tickets of that light: what `rules/light.py` says of one, asked of all."""
    red, yellow = _reached(TICKET.c.red_at, now), _reached(TICKET.c.yellow_at, now)
    if light == "off":
        return sa.not_(_LIT)
    if light == "red":
        return sa.and_(_LIT, red)
    return sa.and_(_LIT, sa.not_(red), yellow if light == "yellow" else sa.not_(yellow))


def falls_due(until: datetime | None = None) -> Any:
    """Tickets that have a deadline and are not done; only those that fall due until then, where that is named."""
    deadline = DEADLINE
    return sa.and_(UNDONE, deadline.is_not(None) if until is None else deadline <= until)


def is_overdue(now: datetime) -> Any:
    """Tickets whose deadline has passed and that are not done. A date of ours passes also while the clock stands."""
    promised = sa.and_(TICKET.c.due_at.is_(None), _reached(TICKET.c.solution_due, now))
    return sa.and_(UNDONE, sa.or_(TICKET.c.due_at <= now, promised))


def _reached(moment: sa.Column[Any], now: datetime) -> Any:
    """It had come when the clock stopped, or it has now; never NULL."""
    return sa.and_(moment.is_not(None), moment <= sa.func.coalesce(TICKET.c.stands_since, sa.literal(now, moment.type)))


def _holds(text: str) -> Any:
    """Every word stands in the subject or in something said on the ticket."""
    return sa.and_(
        *(
            sa.or_(
                TICKET.c.subject.icontains(word, autoescape=True),
                TICKET.c.number.in_(sa.select(MESSAGE.c.ticket).where(WHOLE_TEXT.icontains(word, autoescape=True))),
            )
            for word in text.split()
        )
    )
