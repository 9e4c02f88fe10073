"""Where a mail goes, as values: a route for a new ticket, changes for one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mailgate.mail.message import Address
from mailgate.quickly import born_quickly
from mailgate.rules.correlate import Correlation
from mailgate.rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule, and what it said to this mail."""

    name: str
    file: str
    line: int
    matched: bool
    why: str


@born_quickly
@dataclass(frozen=True, kw_only=True)
class Route:
    """Where a mail goes, and why. Ids throughout; None: nobody, or not said."""

    category: str
    group: str | None
    assignee: str | None
    coordinator: str | None
    """Named by a rule, else of a coordinated category: who alone is told first."""
    priority: str
    kind: str
    channel: str
    language: str | None
    """What a rule, else the address says; the person's and the mail's own are weighed by the caller."""
    tags: tuple[str, ...]
    acknowledge: Literal[False] | str | None
    """False: none; a text: that template; None: as configured."""
    notify: tuple[str, ...]
    """Addresses the category tells of its tickets."""
    drop: str | None
    hold: str | None
    rule: str | None
    """The last rule that matched."""
    rule_place: str
    """`routing.yaml:4`; empty without a rule."""
    why: str
    remarks: tuple[str, ...]
    """What was asked for but could not be done, each a sentence."""
    level: int = 1
    visible: bool = True
    """May the reporter see the handling?"""
    wanted_by: datetime | None = None
    due: datetime | None = None
    reporter: Address | None = None
    """Who reported it in truth, as a rule says: unproven."""
    company: str | None = None
    department: str | None = None
    phone: str | None = None
    also_notify: tuple[str, ...] = ()
    """Addresses that a rule tells besides."""
    cc: tuple[str, ...] = ()
    """Addresses that read along."""
    correlate: Correlation | None = None
    close: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What follow_up_rules say about a mail that belongs to a ticket; only what is set changes."""

    outcome: Outcome
    rule: str
    rule_place: str
    why: str
