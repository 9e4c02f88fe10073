"""Hundreds of tickets of every sort, written as rows, and what a report over them has to say, counted one by one."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mailgate.rules.light import light
from mailgate.rules.report import Inquiry
from mailgate.store.tables import Person, TicketRow, table_of
from tests.stories.world import MONDAY, World

Json = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
BEGAN = datetime(2026, 3, 20, tzinfo=UTC)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TICKET, PERSON = table_of(TicketRow), table_of(Person)
CUSTOMERS = {
    "partners": {"name": "Partners", "match": ["*@partner.example"]},
    "staff": {"name": "Staff", "match": ["*@example.com"], "internal": True},
}
PEOPLE = [
    {"id": 1, "email": "a@partner.example", "customer_group": "partners", "internal": False},
    {"id": 2, "email": "b@example.com", "customer_group": "staff", "internal": True},
    {"id": 3, "email": "c@other.example", "customer_group": None, "internal": False},
]
STALE = [{**each, "customer_group": "staff", "internal": not each["internal"]} for each in PEOPLE]
"""The same people, as their rows were before the configuration was changed."""


@dataclass(frozen=True)
class One:
    """A ticket as its row has it."""

    row: Json

    def __getattr__(self, name: str) -> Any:
        return self.row[name]


def crowd(many: int, seed: int = 6) -> list[One]:
    """Tickets over both changes of the clocks, with and without everything a ticket may have."""
    dice = random.Random(seed)
    return [One(_row(dice, number)) for number in range(1001, 1001 + many)]


def move_in(desk: World, tickets: list[One], people: list[Json] = PEOPLE) -> None:
    """They are on the desk."""
    with desk.store.desk.begin() as connection:
        connection.execute(sa.insert(PERSON), people)
        connection.execute(sa.insert(TICKET), [each.row for each in tickets])


def _row(dice: random.Random, number: int) -> Json:
    at = BEGAN + timedelta(minutes=dice.randrange(350_000))
    status = dice.choice(["new", "assigned", "waiting", "resolved", "closed", "closed", "closed", "merged"])
    answered, done = dice.random() < 0.7, status in ("resolved", "closed")

    def later(days: float = 20, likely: float = 1) -> datetime | None:
        return at + timedelta(minutes=dice.randrange(int(days * 1440))) if dice.random() < likely else None

    resolved = later() if status == "resolved" or (done and dice.random() < 0.7) else None
    closed = (resolved or at) + timedelta(hours=dice.randrange(90)) if status == "closed" else None
    return {
        **{column.name: None for column in TICKET.columns},
        "number": number,
        "subject": "Lamp",
        "source_address": "support@example.com",
        "language": "en",
        "tags": [],
        "created_at": at,
        "updated_at": MONDAY,
        "visible": True,
        "status": status,
        "waiting_for": "reporter" if status == "waiting" else None,
        "kind": dice.choice(["request", "incident"]),
        "priority": dice.choice(["low", "normal", "high", "urgent"]),
        "category": dice.choice(["general", "network", "network/vpn", "rooms"]),
        "channel": dice.choice(["email", "phone"]),
        "reporter": dice.choice([1, 2, 3]),
        "group": dice.choice(["network", "office", None]),
        "assignee": dice.choice(["anna", "ben", "cleo", None]),
        "level": dice.choice([1, 1, 2]),
        "parent": 1001 if dice.random() < 0.05 and number > 1001 else None,
        "first_response_at": later() if answered else None,
        "resolved_at": resolved,
        "closed_at": closed,
        "due_at": later(likely=0.2),
        "yellow_at": later(5, 0.6),
        "red_at": later(10, 0.6),
        "response_due": later(likely=0.6),
        "solution_due": later(likely=0.6),
        "stands_since": (resolved or closed) if done else later(likely=0.8) if status == "waiting" else None,
        "response_minutes": dice.randrange(900) if answered else None,
        "solution_minutes": dice.randrange(9000) if done else None,
        "handling_minutes": dice.choice([0, 15, 45]),
        "rating": {"score": dice.randint(1, 5), "text": "", "at": ""} if dice.random() < 0.2 else None,
    }


# -- counted one by one ------------------------------------------------------------------------------------------------


def counts(ticket: One, asked: Inquiry) -> bool:
    """Whether it is one of those that are asked for."""
    reporter = PEOPLE[ticket.reporter - 1]
    return (
        ticket.status != "merged"
        and ticket.parent is None
        and asked.level in (None, ticket.level)
        and asked.customer_group in (None, reporter["customer_group"])
        and asked.internal in (None, reporter["internal"])
        and asked.is_open in (None, ticket.status != "closed")
        and (asked.until is None or ticket.created_at < asked.until)
    )


def naive(tickets: list[One], asked: Inquiry, now: datetime) -> dict[tuple[Any, ...], Json]:
    """Field values → figures."""
    heaps = defaultdict(list)
    for each in tickets:
        if counts(each, asked) and (asked.since is None or each.created_at >= asked.since):
            heaps[tuple(_value(each, field, now) for field in asked.by)].append(each)
    return {values: _figures(heap, now) for values, heap in heaps.items()}


def _value(ticket: One, field: str, now: datetime) -> Any:
    day = ticket.created_at.astimezone(BERLIN).date()
    year, week, weekday = day.isocalendar()
    own: dict[str, Callable[[], Any]] = {
        "light": lambda: light(ticket, now),
        "customer_group": lambda: PEOPLE[ticket.reporter - 1]["customer_group"],
        "month": lambda: f"{day.year}-{day.month:02}",
        "week": lambda: f"{year}-W{week:02}",
        "weekday": lambda: DAYS[weekday - 1],
    }
    return own[field]() if field in own else ticket.row[field]


def _figures(heap: list[One], now: datetime) -> Json:
    promises = [kept for each in heap for kept in _promises(each, now)]
    scores = [each.rating["score"] for each in heap if each.rating]
    return {
        "count": len(heap),
        "open": sum(each.status != "closed" for each in heap),
        "response_median_minutes": _rank(heap, "response_minutes", 0.5),
        "response_p90_minutes": _rank(heap, "response_minutes", 0.9),
        "solution_median_minutes": _rank(heap, "solution_minutes", 0.5),
        "solution_p90_minutes": _rank(heap, "solution_minutes", 0.9),
        "kept": round(sum(promises) / len(promises), 4) if promises else None,
        "handling_minutes": sum(each.handling_minutes for each in heap),
        "rating": round(sum(scores) / len(scores), 2) if scores else None,
    }


def _rank(heap: list[One], name: str, share: float) -> int | None:
    in_order = sorted(each.row[name] for each in heap if each.row[name] is not None)
    return in_order[math.ceil(share * len(in_order)) - 1] if in_order else None


def _promises(ticket: One, now: datetime) -> Iterator[bool]:
    """Those that are decided, and whether they were kept."""
    solved = ticket.resolved_at or ticket.closed_at
    for due, done in (
        (ticket.response_due, ticket.first_response_at),
        (ticket.due_at or ticket.solution_due, solved),
    ):
        if due is not None and (done is not None or due < min(now, ticket.stands_since or now)):
            yield done is not None and done <= due


def naive_backlog(tickets: list[One], asked: Inquiry, first: date, last: date) -> list[tuple[date, int]]:
    """Day by day, how many were open at its end."""
    known = [each for each in tickets if counts(each, asked)]
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        end = datetime(day.year, day.month, day.day, tzinfo=BERLIN) + timedelta(days=1)
        opened = [each for each in known if each.created_at < end]
        found.append((day, sum(each.closed_at is None or each.closed_at >= end for each in opened)))
    return found
