"""Rows that are yet to be written: together, a table at a time.

Each savepoint holds its own, so what is undone drops them; what ends well hands them on to the one around it. The
database hears of a savepoint only when something inside is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared, Values


class _Level:
    """What is held back in a savepoint, by statement."""

    __slots__ = ("named", "plain", "tables")

    def __init__(self) -> None:
        self.plain: dict[Prepared, list[Values]] = {}
        self.named: dict[Prepared, dict[object, Values]] = {}
        """Only the last of a name is written."""
        self.tables: set[str] = set()
        """Names of those that something waits for."""

    def add(self, statement: Prepared, values: Values, instead: object) -> None:
        """One row more, or `instead` of the one that waits under the same name."""
        if instead is None:
            rows = self.plain.get(statement)
            if rows is None:
                self.plain[statement] = [values]
                self.tables |= statement.tables
            else:
                rows.append(values)
        else:
            self.named.setdefault(statement, {})[instead] = values
            self.tables |= statement.tables

    def rows(self, table: str) -> Iterator[tuple[Prepared, Collection[Values]]]:
        """What waits for this table."""
        yield from ((each, rows) for each, rows in self.plain.items() if table in each.tables)
        yield from ((each, rows.values()) for each, rows in self.named.items() if table in each.tables)

    def taken(self, tables: Collection[str] | None) -> Iterator[tuple[Prepared, list[Values]]]:
        """What waits for these tables, None for all, and does not wait any more."""
        self.tables = self.tables.difference(tables) if tables is not None else set()
        for each in [each for each in self.plain if tables is None or not each.tables.isdisjoint(tables)]:
            yield each, self.plain.pop(each)
        for each in [each for each in self.named if tables is None or not each.tables.isdisjoint(tables)]:
            yield each, list(self.named.pop(each).values())

    def take_over(self, inside: _Level) -> None:
        """What was held back inside, behind what is here."""
        for statement, rows in inside.plain.items():
            here = self.plain.setdefault(statement, rows)
            if here is not rows:
                here += rows
        for statement, named in inside.named.items():
            self.named.setdefault(statement, named).update(named)
        self.tables |= inside.tables


class Held:
    """What a transaction holds back, and which of its savepoints the database knows of."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._levels = [_Level()]
        """Of the transaction, and of each savepoint in it."""
        self._said = 0

    def go_on(self, driver: Driver) -> None:
        """On another connection: nothing was written on the one before."""
        self._driver = driver

    def add(self, statement: Prepared, values: Values, instead: object) -> None:
        """One row more, or `instead` of the one that waits under the same name."""
        self._levels[-1].add(statement, values, instead)

    def concerns(self, table: str, key: str, these: Collection[Any]) -> bool:
        """Whether a row that waits for this table may have one of these values in that column."""
        return any(
            not statement.only_adds or any(values.get(key) in these for values in rows)
            for held in self._levels
            for statement, rows in held.rows(table)
        )

    def write(self, tables: Collection[str] | None = None) -> None:
        """What waits for these tables; None: for all."""
        for level, held in enumerate(self._levels):
            if held.tables if tables is None else not held.tables.isdisjoint(tables):
                self._driver.may_write()
                self._say(level)
                self._write(level, tables)

    def begin(self, *, at_once: bool) -> None:
        """A savepoint, of which the database hears `at_once` or when it has to."""
        if at_once:
            self.write()
            self._driver.say(f"SAVEPOINT inside_{self._said}")
            self._said += 1
        self._levels.append(_Level())

    def say(self) -> None:
        """The database is about to be written: let it know of every savepoint."""
        self._say(len(self._levels) - 1)

    def end(self) -> None:
        """The innermost savepoint ended well."""
        held = self._levels.pop()
        if self._said == len(self._levels):
            self._said -= 1
            self._driver.say(f"RELEASE SAVEPOINT inside_{self._said}")
        self._levels[-1].take_over(held)

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
        if waiting := list(self._levels[level].taken(tables)):
            self._driver.write(waiting)
