"""What a mail costs where there are many tickets already, against few: CPU of the worker's own loop."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from mailgate import log
from mailgate.store.tables import DESK
from tests.bench import arrivals, load, servers

FEW, COPIES, MAILS, TURNS = 1_000, 100, 100, 5

_IDS = {
    "ticket": ("number", "reporter"),
    "person": ("id",),
    "message": ("id", "ticket", "mail"),
    "letter": ("id", "ticket", "message", "mail"),
    "token": ("ticket", "letter"),
    "reference": ("ticket", "mail"),
    "event": ("ticket", "mail"),
    "chain": ("ticket",),
    "mail_state": ("mail", "ticket"),
}
"""Columns that are other numbers in a copy: smaller ones, so that new rows come behind all copies as they would."""
_UNIQUE = {"person": "email", "token": "digest", "reference": "digest"}
_LONG = {"letter": ("text", "html", "filling"), "message": ("text", "new_text")}
_SHORT = sa.literal('["short"]', sa.Text())
"""A text, and a list as JSON."""


def measure(folder: Path, pair: int) -> dict[str, float]:
    """The same mails on both desks, in turns."""
    log.set_up(level="ERROR")
    few, many = (_desk(folder / name) for name in ("few", "many"))
    _copy(many)
    return {"cost": statistics.median(_cpu(many, turn) / _cpu(few, turn) for turn in range(TURNS))}


def _desk(folder: Path) -> Path:
    folder.mkdir()
    config = servers.configure(folder)
    _cpu(config, -1, FEW)
    return config


def _cpu(config: Path, turn: int, mails: int = MAILS) -> float:
    """Seconds for this many new mails of new people."""
    new = [mail.replace(b"<person", b"<at%d." % turn) for mail in load.text(mails, 100 + turn)]
    arrivals.arrive(config, new)
    with arrivals.desk(config) as (store, settings):
        gc.disable()  # its walks through all that the measuring itself has read are no mail's
        try:
            began = time.process_time()
            assert arrivals.handle(store, settings) == mails
            return time.process_time() - began
        finally:
            gc.enable()


def _copy(config: Path) -> None:
    """A hundred times as many tickets, with all that belongs to them; only their words are short."""
    with arrivals.desk(config) as (store, _), store.desk.begin() as connection:
        for name in _IDS:
            table = DESK.tables[name]
            real = sa.select(table).where(table.c[_IDS[name][0]] > 0)
            for copy in range(1, COPIES):
                columns = list(_columns(table, copy))
                connection.execute(sa.insert(table).from_select(table.c.keys(), real.with_only_columns(*columns)))
        tickets = sa.select(sa.func.count()).select_from(DESK.tables["ticket"])
        assert connection.execute(tickets).scalar_one() == FEW * COPIES


def _columns(table: sa.Table, copy: int) -> Iterator[sa.ColumnElement[Any]]:
    for column in table.columns:
        if column.key in _IDS[table.name]:
            yield column - copy * 10**6
        elif column.key == _UNIQUE.get(table.name):
            yield sa.func.substr(column, 5) + str(copy)
        else:
            written_out = sa.null() if column.key == "mould" else column
            yield _SHORT if column.key in _LONG.get(table.name, ()) else written_out
