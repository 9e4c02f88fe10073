"""`mailgate report` over a million tickets, as its user waits for it: the command, from its start to its last byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate.store.tables import Person, TicketRow, table_of
from tests.bench import arrivals, servers

TICKETS, PEOPLE, AT_ONCE, TURNS = 1_000_000, 50_000, 20_000, 3
BEGAN = datetime(2023, 11, 20, tzinfo=UTC)
APART = timedelta(days=3 * 365) / TICKETS
GROUPS = ("network", "office", "centre", "field")
TICKET, PERSON = table_of(TicketRow), table_of(Person)


def measure(folder: Path, pair: int) -> dict[str, float]:
    """Seconds of the command when it has run before: all tickets by group, and of a field of the reporter."""
    config = servers.configure(folder)
    with arrivals.desk(config) as (store, _), store.desk.begin() as connection:
        connection.execute(sa.insert(PERSON), list(_people()))
        for begin in range(0, TICKETS, AT_ONCE):
            connection.execute(sa.insert(TICKET), [_ticket(number) for number in range(begin, begin + AT_ONCE)])
    _seconds(config, "group")
    return {by: min(_seconds(config, by) for _ in range(TURNS)) for by in ("group", "month")}


def _seconds(config: Path, by: str) -> float:
    began = time.monotonic()
    asked = [sys.executable, "-m", "mailgate", "report", "--by", by, "--json", "--config", str(config)]
    said = subprocess.run(asked, check=True, capture_output=True, env={**os.environ, "MAILGATE_LOG": "error"})
    taken = time.monotonic() - began
    assert sum(row["count"] for row in json.loads(said.stdout)["rows"]) == TICKETS
    return taken


def _people() -> Iterator[dict[str, Any]]:
    for number in range(PEOPLE):
        yield {"email": f"person{number}@reporter{number % 97}.example", "name": f"Person {number}", "internal": False}


def _ticket(number: int) -> dict[str, Any]:
    """Numbers that look drawn, and are the same each time."""
    drawn = number * 7919 % 10_007
    at, is_open = BEGAN + number * APART, number > TICKETS * 0.975
    response, solution = 5 + drawn % 600, 30 + drawn * drawn % 20_000
    done = at + timedelta(minutes=3 * solution)
    return {
        **{column.name: None for column in TICKET.columns},
        "number": number + 1,
        "subject": f"Something is wrong with the lamp in room {drawn}",
        "kind": ("incident", "request")[drawn % 2],
        "status": "in_progress" if is_open else "closed",
        "priority": ("normal", "normal", "low", "high", "urgent")[drawn % 5],
        "category": f"{GROUPS[drawn % 4]}/{'abcdef'[drawn % 6]}",
        "channel": "email",
        "source_address": "support@example.com",
        "reporter": drawn % PEOPLE + 1,
        "group": GROUPS[drawn % 4],
        "assignee": f"agent{drawn % 40}",
        "level": 1,
        "visible": True,
        "language": "en",
        "tags": [],
        "created_at": at,
        "updated_at": at,
        "first_response_at": at + timedelta(minutes=3 * response),
        "resolved_at": None if is_open else done,
        "closed_at": None if is_open else done + timedelta(days=3),
        "stands_since": None if is_open else done,
        "response_due": at + timedelta(hours=8),
        "solution_due": at + timedelta(days=3),
        "response_minutes": response,
        "solution_minutes": None if is_open else solution,
        "handling_minutes": drawn % 4 * 15,
        "solution": "It was the cable. " * 10 if drawn % 3 else None,
        "rating": {"score": drawn % 5 + 1, "text": "", "at": ""} if drawn % 10 == 0 else None,
        "rule": "Lamps (routing.yaml:12)",
    }
