"""One transaction on the desk: what every change in it needs to know, and how its statements run.

A `Prepared` statement goes to the driver as it is, any other one to SQLAlchemy. Only one transaction writes at a time,
so what was read is remembered until it is written. Rows may be held back: they are written together, before a statement
about their table and at the latest before the commit (`held.py`); what a batch will ask for may be asked at once
(`lookup.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from itertools import count, islice
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store.driver import Driver
from mailgate.store.held import Held
from mailgate.store.lookup import Known, Lookup, Questions
from mailgate.store.prepared import Prepared, Rows, Upsert, Values
from mailgate.store.reserve import Reserve
from mailgate.store.tables import Cursor, table_of
from mailgate.store.trouble import is_trouble_of_the_machine
from mailgate.store.witness import Overtaken, Witness

_NO_VALUES: Values = {}
T = TypeVar("T")
P = ParamSpec("P")


@dataclass
class Tx:
    """One transaction on the desk, and what every change in it needs to know."""

    connection: sa.Connection
    settings: Settings
    now: datetime
    """Of all that happens in it (UTC), but for what was decided before it could write."""
    mail: int | None = None
    """The arrival being handled; None for a command by an admin or the clock."""
    raw: str | None = None
    """SHA-256 of that arrival's bytes, for the history."""
    silent: bool = False
    """The arrival is old mail that is imported: nobody is written to."""
    effects: list[str] = field(default_factory=list)
    """What happened, in sentences: `explain` shows them."""
    letters: list[int] = field(default_factory=list)
    """Letters queued in this transaction."""
    stopped: dict[int, str] = field(default_factory=dict)
    """Letters that may not leave, and why: queued as failed, and not yet in the history."""
    opened: set[int] = field(default_factory=set)
    """Tickets opened in this transaction: nobody has anything on them yet but what it remembers."""
    as_one: bool = False
    """Several mails are written as one: a savepoint costs nothing before something in it is written, and what is held
    back waits for the commit. Whatever fails for another reason than `Temporary` spoils all of it: what was to be done
    is done again then, in a transaction where each savepoint stands for itself."""
    witness: Witness | None = None
    """Set before our turn: what can not be put off until then raises NotItsTurn."""
    reserved: Reserve = field(default_factory=Reserve)
    """Numbers that we may give before our turn."""
    _on_turn: dict[Callable[[Tx], bool], None] = field(default_factory=dict)
    """What has to hold when it comes, in order."""
    _known: Known = field(default_factory=Known)
    """What was asked and answered."""
    _found: dict[tuple[object, ...], Any] = field(default_factory=dict)
    """What was found, and what came to it since."""

    @cached_property
    def _driver(self) -> Driver:
        return self.witness or Driver(self.connection)

    @cached_property
    def _held(self) -> Held:
        return Held(self._driver)

    # -- reading ---------------------------------------------------------------------------------------------------

    def all(self, statement: sa.Executable | Prepared, values: Any = None) -> Rows:
        """Every row of a query."""
        if isinstance(statement, Prepared):
            return list(self._asked(statement, values or _NO_VALUES))
        self._read_by_others()
        return list(self.connection.execute(statement, values).all())

    def first(self, statement: sa.Executable | Prepared, values: Any = None) -> sa.Row[Any] | None:
        """The first row of a query, or None."""
        if isinstance(statement, Prepared):
            rows = self._asked(statement, values or _NO_VALUES)
            return rows[0] if rows else None
        self._read_by_others()
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

    def foresee(self, asked: Questions) -> None:
        """Ask at once what will be asked soon."""
        waiting = [each.table for each, keys in asked.items() if self._held.concerns(each.table, each.key, keys)]
        if waiting:
            self.settle(*waiting)
        wanted = [(lookup, question) for lookup, keys in asked.items() for question in lookup.questions(self, keys)]
        found = self._driver.asked(wanted)
        for (lookup, question), rows in zip(wanted, found, strict=True):
            self._known.found(lookup).update(lookup.answers(self, question, rows))

    def found(self, lookup: Lookup[T], *keys: Any) -> list[T]:
        """What was found for these keys, in their order, foreseen or asked now."""
        known = self._known.found(lookup)
        if new := [key for key in keys if key not in known]:
            self.foresee({lookup: new})
        return list(known[keys[0]]) if len(keys) == 1 else [each for key in keys for each in known[key]]

    def knows(self, lookup: Lookup[T], key: Any, answer: Iterable[T]) -> None:
        """What would be found for this key, by somebody who has just written it."""
        self._known.found(lookup)[key] = list(answer)

    # -- before its turn -------------------------------------------------------------------------------------------

    def needs_turn(self) -> None:
        """Raises NotItsTurn where we do not have it yet."""
        self._driver.may_write()

    def on_turn(self, holds: Callable[[Tx], bool]) -> None:
        """What has to hold when our turn comes, though what it hangs on may have changed."""
        self._on_turn[holds] = None

    def take_turn(self, connection: sa.Connection) -> None:
        """From now on we may write, on this connection, as if all had been read there. Raises Overtaken."""
        driver = Driver(connection)
        if self.witness and not self.witness.is_right(driver):
            raise Overtaken
        self.connection, self.witness, self._driver = connection, None, driver
        self._held.go_on(driver)
        if not all(holds(self) for holds in self._on_turn):
            raise Overtaken

    def go_on_at(self, now: datetime) -> None:
        """It had to wait until it could write: what comes from here on happens after what others wrote meanwhile."""
        self.now = max(self.now, now)

    # -- writing ---------------------------------------------------------------------------------------------------

    def execute(self, statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
        """Run a statement that SQLAlchemy builds."""
        self._about_to_write()
        return self.connection.execute(statement, values)

    def run(self, statement: Prepared, values: Values) -> int:
        """Change rows; how many they were."""
        self._about_to_write(statement, values)
        return self._driver.changed(statement, values)

    def add(self, statement: Prepared, values: Values) -> Any:
        """Change one row; the first column that the statement returns, None where no row was there."""
        self._about_to_write(statement, values)
        rows = self._driver.rows(statement, values)
        return rows[0][0] if rows else None

    def new_id(self, table: sa.Table) -> int:
        """The next id of a table whose ids are all given here: so a row may be named before it is written."""
        return self.reserved.take(table.name) if self.witness else next(self.once(_ids, table))

    def reserve(self, table: sa.Table, most: int) -> None:
        """So many more of the table's ids are ours alone, once this is committed."""
        ids = list(islice(self.once(_ids, table), most))
        self.later(_RESERVED_UP_TO, {"name": _reserved(table), "value": ids[-1]}, instead=table.name)
        self.reserved.add(table.name, ids)

    def later(self, statement: Prepared, values: Values, *, instead: object = None) -> None:
        """Write this row before anybody asks for it; `instead` of the one that waits under the same name."""
        self._known.forget_row(statement, values)
        self._held.add(statement, values, instead)

    def settle(self, *tables: str) -> None:
        """Write what is held back: for these tables, without a name for all."""
        self._held.write(tables or None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """All or nothing of what happens inside; an exception undoes it and goes on up."""
        effects, letters, given = len(self.effects), len(self.letters), self.reserved.mark()
        self._held.begin(at_once=not self.as_one)
        try:
            yield
            if not self.as_one:
                self.settle()
        except BaseException as wrong:
            del self.effects[effects:], self.letters[letters:]
            self.reserved.back_to(given)
            self._undo(wrong)
            raise
        self._held.end()

    # -- how -------------------------------------------------------------------------------------------------------

    def _asked(self, statement: Prepared, values: Values, of: Callable[[Tx, sa.Row[Any]], Any] | None = None) -> Any:
        self._held.write(statement.tables)
        if statement.repeats_on is None:
            rows = self._driver.rows(statement, values)
            return [of(self, row) for row in rows] if of else rows
        answers = self._known.about(statement.repeats_on)
        key = (statement, of, *values.values())
        found = answers.get(key)
        if found is None:
            rows = self._driver.rows(statement, values)
            found = answers[key] = [of(self, row) for row in rows] if of else rows
        return found

    def _read_by_others(self) -> None:
        """SQLAlchemy is asked, past all that is remembered here."""
        self._driver.may_write()
        self.settle()

    def _about_to_write(self, statement: Prepared | None = None, values: Values = _NO_VALUES) -> None:
        """None: by a statement of which nothing is known."""
        self._driver.may_write()
        self._held.write(statement.tables if statement else None)
        self._held.say()
        if statement:
            self._known.forget_row(statement, values)
        else:
            self._known.clear()

    def _undo(self, wrong: BaseException) -> None:
        """Back to the savepoint, and nothing remembered of what came after it."""
        for memory in (self._known, self._found, self.opened):
            memory.clear()
        try:
            self._held.undo()
        except sa.exc.DBAPIError as not_undone:
            # The database has undone the whole transaction by itself, and what is written from here on would stand
            # without what came before.
            if not is_trouble_of_the_machine(wrong):
                raise StoreUnavailable("The database has undone the transaction by itself.") from not_undone


def _ids(tx: Tx, table: sa.Table) -> Iterator[int]:
    highest = tx.first(_highest(table))
    return count(max(filter(None, highest or ()), default=0) + 1)


def _reserved(table: sa.Table) -> str:
    return f"ids of {table.name}"


@cache
def _highest(table: sa.Table) -> Prepared:
    """The highest id of a row, and of those that are reserved."""
    reserved = sa.select(CURSOR.c.value).where(CURSOR.c.name == _reserved(table))
    return Prepared(sa.select(sa.func.max(table.c.id).label("used"), reserved.scalar_subquery().label("reserved")))


CURSOR = table_of(Cursor)
_RESERVED_UP_TO = Upsert(CURSOR, "value")
"""Named by the table: ids that somebody holds though no row has them yet."""
