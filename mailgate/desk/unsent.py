"""What agents wrote on a ticket, was asked back, and has neither been done nor thrown away: "answer not sent". For as
long as it is kept also what was refused because it may not be the agent's words alone.

It stands there beyond the day in which a `#yes` counts: who reads the ticket must not believe that it was said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mailgate.desk.kept import KEPT
from mailgate.store.db import Tx


@dataclass(frozen=True, slots=True)
class Unsent:
    """One mail of an agent, as far as it concerns the ticket."""

    ticket: int
    agent: str
    mail: int | None
    at: datetime
    commands: tuple[str, ...]
    words: str
    letter: int | None
    """The letter that asks about it; None: it waits to be asked about with others."""
    until: datetime
    """When a `#yes` to it is too late, or what was refused is not kept any longer."""
    kind: str = "confirm"
    """confirm, or refused: no `#yes` sends it."""

    @property
    def said(self) -> str:
        """In two or three words, as `ticket` and the digest say it."""
        return "answer not sent" if self.words else "commands not carried out"


def of_tickets(tx: Tx, numbers: Collection[int]) -> tuple[Unsent, ...]:
    """All of these tickets, oldest first; each mail once, however many letters name it."""
    return _each_once(tx, KEPT.c.concerns.in_(numbers), KEPT.c.asked)


def with_refused(tx: Tx, number: int) -> tuple[Unsent, ...]:
    """The same of one ticket, with what was refused because it may hold more than the agent's words."""
    refused = KEPT.c.uncertain & (KEPT.c.expires_at > tx.now)
    return _each_once(tx, KEPT.c.concerns == number, KEPT.c.asked | refused)


def of_agent(tx: Tx, agent: str) -> tuple[Unsent, ...]:
    """All that he wrote, also what concerns no ticket (0); as above."""
    return _each_once(tx, KEPT.c.agent == agent, KEPT.c.asked)


def _each_once(tx: Tx, whose: Any, which: Any) -> tuple[Unsent, ...]:
    first: dict[tuple[Any, ...], Unsent] = {}
    for row in tx.all(sa.select(KEPT).where(whose, which, KEPT.c.done_at.is_(None)).order_by(KEPT.c.id)):
        key = (row.concerns, row.mail, row.agent, tuple(row.commands), row.words)
        first.setdefault(key, _of_row(row))
    return tuple(first.values())


def _of_row(row: Any) -> Unsent:
    commands = tuple(row.commands)
    until, kind = row.expires_at, row.kind
    return Unsent(row.concerns or 0, row.agent, row.mail, row.at, commands, row.words, row.letter, until, kind)
