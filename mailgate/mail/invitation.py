"""What the calendar part of a mail says (RFC 5545, 5546): an invitation, the answer to one, or its withdrawal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

ANSWERS: Final = ("REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH")
"""RFC 5546, 1.4: what one calendar tells another about an invitation. A REQUEST is a person's mail."""
OF_GUESTS: Final = ("REPLY", "COUNTER", "REFRESH")
"""The methods by which a guest speaks; by all others it is the organizer."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody invited, or who invites."""

    name: str
    email: str
    """As written, without `mailto:`; may be empty or no address."""
    status: str = ""
    """`ACCEPTED`, `DECLINED`, `TENTATIVE`, `DELEGATED`, `NEEDS-ACTION`; empty where nothing is said."""

    @property
    def shown(self) -> str:
        """The name, else the address."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Repeat:
    """How it comes again (RFC 5545, 3.3.10), as far as it can be said briefly."""

    every: str
    """`DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`."""
    interval: int = 1
    days: tuple[int, ...] = ()
    """Days of the week, 0 for Monday."""
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """One calendar entry, and what is said of it. Texts are one line each, but for `description` and `comment`."""

    method: str = ""
    """`REQUEST`, `REPLY`, `CANCEL`, `COUNTER`, `PUBLISH`, …; empty where the part says none."""
    uid: str = ""
    summary: str = ""
    start: datetime | date | None = None
    """A date where it takes whole days; a datetime without zone where it happens at that time anywhere."""
    end: datetime | date | None = None
    """Exclusive, as the calendar says it: of one whole day the day after."""
    zone: str = ""
    """The time zone as its writer names it: `Europe/London`, `W. Europe Standard Time`."""
    where: str = ""
    link: str = ""
    """Of a meeting in Teams, Zoom and the like."""
    organizer: Guest | None = None
    guests: tuple[Guest, ...] = ()
    description: str = ""
    comment: str = ""
    """What a guest adds to his answer."""
    repeat: Repeat | None = None
    changed: bool = False
    """It was sent before, and says something else now."""
    others: int = 0
    """Further entries of other events in the same part."""
    inline: bool = True
    """It belongs to the text, and is no file that somebody has attached."""
    declared: bool = False
    """Its part says which method it is (RFC 6047, 2.4): a calendar program has sent it."""

    @property
    def speaker(self) -> Guest | None:
        """Who says this: the one guest of an answer, else the organizer."""
        if self.method in OF_GUESTS:
            return self.guests[0] if len(self.guests) == 1 else None
        return self.organizer

    @property
    def key(self) -> str:
        """What all mails of calendar programs about this entry have in common; empty where it is unknown, or where the
        entry is a file that somebody has attached."""
        return f"calendar entry {self.uid}" if self.uid and (self.inline or self.declared) else ""

    @property
    def words(self) -> str:
        """What it says in words, for a mail that has no text beside it."""
        return self.comment or self.description or self.summary
