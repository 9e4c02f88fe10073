"""`Prepared` statements on a connection, past SQLAlchemy to the driver; rows and errors are SQLAlchemy's still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from mailgate.store.prepared import Prepared, Rows, Values


class Driver:
    """The driver's cursor of a connection on which a transaction has begun."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection, self._dialect = connection, connection.dialect
        self._link: Any = connection.connection.dbapi_connection
        self._cursor: Any = connection.connection.cursor()
        self._errors: Any = connection.dialect.loaded_dbapi.Error

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

    def many(self, statement: Prepared, rows: Sequence[Values]) -> None:
        """Run a statement for each of these rows."""
        shape = statement.shape(self._dialect, rows[0])
        try:
            self._cursor.executemany(shape.sql, [shape.parameters(values) for values in rows])
        except self._errors as wrong:
            raise self._as_sqlalchemy(shape.sql, wrong) from wrong

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements whose results nobody waits for: on PostgreSQL they travel together."""
        if not hasattr(self._link, "pipeline"):
            yield
            return
        try:
            with self._link.pipeline():
                yield
        except self._errors as wrong:
            raise self._as_sqlalchemy("", wrong) from wrong

    def say(self, words: str) -> None:
        """A statement without values, such as SAVEPOINT."""
        self._execute(words, ())

    def _execute(self, sql: str, parameters: Any) -> None:
        try:
            self._cursor.execute(sql, parameters)
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
