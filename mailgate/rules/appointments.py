"""When the clock has to act on a ticket: a table of named questions, each answered by the ticket and the configuration
alone. Whether it was done already say the marks (`desk/clockwork.py`); here moments stay, past or future.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final, Protocol

from mailgate.rules import nudges
from mailgate.rules.hours import answer_by, part_way
from mailgate.rules.lifecycle import UNSETTLED
from mailgate.rules.light import stands
from mailgate.rules.promises import calendar_for, opens
from mailgate.settings.model import Settings
from mailgate.settings.scalars import Duration

SOON: Final = Fraction(3, 4)
"""So much of the open time to a promised first answer has gone when it is reminded of."""


class Clocked(nudges.Silent, Protocol):
    """What of a ticket the clock goes by; times are UTC."""

    @property
    def assigned_at(self) -> datetime | None: ...
    @property
    def first_response_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def snoozed_until(self) -> datetime | None: ...
    @property
    def waiting_until(self) -> datetime | None: ...
    @property
    def yellow_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def red_at(self) -> datetime | None: ...
    @property
    def response_due(self) -> datetime | None: ...
    @property
    def look_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something is to be done about a ticket from that moment on (UTC). Several of one name differ in their moment."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment that has come, for whoever does it."""

    name: str
    at: datetime
    """The moment it is done for; of several of one name the last."""
    opens: datetime
    """From when on letters may go out: now, or the next opening of the ticket's calendar."""
    times: int = 1
    """How often it has been done on this ticket, with this time."""
    behind: datetime | None = None
    """The moment it was done for last: all that came since is done with this."""
    late: bool = False
    """It should have been said so long ago that its readers get a digest of all there is."""
    also: frozenset[str] = frozenset()
    """What else is due on the ticket at the same time."""


Moments = Iterable[datetime | None]
Question = Callable[[Settings, Clocked], Moments]


def appointments(settings: Settings, ticket: Clocked) -> tuple[Appointment, ...]:
    """All moments at which the clock may act on the ticket as it stands, past and future; in the order of QUESTIONS."""
    return tuple(
        Appointment(name, at) for name, ask in QUESTIONS.items() for at in ask(settings, ticket) if at is not None
    )


def look_at(settings: Settings, before: Clocked | None, after: Clocked, now: datetime) -> datetime | None:
    """When the clock has to look at a ticket that has changed; None where it never has to. Rather too early than too
    late: who looks in vain finds the next moment. `before`: as it was; None where everything about it may be new, such
    as another configuration: what should have been done long ago is late then, and not merely new."""
    found = appointments(settings, after)
    if before is None:
        return min((each.at for each in found), default=None)
    ahead = [each.at for each in found if each.at > now]
    if len(ahead) < len(found):
        known = frozenset(appointments(settings, before))
        over = [each for each in found if each.at <= now]
        # What was due before has been done, or is waited for: until when stands in the column already.
        ahead += [now for each in over if each not in known]
        ahead += [before.look_at for each in over if each in known and before.look_at is not None]
    return min(ahead, default=None)


def opening_from(settings: Settings, ticket: Clocked, moment: datetime) -> datetime:
    """That moment where letters about the ticket may go out then, else the next opening."""
    return opens(settings, ticket.kind, moment)


# -- the questions -----------------------------------------------------------------------------------------------------


def _snooze(settings: Settings, ticket: Clocked) -> Moments:
    return (ticket.snoozed_until,) if ticket.status in UNSETTLED else ()


def _wait(settings: Settings, ticket: Clocked) -> Moments:
    return (ticket.waiting_until,) if ticket.status == "waiting" else ()


def _deputy(settings: Settings, ticket: Clocked) -> Moments:
    return _unanswered(settings, ticket, settings.unanswered.deputy)


def _coordinator(settings: Settings, ticket: Clocked) -> Moments:
    return _unanswered(settings, ticket, settings.unanswered.coordinator)


def _unanswered(settings: Settings, ticket: Clocked, after: Duration | None) -> Moments:
    """Whoever was asked to handle it has neither accepted nor declined."""
    if after is None or ticket.status != "assigned" or ticket.assigned_at is None:
        return ()
    return (_in_time(settings, ticket, ticket.assigned_at, after),)


def _red(settings: Settings, ticket: Clocked) -> Moments:
    """Also of what is out of sight."""
    return (ticket.red_at,) if _is_reminded_of(settings, ticket, "red") else ()


def _part_overdue(settings: Settings, ticket: Clocked) -> Moments:
    """The others are put together without it."""
    return (ticket.due_at,) if ticket.parent is not None and _runs(ticket) else ()


def _yellow(settings: Settings, ticket: Clocked) -> Moments:
    return (_in_sight(ticket, ticket.yellow_at),) if _is_reminded_of(settings, ticket, "yellow") else ()


def _response_late(settings: Settings, ticket: Clocked) -> Moments:
    return (ticket.response_due,) if _owes_response(settings, ticket) else ()


def _response_soon(settings: Settings, ticket: Clocked) -> Moments:
    due = ticket.response_due
    if due is None or not _owes_response(settings, ticket):
        return ()
    soon = part_way(settings, calendar_for(settings, ticket.kind), ticket.created_at, due, SOON)
    return (_in_sight(ticket, soon),)


def _auto_close(settings: Settings, ticket: Clocked) -> Moments:
    """Who is waited for was told before."""
    if ticket.status == "resolved" or nudges.is_told(ticket):
        return (nudges.closes(settings, ticket),)
    return ()


def _closing_soon(settings: Settings, ticket: Clocked) -> Moments:
    return () if nudges.is_told(ticket) else (nudges.last_word(settings, ticket),)


def _nudge(settings: Settings, ticket: Clocked) -> Moments:
    return (each.at for each in nudges.nudges(settings, ticket))


QUESTIONS: Final[dict[str, Question]] = {
    "snooze": _snooze,
    "wait": _wait,
    "auto_close": _auto_close,
    "coordinator": _coordinator,
    "deputy": _deputy,
    "part_overdue": _part_overdue,
    "red": _red,
    "response_late": _response_late,
    "yellow": _yellow,
    "response_soon": _response_soon,
    "closing_soon": _closing_soon,
    "nudge": _nudge,
}
"""Name of the appointment → when it is. What is done then: `clockwork.DUTIES`, in that order."""


def _is_reminded_of(settings: Settings, ticket: Clocked, light: str) -> bool:
    return _runs(ticket) and any(rule.when == light for rule in settings.reminders)


def _owes_response(settings: Settings, ticket: Clocked) -> bool:
    """Where no rule reminds of anything, nothing reminds of this."""
    return bool(settings.reminders) and _runs(ticket) and ticket.first_response_at is None and ticket.parent is None


def _runs(ticket: Clocked) -> bool:
    """Its clock does not stand, and whoever has it has not done his part."""
    return ticket.status != "answered" and not stands(ticket.status, ticket.waiting_for)


def _in_sight(ticket: Clocked, at: datetime | None) -> datetime | None:
    """What is out of sight is reminded of when it is back."""
    return max(at, ticket.snoozed_until) if at and ticket.snoozed_until else at


def _in_time(settings: Settings, ticket: Clocked, start: datetime, after: Duration) -> datetime | None:
    try:
        return answer_by(settings, calendar_for(settings, ticket.kind), start, after)
    except ValueError:  # a calendar that never opens promises nothing
        return None
