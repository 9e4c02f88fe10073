"""Rows that are yet to be written: together, a table at a time.

Each savepoint holds its own, so what is undone drops them; what ends well hands them on to the one around it. The
database hears of a savepoint only when something inside is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared, Values


@dataclass(slots=True)
class _Rows:
    """Of one statement."""

    plain: list[Values] = field(default_factory=list)
    named: dict[object, Values] = field(default_factory=dict)
    """Only the last of a name is written."""

    def all(self) -> Iterable[Values]:
        return chain(self.plain, self.named.values())


_Level = dict[str, dict[Prepared, _Rows]]
"""By table and statement."""


class Held:
    """What a transaction holds back, and which of its savepoints the database knows of."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._levels: list[_Level] = [{}]
        """Of the transaction, and of each savepoint in it."""
        self._said = 0

    def add(self, statement: Prepared, values: Values, instead: object) -> None:
        """One row more, or `instead` of the one that waits under the same name."""
        (table,) = statement.tables
        rows = _rows_of(self._levels[-1], table, statement)
        if instead is None:
            rows.plain.append(values)
        else:
            rows.named[instead] = values

    def concerns(self, table: str, key: str, these: Collection[Any]) -> bool:
        """Whether a row that waits for this table may have one of these values in that column."""
        return any(
            not statement.only_adds or any(values.get(key) in these for values in rows.all())
            for held in self._levels
            for statement, rows in held.get(table, {}).items()
        )

    def write(self, tables: Collection[str] | None = None) -> None:
        """What waits for these tables; None: for all."""
        for level, held in enumerate(self._levels):
            if held and (tables is None or not held.keys().isdisjoint(tables)):
                self._say(level)
                self._write(level, tables)

    def begin(self, *, at_once: bool) -> None:
        """A savepoint, of which the database hears `at_once` or when it has to."""
        if at_once:
            self.write()
            self._driver.say(f"SAVEPOINT inside_{self._said}")
            self._said += 1
        self._levels.append({})

    def say(self) -> None:
        """The database is about to be written: let it know of every savepoint."""
        self._say(len(self._levels) - 1)

    def end(self) -> None:
        """The innermost savepoint ended well."""
        held, around = self._levels.pop(), self._levels[-1]
        if self._said == len(self._levels):
            self._said -= 1
            self._driver.say(f"RELEASE SAVEPOINT inside_{self._said}")
        for table, statements in held.items():
            for statement, rows in statements.items():
                together = _rows_of(around, table, statement)
                together.plain += rows.plain
                together.named.update(rows.named)

    def undo(self) -> None:
        """Back to the innermost savepoint."""
        self._levels.pop()
        if self._said == len(self._levels):
            self._said -= 1
            self._driver.say(f"ROLLBACK TO SAVEPOINT inside_{self._said}")
            self._driver.say(f"RELEASE SAVEPOINT inside_{self._said}")

    def _say(self, most: int) -> None:
        """Up to that many savepoints; what was held back around each comes before it."""
        while self._said < most:
            self._write(self._said, None)
            self._driver.say(f"SAVEPOINT inside_{self._said}")
            self._said += 1

    def _write(self, level: int, tables: Collection[str] | None) -> None:
        held = self._levels[level]
        waiting = [held.pop(table) for table in list(held) if tables is None or table in tables]
        if waiting:
            self._driver.write([(each, list(rows.all())) for one in waiting for each, rows in one.items()])


def _rows_of(level: _Level, table: str, statement: Prepared) -> _Rows:
    statements = level.get(table)
    if statements is None:
        statements = level[table] = {}
    rows = statements.get(statement)
    if rows is None:
        rows = statements[statement] = _Rows()
    return rows
