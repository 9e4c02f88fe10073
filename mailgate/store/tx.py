"""One transaction on the desk: what every change in it needs to know, and how its statements run.

A `Prepared` statement goes to the driver as it is, any other one to SQLAlchemy. Only one transaction writes at a time,
so what was read is remembered until its table is written. Rows may be held back: they are written together, before a
statement about their table, at the end of their savepoint, and at the latest before the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from itertools import count
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from mailgate.settings.model import Settings
from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared, Rows, Values

_NO_VALUES: Values = {}
T = TypeVar("T")
P = ParamSpec("P")


@dataclass
class Tx:
    """One transaction on the desk, and what every change in it needs to know."""

    connection: sa.Connection
    settings: Settings
    now: datetime
    """Fixed for the whole transaction (UTC)."""
    mail: int | None = None
    """The arrival being handled; None for a command by an admin or the clock."""
    raw: str | None = None
    """SHA-256 of that arrival's bytes, for the history."""
    effects: list[str] = field(default_factory=list)
    """What happened, in sentences: `explain` shows them."""
    letters: list[int] = field(default_factory=list)
    """Letters queued in this transaction."""
    stopped: dict[int, str] = field(default_factory=dict)
    """Letters that may not leave, and why: queued as failed, and not yet in the history."""
    opened: set[int] = field(default_factory=set)
    """Tickets opened in this transaction: nobody has anything on them yet but what it remembers."""
    _held: dict[str, dict[Prepared, dict[object, Values]]] = field(default_factory=dict)
    """By table, what is yet to be written."""
    _known: defaultdict[str, dict[tuple[object, ...], list[Any]]] = field(default_factory=lambda: defaultdict(dict))
    """By table, what was asked and answered."""
    _found: dict[tuple[object, ...], Any] = field(default_factory=dict)
    """What was found, and what came to it since."""
    _depth: int = 0

    @cached_property
    def _driver(self) -> Driver:
        return Driver(self.connection)

    # -- reading ---------------------------------------------------------------------------------------------------

    def all(self, statement: sa.Executable | Prepared, values: Any = None) -> Rows:
        """Every row of a query."""
        if isinstance(statement, Prepared):
            return list(self._asked(statement, values or _NO_VALUES))
        self.settle()
        return list(self.connection.execute(statement, values).all())

    def first(self, statement: sa.Executable | Prepared, values: Any = None) -> sa.Row[Any] | None:
        """The first row of a query, or None."""
        if isinstance(statement, Prepared):
            rows = self._asked(statement, values or _NO_VALUES)
            return rows[0] if rows else None
        self.settle()
        return self.connection.execute(statement, values).first()

    def value(self, statement: sa.Executable | Prepared, values: Any = None) -> Any:
        """The first column of the first row, or None."""
        row = self.first(statement, values)
        return None if row is None else row[0]

    def one(self, statement: Prepared, values: Values, of: Callable[[Tx, sa.Row[Any]], T]) -> T | None:
        """What the first row of a query is; made of it only once."""
        found = self._asked(statement, values, of)
        return found[0] if found else None

    def once(self, ask: Callable[Concatenate[Tx, P], T], *about: P.args, **named: P.kwargs) -> T:
        """What `ask` finds, and whoever asked has done to it since; asked again after something was undone."""
        key = (ask, *about, *named.values())
        if key not in self._found:
            self._found[key] = ask(self, *about, **named)
        found: T = self._found[key]
        return found

    # -- writing ---------------------------------------------------------------------------------------------------

    def execute(self, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
        """Run a statement that SQLAlchemy builds."""
        self.settle()
        self._known.clear()
        return self.connection.execute(statement, values)

    def run(self, statement: Prepared, values: Values) -> int:
        """Change rows; how many they were."""
        self._about_to_write(statement)
        return self._driver.changed(statement, values)

    def add(self, statement: Prepared, values: Values) -> Any:
        """Change one row; the first column that the statement returns, None where no row was there."""
        self._about_to_write(statement)
        rows = self._driver.rows(statement, values)
        return rows[0][0] if rows else None

    def new_id(self, table: sa.Table) -> int:
        """The next id of a table whose ids are all given here: so a row may be named before it is written."""
        return next(self.once(_ids, table))

    def later(self, statement: Prepared, values: Values, *, instead: object = None) -> None:
        """Write this row before anybody asks for it; `instead` of the one that waits under the same name."""
        (table,) = statement.tables
        self._known.pop(table, None)
        waiting = self._held.setdefault(table, {}).setdefault(statement, {})
        waiting[len(waiting) if instead is None else (instead,)] = values

    def settle(self, *tables: str) -> None:
        """Write what is held back: for these tables, without a name for all."""
        waiting = [self._held.pop(table) for table in tables or list(self._held) if table in self._held]
        if waiting:
            with self._driver.together():
                for statement, rows in (each for statements in waiting for each in statements.items()):
                    self._driver.many(statement, list(rows.values()))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All or nothing of what happens inside; an exception undoes it and goes on up."""
        self.settle()
        effects, letters, name = len(self.effects), len(self.letters), f"inside_{self._depth}"
        self._driver.say(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
            self.settle()
        except BaseException as wrong:
            del self.effects[effects:], self.letters[letters:]
            self._undo(name, wrong)
            raise
        finally:
            self._depth -= 1
        self._driver.say(f"RELEASE SAVEPOINT {name}")

    # -- how -------------------------------------------------------------------------------------------------------

    def _asked(self, statement: Prepared, values: Values, of: Callable[[Tx, sa.Row[Any]], Any] | None = None) -> Any:
        if self._held and not self._held.keys().isdisjoint(statement.tables):
            self.settle(*statement.tables)
        if statement.repeats_on is None:
            rows = self._driver.rows(statement, values)
            return [of(self, row) for row in rows] if of else rows
        answers = self._known[statement.repeats_on]
        key = (statement, of, *values.values())
        found = answers.get(key)
        if found is None:
            rows = self._driver.rows(statement, values)
            found = answers[key] = [of(self, row) for row in rows] if of else rows
        return found

    def _about_to_write(self, statement: Prepared) -> None:
        if self._held and not self._held.keys().isdisjoint(statement.tables):
            self.settle(*statement.tables)
        for table in statement.tables:
            self._known.pop(table, None)

    def _undo(self, name: str, wrong: BaseException) -> None:
        """Back to the savepoint, and nothing remembered of what came after it."""
        for memory in (self._held, self._known, self._found, self.opened):
            memory.clear()
        try:
            self._driver.say(f"ROLLBACK TO SAVEPOINT {name}")
            self._driver.say(f"RELEASE SAVEPOINT {name}")
        except sa.exc.DBAPIError:
            # Where the database has undone the whole transaction by itself, the error that made it says more.
            if not isinstance(wrong, sa.exc.DBAPIError):
                raise


def _ids(tx: Tx, table: sa.Table) -> Iterator[int]:
    return count((tx.value(_highest(table)) or 0) + 1)


@cache
def _highest(table: sa.Table) -> Prepared:
    return Prepared(sa.select(sa.func.max(table.c.id)))
