"""What the clock costs: a round of its jobs over many open tickets, and one in which nothing is due, against few."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from mailgate import log
from mailgate.clock import Clock, SetClock
from mailgate.jobs import JOBS
from mailgate.settings.model import Settings
from mailgate.store.db import Store
from mailgate.store.tables import Letter, TicketRow, table_of
from mailgate.store.turns import Turns
from tests.bench import arrivals, load, servers

LETTER, TICKET = table_of(Letter), table_of(TicketRow)
FEW, OPEN, MANY, ROUNDS = 1_000, 100_000, 1_000_000, 200
ABOUT_TICKETS = tuple(job for job in JOBS if job.foretold)
SHIFT = 10**6
DAY = timedelta(days=1)


def measure(folder: Path, pair: int) -> dict[str, float]:
    """`morning`: seconds of a round over 100,000 open tickets in which digests are due. `nothing`: a round with nothing
    due among a million, against a thousand."""
    log.set_up(level="ERROR")
    few, many = (_desk(folder / name) for name in ("few", "many"))
    with arrivals.desk(few) as (store, settings):
        little = _idle(store, settings)
    with arrivals.desk(many) as (store, settings):
        _copy(store, OPEN // FEW)
        morning = _seconds(store, settings, _tomorrow())
        with store.reading(settings, Clock().now()) as tx:
            assert tx.value(sa.select(LETTER.c.to).where(LETTER.c.template == "digest")) == "anna@example.com"
        _copy(store, MANY // FEW, OPEN // FEW)
        return {"morning": morning, "nothing": _idle(store, settings) / little}


def _desk(folder: Path) -> Path:
    folder.mkdir()
    config = servers.configure(folder)
    arrivals.arrive(config, load.text(FEW, 0))
    with arrivals.desk(config) as (store, settings):
        assert arrivals.handle(store, settings) == FEW
    return config


def _idle(store: Store, settings: Settings) -> float:
    """Seconds of a round in which nothing is due, because what was due has been done."""
    clock = _tomorrow()
    while _work(store, settings, clock):
        pass
    return statistics.median(_seconds(store, settings, clock) for _ in range(ROUNDS))


def _tomorrow() -> SetClock:
    """At noon, when the digests of the day are due."""
    return SetClock((Clock().now() + DAY).replace(hour=12))


def _seconds(store: Store, settings: Settings, clock: Clock) -> float:
    began = time.perf_counter()
    _work(store, settings, clock)
    return time.perf_counter() - began


def _work(store: Store, settings: Settings, clock: Clock) -> int:
    return sum(job.run(store, lambda: settings, clock, Turns()) for job in ABOUT_TICKETS)


def _copy(store: Store, times: int, already: int = 1) -> None:
    """So many times as many tickets as came, all open, red and Anna's."""
    first = sa.select(sa.literal(already).label("number")).cte(recursive=True)
    copy = first.union_all(sa.select(first.c.number + 1).where(first.c.number < times - 1))
    red = sa.literal(Clock().now(), TICKET.c.red_at.type)
    new = {"number": TICKET.c.number - copy.c.number * SHIFT, "assignee": sa.literal("anna"), "red_at": red}
    columns = [new.get(each.key, each) for each in TICKET.columns]
    real = sa.select(*columns).select_from(TICKET.join(copy, sa.true())).where(TICKET.c.number > 0)
    with store.desk.begin() as connection:
        connection.execute(sa.insert(TICKET).from_select(TICKET.c.keys(), real))
