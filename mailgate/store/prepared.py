"""Statements that run for every mail: written in SQLAlchemy Core, compiled once, then handed to the driver as they are.

Building a statement anew, looking it up in SQLAlchemy's cache and dressing its result costs ten times what SQLite needs
to run it. So these stand at module level as `Prepared`, with a `bindparam` wherever a value goes, and `Tx` runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import ForUpdateArg

from mailgate.store.copying import Copy, copy_of
from mailgate.store.json_text import written

Values = Mapping[str, Any]
Rows = list[sa.Row[Any]]
_Convert = Callable[[Any], Any]

_UPSERTS: dict[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""Both say ON CONFLICT alike, but Core has no common word for it."""
_TIMES_AT_ONCE = 64
"""A transaction writes the same few times again and again."""


class Prepared:
    """One statement. A plain `sa.insert` of a table takes its columns: what is left out has the column's default, and
    an `id` is given by the database, unless it is `with_id`. Any other statement takes exactly its `bindparam`s."""

    def __init__(
        self, statement: sa.Executable, *, with_id: bool = False, must_change: bool = False, drifts: bool = False
    ) -> None:
        parts: list[Any] = list(visitors.iterate(cast(sa.ClauseElement, statement)))
        self.drifts = drifts
        """Nearly every mail changes what it finds: who asks it ahead of his turn says by `Tx.on_turn` what has to hold
        of it, and asks it again then."""
        self._statement, self._with_id = statement, with_id
        self.must_change = must_change
        """Where it is written together with others and changes no row, NotChanged is raised."""
        self.only_adds = isinstance(statement, sa.Insert)
        """It changes no row that is there already."""
        self._lists = tuple(each.key for each in parts if isinstance(each, sa.BindParameter) and _is_list(each))
        self._shapes: dict[object, Shape] = {}
        self.tables = frozenset(each.name for each in parts if isinstance(each, sa.Table))
        """Names of the tables it reads or writes."""
        locks = any(isinstance(each, ForUpdateArg) for each in parts)
        repeats = len(self.tables) == 1 and not (self._lists or locks or drifts)
        self.repeats_on = next(iter(self.tables)) if repeats else None
        """The one table whose rows decide what it finds, where there is no more to it."""

    def shape(self, dialect: sa.Dialect, values: Values) -> Shape:
        """How this database takes it; a list among the values makes a shape of its own for each length."""
        key = (dialect.name, *(len(values[name]) for name in self._lists)) if self._lists else dialect.name
        found = self._shapes.get(key)
        if found is None:
            lists = {name: values[name] for name in self._lists}
            found = self._shapes[key] = _shape(self._in(dialect), dialect, lists, with_id=self._with_id)
        return found

    def _in(self, dialect: sa.Dialect) -> Any:
        """The statement in the words of this database."""
        return self._statement


class Upsert(Prepared):
    """Insert a row; where one with its primary key is there already, only its `changed` columns are set, and with
    `where` only those of such rows."""

    def __init__(self, table: sa.Table, *changed: str, where: sa.ColumnElement[bool] | None = None) -> None:
        super().__init__(sa.insert(table))
        self._table, self._changed, self._where = table, changed, where
        self.only_adds = not changed

    def _in(self, dialect: sa.Dialect) -> Any:
        insert = _UPSERTS[dialect.name](self._table)
        keys = list(self._table.primary_key)
        if not self._changed:
            return insert.on_conflict_do_nothing(index_elements=keys)
        new = {name: insert.excluded[name] for name in self._changed}
        return insert.on_conflict_do_update(index_elements=keys, set_=new, where=self._where)


