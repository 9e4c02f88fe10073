"""Three months of a desk: people do what a script says, the clock does what is due, and every letter is written down
with the moment it was sent, by the wall clock of the office."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mailgate.dry_clock import AHEAD
from mailgate.store.tables import TicketRow, table_of
from tests.stories.world import ERIKA, World, named

BERLIN = ZoneInfo("Europe/Berlin")
TICKET = table_of(TicketRow)
LISTS = Path(__file__).parent / "seasons"
HOUR = timedelta(hours=1)
TICKET_FIELD = "X-Mailgate-Ticket"
Deed = Callable[[World], object]
"""What somebody does on the desk."""


def local(written: str) -> datetime:
    """`2026-10-05 10:00` in the office."""
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN)


def lived(desk: World, script: Iterable[tuple[str, Deed]], until: str) -> list[str]:
    """All of it happens; returns a line for each letter: `Mon 05.10.2026 10:00 · 1001 · assigned to anna@example.com`.
    The script begins with the first moment."""
    told, deeds = list[str](), [(local(at), deed) for at, deed in script]
    desk.clock.at = deeds[0][0].astimezone(UTC)
    for at, deed in deeds:
        _let_pass(desk, at, told)
        deed(desk)
        _note(desk, told)
    _let_pass(desk, local(until), told)
    return told


def writes(subject: str, text: str = "Please help.", *, sender: str = ERIKA) -> Deed:
    """A reporter writes."""
    return lambda desk: desk.write(sender, subject, text)


def answers(sender: str, number: int, text: str, **how: Any) -> Deed:
    """Somebody answers the newest letter about that ticket he has."""

    def deed(desk: World) -> None:
        about = [each for each in desk.letters(parseaddr(sender)[1]) if each.header(TICKET_FIELD) == str(number)]
        desk.answer(about[-1], text, sender=sender, **how)

    return deed


def expected(name: str) -> list[str]:
    """The lines of a list in `seasons/`; what begins with `#` says why the next ones are so."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _let_pass(desk: World, until: datetime, told: list[str]) -> None:
    """The clock looks every full hour, and at the very moment at which something is due on a ticket."""
    while desk.clock.at < until:
        moments = (until.astimezone(UTC), _next_hour(desk.clock.at), _next_look(desk))
        desk.clock.at = min(each for each in moments if each is not None)
        _work(desk)
        _note(desk, told)


def _next_look(desk: World) -> datetime | None:
    with desk.store.reading(desk.settings, desk.clock.now()) as tx:
        found: datetime | None = tx.value(sa.select(sa.func.min(TICKET.c.look_at)).where(TICKET.c.look_at > tx.now))
    return found


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def _work(desk: World) -> None:
    """Do what is due, as often as there is something."""
    while True:
        with desk.store.reading(desk.settings, desk.clock.now()) as tx:
            due = [job for job in AHEAD if job.look is None or job.look(desk.store, tx)]
        if not sum(job.run(desk.store, lambda: desk.settings, desk.clock, desk.turns) for job in due):
            return


def _note(desk: World, told: list[str]) -> None:
    while desk.sends():
        pass
    at = desk.clock.at.astimezone(BERLIN)
    new = desk.relay.letters[len(told) :]
    lines = [f"{at:%a %d.%m.%Y %H:%M} · {each.header(TICKET_FIELD) or '-'} · {named(each)}" for each in new]
    told += sorted(lines)
