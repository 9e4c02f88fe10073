"""What the clock of tickets asks of the database, and that what is found there is done in bounded steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.desk import clockwork
from mailgate.desk.change import TICKET
from mailgate.desk.clockwork import DUTIES
from mailgate.jobs import JOBS
from mailgate.rules.appointments import QUESTIONS
from tests.stories.clockwork import tick
from tests.stories.test_reminders import TIMED
from tests.stories.world import ANNA, ERIKA, World
from tests.test_statements import walks, watched

(JOB,) = (each for each in JOBS if each.look is clockwork.look)
COPIED = 150


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    """Anna is at work on a ticket that turns yellow in 90 minutes."""
    with World(tmp_path, TIMED) as desk:
        desk.write(ERIKA, "VPN down", "Nothing works.")
        desk.answer(desk.letter("anna@example.com"), "#take", sender=ANNA)
        desk.new_letters()
        yield desk


def looks(desk: World) -> int:
    """One run of the job."""
    return JOB.run(desk.store, lambda: desk.settings, desk.clock, desk.turns)


def copied(desk: World) -> None:
    """So many more tickets like that one."""
    names = [column.name for column in TICKET.columns if column.name != "number"]
    with desk.store.desk.begin() as connection:
        for number in range(2001, 2001 + COPIED):
            row = sa.select(sa.literal(number), *(TICKET.c[name] for name in names)).where(TICKET.c.number == 1001)
            connection.execute(sa.insert(TICKET).from_select(["number", *names], row))


def test_there_is_a_duty_for_each_question_in_the_same_order() -> None:
    assert list(DUTIES) == list(QUESTIONS)


def test_what_need_not_be_said_any_more_comes_later() -> None:
    order = list(DUTIES)
    assert all(order.index(each) > order.index(name) for name, duty in DUTIES.items() for each in duty.instead_of)


@pytest.mark.sqlite
def test_with_nothing_due_a_look_is_one_question_to_an_index(desk: World) -> None:
    copied(desk)
    looks(desk)
    with watched(desk) as seen:
        assert looks(desk) == 0
    (asked,) = (each for each in seen if each.startswith("SELECT"))
    assert walks(desk, seen) == []
    with desk.store.desk.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    assert [step[3] for step in plan] == ["SEARCH ticket USING COVERING INDEX ticket_look_at (look_at<?)"]


@pytest.mark.sqlite
def test_doing_what_is_due_walks_no_table(desk: World) -> None:
    desk.clock.advance(timedelta(minutes=90))
    with watched(desk) as seen:
        assert looks(desk) == 1
    of_tickets = [each for each in seen if "FROM trouble" not in each]  # of which there is hardly ever one
    assert walks(desk, of_tickets) == []
    assert tick(desk) == ["reminder to anna@example.com"]


def test_no_transaction_is_longer_than_so_many_tickets(desk: World) -> None:
    copied(desk)
    desk.clock.advance(timedelta(minutes=90))
    assert [looks(desk) for _ in range(4)] == [50, 50, 50, COPIED + 1 - 150], "each of these writes a letter"
    assert tick(desk) == ["reminder to anna@example.com"] * (COPIED + 1)
    with desk.store.desk.begin() as connection:
        connection.execute(sa.update(TICKET).values(look_at=desk.clock.now()))
    assert [looks(desk) for _ in range(3)] == [100, COPIED + 1 - 100, 0], "none of these does"


def test_a_look_in_vain_is_not_repeated(desk: World) -> None:
    with desk.store.desk.begin() as connection:
        connection.execute(sa.update(TICKET).values(look_at=desk.clock.now()))
    assert [looks(desk), looks(desk)] == [1, 0]
    assert tick(desk, minutes=90) == ["reminder to anna@example.com"]
