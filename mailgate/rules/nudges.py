"""How long a reporter is waited for: when he is reminded, when he is told that his ticket closes soon, and when it
closes by itself. Pure; plain time, whatever the calendar.

It counts from the last time he was asked: whoever asks once more gives him as long again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from mailgate.rules.promises import opens
from mailgate.settings.model import Settings
from mailgate.settings.service import Reminder

ASKING: Final = ("question", "wait", "answer")
"""Actions after which it is the reporter's turn, where the ticket waits for him."""
LAST_WORD: Final = timedelta(days=3)
"""So long before the end he is told of it, and a quarter of the time where that is less."""
MOST: Final = 100
"""Reminders of one rule, whatever its `max` says."""


class Silent(Protocol):
    """What of a ticket this goes by; times are UTC."""

    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def waiting_for(self) -> str | None: ...
    @property
    def parent(self) -> int | None: ...
    @property
    def resolved_at(self) -> datetime | None: ...
    @property
    def stands_since(self) -> datetime | None: ...
    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder of what the reporter has not answered."""

    at: datetime
    to: tuple[str, ...]
    """Audiences, as `reminders:` names them."""


def asked_anew(action: str, status: str, waiting_for: str | None, now: datetime) -> dict[str, Any]:
    """The columns that follow where the reporter was just asked."""
    if action not in ASKING or (status, waiting_for) != ("waiting", "reporter"):
        return {}
    return {"asked_at": now, "closes_at": None}


def since(ticket: Silent) -> datetime | None:
    """From when on the reporter is waited for; None where he is not."""
    if (ticket.status, ticket.waiting_for) != ("waiting", "reporter"):
        return None
    return max((each for each in (ticket.asked_at, ticket.stands_since) if each), default=None)


def nudges(settings: Settings, ticket: Silent) -> tuple[Nudge, ...]:
    """All reminders of the reporter's silence, those that are over too. Once he was told of the end, he gets none."""
    begun, last, end = since(ticket), last_word(settings, ticket), closes(settings, ticket)
    if begun is None:
        return ()
    found = (each for rule in settings.reminders for each in _of_rule(settings, ticket, rule, begun))
    spared = (Nudge(each.at, _without_reporter(each.to) if last and each.at >= last else each.to) for each in found)
    return tuple(each for each in spared if each.to and (end is None or each.at < end))


def _of_rule(settings: Settings, ticket: Silent, rule: Reminder, begun: datetime) -> Iterator[Nudge]:
    """Once where no `max` says how often. One that waits for the opening, after holidays, puts the next one off."""
    if rule.after is None:
        return
    after, at = rule.after.plain, begun
    for times in range(1, min(rule.max or 1, MOST) + 1):
        said = opens(settings, ticket.kind, at) if times > 1 else at
        at = max(begun + times * after, said + after / 2)
        yield Nudge(at, rule.to)


def _without_reporter(to: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in to if each != "reporter")


def last_word(settings: Settings, ticket: Silent) -> datetime | None:
    """When the reporter who is waited for is told that his ticket closes; None: never."""
    begun, after = since(ticket), settings.auto_close.waiting_for_reporter
    if begun is None or after is None or ticket.parent is not None:
        return None
    return begun + after.plain - notice(settings)


def notice(settings: Settings) -> timedelta:
    """How long before the end the last word comes."""
    after = settings.auto_close.waiting_for_reporter
    return min(LAST_WORD, after.plain / 4) if after else timedelta()


def closes(settings: Settings, ticket: Silent) -> datetime | None:
    """When it is closed by itself as things are; None: never. A part is closed with its whole. While the reporter is
    waited for, the moment that he was told stands."""
    if ticket.parent is not None:
        return None
    if ticket.status == "resolved":
        after = settings.auto_close.resolved
        return ticket.resolved_at + after.plain if after and ticket.resolved_at else None
    begun, after = since(ticket), settings.auto_close.waiting_for_reporter
    if begun is None or after is None:
        return None
    return _as_told(ticket, begun) or begun + after.plain


def is_told(ticket: Silent) -> bool:
    """Whether the last word on this waiting has been said, or could not be: else it is not closed."""
    begun = since(ticket)
    return begun is not None and _as_told(ticket, begun) is not None


def _as_told(ticket: Silent, begun: datetime) -> datetime | None:
    return ticket.closes_at if ticket.closes_at and ticket.closes_at > begun else None
