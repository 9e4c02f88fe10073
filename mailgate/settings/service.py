"""service.yaml: calendars, acknowledgements, who is told, reminders, closing and reopening."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from mailgate.settings.scalars import Count, Duration, Flag, Section, Text, Words, listed

Audience = Annotated[
    tuple[Literal["assignee", "group", "coordinator", "notify", "admins", "reporter"], ...], BeforeValidator(listed)
]


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
    when: Literal["yellow", "red"] | dict[Literal["waiting_for_reporter"], Duration]
    to: Audience
    max: Count | None = None


class AutoClose(Section):
    resolved: Duration | None = Duration(7, "d")
    waiting_for_reporter: Duration | None = Duration(14, "d")


class Reopen(Section):
    within: Duration = Duration(30, "d")
    quiet: Duration = Duration(14, "d")
    thanks: Literal["keep", "reopen"] = "keep"


class Digest(Section):
    at: str = "08:00"
    calendar: str | None = None
    to: Audience = ("assignee", "coordinator")


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
    auto_close: AutoClose = AutoClose()
    reopen: Reopen = Reopen()
    answers_take: Flag = True
    crossing: Literal["ask", "send"] = "ask"
    digest: Digest = Digest()
    notices: tuple[Notice, ...] = ()
    retention: Retention = Retention()
