"""service.yaml: calendars, acknowledgements, who is told, reminders, closing and reopening."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mailgate.settings.scalars import Count, Duration, Flag, Section, Text, Words, listed

Audience = Annotated[
    tuple[Literal["assignee", "group", "coordinator", "notify", "admins", "reporter"], ...], BeforeValidator(listed)
]


Digested = Annotated[tuple[Literal["assignee", "coordinator", "group"], ...], BeforeValidator(listed)]


class Calendar(Section):
    timezone: str | None = None
    open: dict[str, Words] = Field(default_factory=dict)
    holidays: str | None = None
    closed: tuple[date, ...] = ()


class Acknowledge(Section):
    new: Flag | str = True
    unproven: Literal["minimal", "full", "verify", "none"] = "minimal"


class LettersTo(Section):
    """Who is told; the first that exists. `group`: all members while nobody has taken the ticket."""

    new_ticket: Audience = ("assignee", "group", "notify", "admins")
    new_message: Audience = ("assignee", "group", "notify")
    assigned: Audience = ("assignee",)
    status_changed: Audience = ("group",)
    reminder: Audience = ("assignee", "group", "notify", "admins")
    escalated: Audience = ("group", "coordinator")
    closed: Audience = ()


class Reminder(Section):
    when: Literal["yellow", "red"] | Annotated[dict[Literal["waiting_for_reporter"], Duration], Field(min_length=1)]
    to: Audience
    max: Count | None = None
    """How often the reporter's silence is reminded of; once where nothing is said."""

    @property
    def after(self) -> Duration | None:
        """Where it is about a reporter who does not answer: how long he is waited for each time."""
        return None if isinstance(self.when, str) else self.when["waiting_for_reporter"]


def _off(value: Any) -> Any:
    return None if value is False or value in ("none", "never", "off") else value


DurationOrNone = Annotated[Duration | None, BeforeValidator(_off)]
"""`none`, `never`, or nothing behind the key: never."""


class AutoClose(Section):
    """How long a ticket stays resolved, and how long it waits for its reporter, until it is closed by itself."""

    resolved: DurationOrNone = Duration(7, "d")
    waiting_for_reporter: DurationOrNone = Duration(14, "d")


def _not_closed(value: Any) -> Any:
    is_off = value is not None and _off(value) is None
    return {"resolved": None, "waiting_for_reporter": None} if is_off else value


class Unanswered(Section):
    """An assignment that is neither accepted nor declined: when the deputy of somebody absent is told, and when it is
    taken back."""

    deputy: DurationOrNone = Duration(4, "h")
    coordinator: DurationOrNone = Duration(8, "h")


def _never(value: Any) -> Any:
    return value if isinstance(value, dict) or _off(value) else {"deputy": None, "coordinator": None}


class Reopen(Section):
    within: Duration = Duration(30, "d")
    quiet: Duration = Duration(14, "d")
    thanks: Literal["keep", "reopen"] = "keep"


class Digest(Section):
    """The morning's letter. `assignee`: his own tickets; `coordinator`: those he coordinates, and those of the groups
    that he coordinates; `group`: each member those of his groups."""

    at: str = "08:00"
    calendar: str | None = None
    to: Digested = ("assignee", "coordinator")


class Notice(Section):
    """Known trouble, while it lasts."""

    from_: datetime = Field(alias="from")
    until: datetime
    category: str | None = None
    text: Text


class Retention(Section):
    raw_mail: Duration | Literal["never"] = Duration(365, "d")
    letters: Duration | Literal["never"] = Duration(90, "d")
    closed_tickets: Duration | Literal["never"] = "never"


class Service(Section):
    calendars: dict[str, Calendar] = Field(default_factory=dict)
    acknowledge: Acknowledge = Acknowledge()
    letters: LettersTo = LettersTo()
    reminders: tuple[Reminder, ...] = (
        Reminder(when="yellow", to=("assignee",)),
        Reminder(when="red", to=("group", "coordinator")),
        Reminder(when={"waiting_for_reporter": Duration(3, "d")}, to=("reporter",), max=2),
    )
    auto_close: Annotated[AutoClose, BeforeValidator(_not_closed)] = AutoClose()
    unanswered: Annotated[Unanswered, BeforeValidator(_never)] = Unanswered()
    reopen: Reopen = Reopen()
    answers_take: Flag = True
    crossing: Literal["ask", "send"] = "ask"
    digest: Digest = Digest()
    notices: tuple[Notice, ...] = ()
    retention: Retention = Retention()
