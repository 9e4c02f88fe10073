"""`Prepared` statements on a connection, past SQLAlchemy to the driver; rows and errors are SQLAlchemy's still."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa

from mailgate.store.copying import WORTH_IT
from mailgate.store.prepared import Prepared, Rows, Values


class NotChanged(Exception):
    """a row that had to be changed is not there any more"""


class Driver:
    """The driver's cursor of a connection on which a transaction has begun."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection, self._dialect = connection, connection.dialect
        self._link: Any = connection.connection.dbapi_connection
        self._cursor: Any = connection.connection.cursor()
        self._errors: Any = connection.dialect.loaded_dbapi.Error
        self._travels = hasattr(self._link, "pipeline")

    def rows(self, statement: Prepared, values: Values) -> Rows:
        """What a statement returns."""
        shape = statement.shape(self._dialect, values)
        self._execute(shape.sql, shape.parameters(values))
        fetched = self._cursor.fetchall()
        return shape.rows(fetched) if fetched else []

    def changed(self, statement: Prepared, values: Values) -> int:
        """How many rows a statement has changed."""
        shape = statement.shape(self._dialect, values)
        self._execute(shape.sql, shape.parameters(values))
        return int(self._cursor.rowcount)

    def asked(self, questions: Sequence[tuple[Prepared, Values]]) -> list[Rows]:
        """What each of several statements returns: on PostgreSQL they travel together."""
        if len(questions) < 2 or not self._travels:
            return [self.rows(statement, values) for statement, values in questions]
        return self.together(questions)

    def together(self, questions: Sequence[tuple[Prepared, Values]]) -> list[Rows]:
        """The same, in one journey to the server and back."""
        shapes = [statement.shape(self._dialect, values) for statement, values in questions]
        cursors = [self._link.cursor() for _ in questions]
        with self._in_words(), self._link.pipeline():
            for (_, values), shape, cursor in zip(questions, shapes, cursors, strict=True):
                cursor.execute(shape.sql, shape.parameters(values))
        with self._in_words():
            return [shape.rows(cursor.fetchall()) for shape, cursor in zip(shapes, cursors, strict=True)]

    def write(self, groups: Iterable[tuple[Prepared, Sequence[Values]]]) -> None:
        """Run each statement for each of its rows: on PostgreSQL they travel together. Raises NotChanged."""
        counted: list[tuple[Any, int]] = []
        with self._in_words():
            groups = [each for each in groups if not self._copied(*each)]
        with self._in_words(), self._link.pipeline() if self._travels else nullcontext():
            for statement, rows in groups:
                shape = statement.shape(self._dialect, rows[0])
                cursor = self._link.cursor() if statement.must_change else self._cursor
                with self._in_words(shape.sql):
                    cursor.executemany(shape.sql, shape.many(rows))
                if statement.must_change:
                    counted.append((cursor, len(rows)))
        if any(cursor.rowcount != rows for cursor, rows in counted):
            raise NotChanged

    def _copied(self, statement: Prepared, rows: Sequence[Values]) -> bool:
        """Whether they were written in another way than by statements."""
        shape = statement.shape(self._dialect, rows[0])
        columns = shape.columns(rows) if shape.copy and len(rows) >= WORTH_IT else None
        if shape.copy and columns:
            shape.copy.run(self._cursor, columns)
        return columns is not None

    def may_write(self) -> None:
        """Called before anything is written. Raises NotItsTurn where that is not allowed."""

    def say(self, words: str) -> None:
        """A statement without values, such as SAVEPOINT."""
        self._execute(words, ())

    def _execute(self, sql: str, parameters: Any) -> None:
        try:  # and not `_in_words`, which takes longer than some statements
            self._cursor.execute(sql, parameters)
        except self._errors as wrong:
            raise self._as_sqlalchemy(sql, wrong) from wrong

    @contextmanager
    def _in_words(self, sql: str = "") -> Iterator[None]:
        try:
            yield
        except self._errors as wrong:
            raise self._as_sqlalchemy(sql, wrong) from wrong

    def _as_sqlalchemy(self, sql: str, wrong: Any) -> Any:
        """The same error as if SQLAlchemy had run it: without the values, for they are somebody's mail."""
        lost = self._dialect.is_disconnect(wrong, self._link, self._cursor)
        if lost:
            self._connection.invalidate(wrong)
        return sa.exc.DBAPIError.instance(
            sql, None, wrong, self._errors, hide_parameters=True, connection_invalidated=lost, dialect=self._dialect
        )
