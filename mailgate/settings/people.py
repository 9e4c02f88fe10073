"""people.yaml: agents, groups, customer groups."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mailgate.settings.hosts import OnTheWire
from mailgate.settings.scalars import Duration, Flag, Name, Section, Title, Trust, Words

MUTABLE = ("new_ticket", "new_message", "assigned", "status_changed", "reminder", "escalated", "held", "digest")
"""Letters that an agent may do without (`mute`)."""
NEEDED = {
    **dict.fromkeys(("command_done", "command_refused", "confirm"), "it says what became of a mail of theirs"),
    **dict.fromkeys(("list", "report", "help"), "nobody gets it who has not asked for it"),
    "delivery_failed": "somebody waits for words that did not arrive",
    "merged_draft": "the answer would never leave",
    "alert": "it says that mailgate is ill; leave the address out of site.admins instead",
}
"""Letters to agents that can not be muted, and why."""


class Agent(Section):
    name: Name
    email: OnTheWire
    aliases: tuple[OnTheWire, ...] = ()
    language: str | None = None
    timezone: str | None = None
    keys: tuple[str, ...] = ()
    sees: Literal["groups", "all", "own"] = "groups"
    admin: Flag = False
    mute: tuple[str, ...] = ()
    active: Flag = True
    was: Words = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of this person, in lower case; the registered one first."""
        return tuple(address.lower() for address in (self.email, *self.aliases))


class Group(Section):
    name: Title
    members: tuple[str, ...] = ()
    coordinator: str | None = None
    customer_groups: tuple[str, ...] = ()
    active: Flag = True
    was: Words = ()


class Promises(Section):
    response: Duration | None = None
    solution: Duration | None = None


class CustomerGroup(Section):
    name: Title
    match: Words = ()
    internal: Flag = False
    level: Literal[1, 2] = 1
    language: str | None = None
    form_of_address: Literal["formal", "informal"] | None = None
    end_customer: Literal["ask"] | None = None
    promises: Promises = Promises()
    was: Words = ()


COMMANDS = (
    *(
        "take",
        "unassign",
        "accept",
        "decline",
        "assign",
        "coordinator",
        "answer",
        "note",
        "question",
        "resolve",
        "close",
    ),
    *("reopen", "wait", "snooze", "priority", "kind", "category", "tag", "due", "wanted", "ask", "forward", "split"),
    *("part", "release", "merge", "same", "link", "conceal", "reveal", "level", "from", "customer", "phone", "company"),
    *(
        "department",
        "channel",
        "time",
        "cc",
        "watch",
        "unwatch",
        "template",
        "away",
        "back",
        "handover",
        "spam",
        "undo",
    ),
    *("yes", "drop", "list", "show", "history", "report", "help"),
)
"""The commands of CONTRACT 6, as `commands:` may name them."""


class SecondLevel(Section):
    group: str


class People(Section):
    agents: dict[str, Agent] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    customer_groups: dict[str, CustomerGroup] = Field(default_factory=dict)
    second_level: SecondLevel | None = None
    commands: dict[str, Trust] = Field(default_factory=dict)