@dataclass(frozen=True, slots=True)
class Shape:
    """A statement as one database takes it, and how its rows become ours."""

    sql: str
    names: frozenset[str]
    """Of the values it takes."""
    needs_all: bool
    otherwise: Values
    """Constants, and defaults of columns."""
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """Each list among the values, and the names that its members have in `order`."""
    order: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    named: Mapping[str, str]
    """Every name by itself: `order` of it is in which order the driver takes them."""
    into: tuple[tuple[int, _Convert], ...]
    """Positions of values that the driver does not take as they are."""
    keys: tuple[str, ...] | None
    """Where the driver takes values by name: its names for them."""
    row: Callable[[Sequence[Any]], sa.Row[Any]]
    out_of: tuple[tuple[int, _Convert], ...]
    """Positions of columns that the driver does not give as they are."""
    copy: Copy | None
    """Another way for many rows of an insert."""

    def parameters(self, values: Values) -> Any:
        """What the driver takes. Raises KeyError where a name is missing, or is none of the statement's."""
        given = values.keys()
        if not (given == self.names if self.needs_all else given <= self.names):
            raise KeyError(*sorted(given ^ self.names))
        if self.lists:
            values = _flat(values, self.lists)
        found = _converted(self.order({**self.otherwise, **values} if self.otherwise else values), self.into)
        return found if self.keys is None else dict(zip(self.keys, found, strict=True))

    def many(self, rows: Sequence[Values]) -> Sequence[Any]:
        """What the driver takes for each of these. Errors as `parameters`."""
        columns = self.columns(rows)
        return [self.parameters(values) for values in rows] if columns is None else list(zip(*columns, strict=True))

    def columns(self, rows: Sequence[Values]) -> list[list[Any]] | None:
        """The same by columns, which takes less time for each row. None where not all rows have the same names. Errors
        as `parameters`."""
        given = rows[0].keys()
        if self.keys or self.lists or any(each.keys() != given for each in rows):
            return None
        self.parameters(rows[0])
        columns = [
            list(map(itemgetter(name), rows)) if name in given else [self.otherwise[name]] * len(rows)
            for name in self.order(self.named)
        ]
        for position, convert in self.into:
            columns[position] = [None if each is None else convert(each) for each in columns[position]]
        return columns

    def rows(self, fetched: Sequence[Sequence[Any]]) -> Rows:
        """The driver's rows as SQLAlchemy's, every value converted."""
        return [self.row(_converted(each, self.out_of)) for each in fetched]


def _converted(values: Sequence[Any], converts: tuple[tuple[int, _Convert], ...]) -> Sequence[Any]:
    """What is None is NULL, in a JSON column too."""
    if not converts:
        return values
    found = list(values)
    for position, convert in converts:
        if found[position] is not None:
            found[position] = convert(found[position])
    return found


def _is_list(bind: sa.BindParameter[Any]) -> bool:
    return bind.expanding and bind.required


def _flat(values: Values, lists: tuple[tuple[str, tuple[str, ...]], ...]) -> Values:
    members = {each: value for name, names in lists for each, value in zip(names, values[name], strict=True)}
    return {**values, **members}


def _shape(statement: Any, dialect: sa.Dialect, lists: Values, *, with_id: bool) -> Shape:
    defaults = _defaults(statement, with_id) if statement.is_insert else {}
    if defaults and not statement.exported_columns:
        statement = statement.inline()  # else PostgreSQL is asked for an id that nobody wants
    compiled = statement.compile(dialect=dialect, column_keys=list(defaults) or None)
    required = frozenset(name for name, bind in compiled.binds.items() if bind.required)
    state = compiled.construct_expanded_state({**dict.fromkeys(required), **lists})
    whole = {part: name for name, parts in state.parameter_expansion.items() for part in parts}
    names = tuple(state.positiontup or state.parameters)
    binds = [compiled.binds[whole.get(name, name)] for name in names]
    constants = {name: state.parameters[name] for name, bind in zip(names, binds, strict=True) if not bind.required}
    back = list(statement.exported_columns)
    return Shape(
        sql=state.statement,
        names=required,
        needs_all=not defaults,
        otherwise={**constants, **defaults},
        lists=tuple((name, tuple(state.parameter_expansion[name])) for name in lists),
        order=_in_order(names),
        named={name: name for name in names},
        into=_places(_into(bind.type, dialect) for bind in binds),
        keys=None if compiled.positional else names,
        row=_rows_with([column.key for column in back]),
        out_of=_places(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in back),
        copy=copy_of(statement, dialect, names),
    )


def _defaults(insert: Any, with_id: bool) -> dict[str, Any]:
    """The columns that an insert takes, and what stands in each that is left out."""
    defaults = {column.key: column.default for column in insert.table.columns if with_id or column.key != "id"}
    return {name: default.arg if default is not None else None for name, default in defaults.items()}


def _in_order(names: tuple[str, ...]) -> Callable[[Values], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple([values[name] for name in names])


def _rows_with(columns: Sequence[str]) -> Callable[[Sequence[Any]], sa.Row[Any]]:
    """What makes rows that are read as SQLAlchemy's are: each attribute of those takes as long as ten of these."""
    assert len(set(columns)) == len(columns), columns
    attributes = {name: property(itemgetter(at)) for at, name in enumerate(columns)}
    kind = type("Row", (tuple,), {"__slots__": (), **attributes})
    return cast(Callable[[Sequence[Any]], sa.Row[Any]], kind)


def _places(converts: Iterable[_Convert | None]) -> tuple[tuple[int, _Convert], ...]:
    return tuple((position, convert) for position, convert in enumerate(converts) if convert)


def _into(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> _Convert | None:
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None:
        return None
    if isinstance(kind, sa.JSON):
        return written
    return lru_cache(_TIMES_AT_ONCE)(convert) if _is_time(kind) else convert


def _is_time(kind: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(kind, sa.DateTime) or isinstance(getattr(kind, "impl", None), sa.DateTime)
