"""What mails ask of the database: few statements, and none that walks a whole table (so it costs the same on a desk of
a hundred thousand tickets; `tests/bench/growth.py` measures that)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mailgate.shift import Shift
from tests.stories.mailer import Mail
from tests.stories.world import ANNA, ERIKA, SUPPORT, World

pytestmark = pytest.mark.sqlite

MOST_STATEMENTS = 27
"""For a mail that opens a ticket, with an acknowledgement and two letters to agents; rows that are written together
count one by one."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as desk:
        yield desk


@contextmanager
def watched(desk: World) -> Iterator[list[str]]:
    """The statements on the desk's database, with their values; complete when it ends."""
    seen, running = list[str](), list[str]()

    def watch(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(running.append)

    sa.event.listen(desk.store.desk, "begin", watch)
    yield seen
    sa.event.remove(desk.store.desk, "begin", watch)
    seen += running


def ways(desk: World, statements: list[str]) -> dict[str, list[str]]:
    """How SQLite goes about each of them, step by step."""
    asked = [each for each in dict.fromkeys(statements) if each.startswith(("SELECT", "UPDATE", "DELETE"))]
    with closing(sqlite3.connect(desk.folder / "state" / "desk.db")) as connection:
        connection.create_function("lower", 1, str.lower)
        plans = {each: connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in asked}
    return {each: [step[3] for step in plan] for each, plan in plans.items()}


def walks(desk: World, statements: list[str]) -> list[str]:
    """Those that look at every row of a table."""
    with closing(sqlite3.connect(desk.folder / "state" / "desk.db")) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    whole = {f"SCAN {name}" for name in tables}
    found = ways(desk, statements).items()
    return [each for each, steps in found if any(" ".join(step.split()[:2]) in whole for step in steps)]


@pytest.mark.parametrize("named", [(), ("plan.txt",)], ids=["words", "a file"])
def test_a_new_mail_asks_little(named: tuple[str, ...], desk: World) -> None:
    desk.write("first@x.example", "Printer on fire", "It burns.")
    for number in range(10):
        files = {name: f"plan {number}".encode() for name in named}
        desk.hand_in(Mail(f"person{number}@x.example", SUPPORT, "Printer on fire", files=files))
    with watched(desk) as seen:
        Shift(desk.store, desk.settings, desk.clock, "a", desk.turns.turn, lambda claimed: None).batch()
    assert len(desk.tickets()) == 11
    assert len(seen) < 10 * MOST_STATEMENTS
    assert sum(each.startswith("SELECT") for each in seen) < 2 * 10, "they are asked together"
    assert walks(desk, seen) == []


def test_nothing_that_is_said_on_a_ticket_walks_a_table(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    with watched(desk) as seen:
        desk.answer(desk.letter("anna@example.com", "new_ticket"), "#take", sender=ANNA)
        desk.answer(desk.letter("anna@example.com", "new_ticket"), "Pour water on it.", sender=ANNA)
        desk.answer(desk.letter("erika@customer.example", "reply"), "It helped.", sender=ERIKA)
    assert desk.message()["new_text"] == "It helped."
    assert walks(desk, seen) == []


def test_the_other_tickets_of_somebody_are_found_among_his_own(desk: World) -> None:
    desk.write(ERIKA, "Printer on fire", "It burns.")
    with watched(desk) as seen:
        desk.write(ERIKA, "Lamp on fire", "It burns too.")
    (steps,) = (steps for each, steps in ways(desk, seen).items() if "AS newer" in each)
    assert sum("ticket_of_reporter (reporter=? AND closed_at=?" in step for step in steps) == 2
    assert "Printer on fire" in desk.letter("anna@example.com", "new_ticket").text
