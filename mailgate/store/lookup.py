"""Rows of a table by the value of one column: asked for many values at once, and remembered for each by itself.

So a whole batch of mails can be foreseen in a statement a table, and what one mail writes makes nobody forget the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from mailgate.store.prepared import Prepared, Rows, Values

T = TypeVar("T")
KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
"""The place for the values that are asked for."""
_LENGTHS = (1, 8, 64)
"""So many values are asked for at once; fewer are filled up, so that there are few shapes of a statement."""


class Lookup(Prepared, Generic[T]):
    """`statement` selects rows whose `key` is among `KEYS`, and that column too; no row is ever added without a value
    for it. `of`: what a row becomes. `also`: what else the statement takes, the same throughout a transaction. `only`:
    it finds only rows where this column is set. `on_postgresql`: what finds the same columns there."""

    def __init__(
        self,
        statement: sa.Select[Any],
        key: sa.Column[Any],
        of: Callable[[Any, sa.Row[Any]], T],
        *,
        also: Callable[[Any], Values] | None = None,
        only: sa.Column[Any] | None = None,
        on_postgresql: sa.Select[Any] | None = None,
    ) -> None:
        super().__init__(statement)
        self._on_postgresql = on_postgresql
        self.table, self.key, self.only = key.table.name, key.key, only.key if only is not None else None
        self._of, self._also = of, also
        self._position = [column.key for column in statement.selected_columns].index(key.key)

    def _in(self, dialect: sa.Dialect) -> Any:
        return self._statement if self._on_postgresql is None or dialect.name == "sqlite" else self._on_postgresql

    def questions(self, tx: Any, keys: Iterable[Any]) -> list[Values]:
        """What has to be asked for these."""
        wanted, also = list(dict.fromkeys(keys)), self._also(tx) if self._also else {}
        chunks = (wanted[at : at + _LENGTHS[-1]] for at in range(0, len(wanted), _LENGTHS[-1]))
        return [{**also, "keys": filled(chunk)} for chunk in chunks]

    def answers(self, tx: Any, question: Values, rows: Rows) -> dict[Any, list[T]]:
        """By key; what was asked for and is not there too."""
        found: dict[Any, list[T]] = {key: [] for key in question["keys"]}
        for row in rows:
            for key in _asked_as(row[self._position], found):
                found[key].append(self._of(tx, row))
        return found

    def may_find(self, values: Values) -> bool:
        """Whether a row of these values may be among the answers for its key."""
        return self.only is None or values.get(self.only) is not None


def _asked_as(stored: Any, keys: Collection[Any]) -> Iterable[Any]:
    """PostgreSQL has no text with a NUL in it: what was asked for with one is found without."""
    return (stored,) if stored in keys else (each for each in keys if each.replace("\0", "") == stored)


def filled(keys: list[T]) -> list[T]:
    """As many as a statement of ours takes, by naming the last one again; at most 64."""
    length = next(each for each in _LENGTHS if each >= len(keys))
    return keys + keys[-1:] * (length - len(keys))


def as_row(tx: Any, row: sa.Row[Any]) -> sa.Row[Any]:
    """For a lookup whose rows are taken as they are."""
    return row


class Known:
    """What was asked in a transaction and is still true."""

    def __init__(self) -> None:
        self._answers: defaultdict[str, dict[tuple[object, ...], list[Any]]] = defaultdict(dict)
        """Of other statements, by the one table they ask."""
        self._found: dict[Lookup[Any], dict[Any, list[Any]]] = {}
        self._asking: defaultdict[str, list[Lookup[Any]]] = defaultdict(list)
        """By table: what has asked it."""

    def about(self, table: str) -> dict[tuple[object, ...], list[Any]]:
        """What was answered about a table."""
        return self._answers[table]

    def found(self, lookup: Lookup[T]) -> dict[Any, list[T]]:
        """By key."""
        answers = self._found.get(lookup)
        if answers is None:
            answers = self._found[lookup] = {}
            self._asking[lookup.table].append(lookup)
        return answers

    def forget(self, tables: Iterable[str]) -> None:
        """These have changed."""
        for table in tables:
            self._answers.pop(table, None)
            for lookup in self._asking.pop(table, ()):
                del self._found[lookup]

    def forget_row(self, statement: Prepared, values: Values) -> None:
        """A statement changes its table: where it only adds a row, what has other keys is still true."""
        if not statement.only_adds:
            self.forget(statement.tables)
            return
        for table in statement.tables:
            self._answers.pop(table, None)
            for lookup in self._asking.get(table, ()):
                if lookup.may_find(values):
                    self._found[lookup].pop(values.get(lookup.key), None)

    def clear(self) -> None:
        """Anything may have changed."""
        self._answers.clear()
        self._found.clear()
        self._asking.clear()


Questions = Mapping[Lookup[Any], Sequence[Any]]
"""What is to be asked, and the keys."""
