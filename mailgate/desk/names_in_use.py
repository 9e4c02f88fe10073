"""Names of the configuration that rows of the desk hold: who has a ticket, where it belongs, whose token it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from mailgate.desk.tickets import OPEN, TICKET
from mailgate.settings.model import Settings
from mailgate.store.db import Tx
from mailgate.store.tables import Absence, Digested, Handover, Kept, Letter, Participant, Shown, Token, table_of

PARTICIPANT, TOKEN, KEPT = table_of(Participant), table_of(Token), table_of(Kept)
LETTER, SHOWN = table_of(Letter), table_of(Shown)
ABSENCE, HANDOVER = table_of(Absence), table_of(Handover)
DIGESTED = table_of(Digested)


@dataclass(frozen=True, slots=True)
class Holder:
    """A column that names something of this sort, and the column of the ticket it is about, if any."""

    what: str
    column: sa.Column[str]
    ticket: sa.Column[int] | None
    only: sa.ColumnElement[bool] = field(default_factory=sa.true)


# A token of a notify address is an agent's by its role, and names the address; no id holds an @.
_OF_AGENTS = TOKEN.c.role.in_(("agent", "coordinator")) & sa.not_(TOKEN.c.person.contains("@"))

HOLDERS: tuple[Holder, ...] = (
    Holder("agent", TICKET.c.assignee, TICKET.c.number),
    Holder("agent", TICKET.c.coordinator, TICKET.c.number),
    Holder("agent", PARTICIPANT.c.who, PARTICIPANT.c.ticket, PARTICIPANT.c.role == "watcher"),
    Holder("agent", TOKEN.c.person, TOKEN.c.ticket, _OF_AGENTS),
    Holder("agent", KEPT.c.agent, KEPT.c.ticket),
    Holder("agent", LETTER.c.owner, LETTER.c.ticket),
    Holder("agent", SHOWN.c.person, None, sa.not_(SHOWN.c.person.contains("@"))),
    Holder("agent", ABSENCE.c.agent, None),
    Holder("agent", ABSENCE.c.deputy, None),
    Holder("agent", DIGESTED.c.person, None),
    Holder("agent", HANDOVER.c.agent, None),
    Holder("agent", HANDOVER.c.receiver, None, sa.not_(HANDOVER.c.is_group)),
    Holder("group", HANDOVER.c.receiver, None, HANDOVER.c.is_group),
    Holder("group", TICKET.c["group"], TICKET.c.number),
    Holder("group", TOKEN.c["group"], TOKEN.c.ticket),
    Holder("category", TICKET.c.category, TICKET.c.number),
    Holder("kind", TICKET.c.kind, TICKET.c.number),
    Holder("channel", TICKET.c.channel, TICKET.c.number),
)
"""Every column that has to follow when a name changes. The history is none of them: it says what was."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that rows hold, and that means nothing to these settings."""

    what: str
    name: str
    tickets: int
    open: int
    free: tuple[str, ...] = ()
    """Names of this sort that no row holds: it may be called so now."""

    @property
    def used(self) -> str:
        """`3 tickets (2 of them open) have it`"""
        pronoun, one = "him" if self.what == "agent" else "it", self.tickets == 1
        still = f" ({'open' if one else f'{self.open} of them open'})" if self.open else ""
        return f"{self.tickets} ticket{'' if one else 's'}{still} {'has' if one else 'have'} to do with {pronoun}"


def known(settings: Settings) -> dict[str, Collection[str]]:
    """Every name that means something, retired ones included."""
    return {
        "agent": settings.agents,
        "group": settings.groups,
        "category": settings.category_nodes,
        "kind": settings.all_kinds,
        "channel": {"email", *settings.channels},
    }


def missing(tx: Tx) -> list[Missing]:
    """Names that tickets need, and that neither exist nor are taken over by a `was:`. Most used first, sort by sort."""
    found = [each for what, these in known(tx.settings).items() for each in _missing(tx, what, these)]
    return [each for each in found if each.tickets]


def _missing(tx: Tx, what: str, names: Collection[str]) -> list[Missing]:
    used, taken_over = held(tx, what), tx.settings.successors(what)
    free = tuple(name for name in names if name not in used)
    gone = [_counted(tx, what, name, free) for name in used if name not in names and name not in taken_over]
    return sorted(gone, key=lambda each: -each.tickets)


def held(tx: Tx, what: str) -> list[str]:
    """The names of this sort that rows about tickets hold."""
    names = {
        row[0]
        for holder in HOLDERS
        if holder.what == what and holder.ticket is not None
        for row in tx.all(sa.select(holder.column).where(holder.only).distinct())
        if row[0]
    }
    return sorted(names)


def _counted(tx: Tx, what: str, name: str, free: tuple[str, ...]) -> Missing:
    numbers = set(_tickets(tx, what, name))
    open_ = sa.select(sa.func.count()).select_from(TICKET).where(TICKET.c.status.in_(OPEN))
    still = sum(tx.value(open_.where(TICKET.c.number.in_(some))) for some in _some(sorted(numbers)))
    return Missing(what, name, len(numbers), still, free)


def _tickets(tx: Tx, what: str, name: str) -> Iterator[int]:
    for holder in HOLDERS:
        if holder.what == what and holder.ticket is not None:
            rows = sa.select(holder.ticket).where(holder.column == name, holder.only, holder.ticket.is_not(None))
            yield from (row[0] for row in tx.all(rows.distinct()))


def _some(numbers: list[int]) -> Iterator[list[int]]:
    """As many as a statement takes."""
    return (numbers[at : at + 500] for at in range(0, len(numbers), 500))
