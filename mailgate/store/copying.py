"""Many rows into a table of PostgreSQL by COPY, which takes it and us half the time of a statement for each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

WORTH_IT = 8
"""So many rows: a COPY waits for its answer, and fewer rows are quicker among the statements that travel together."""


@dataclass(frozen=True, slots=True)
class Copy:
    """How the rows of an insert go there."""

    sql: str
    types: tuple[str, ...]
    """The columns', as PostgreSQL calls them."""
    texts: tuple[int, ...]
    """Positions of texts, and of bytes."""
    bytes: tuple[int, ...]

    def run(self, cursor: Any, columns: list[list[Any]]) -> None:
        """`columns`: the values of each, as the driver takes them otherwise. Raises psycopg.Error."""
        for position in self.texts:
            columns[position] = [_without_nul(each) for each in columns[position]]
        for position in self.bytes:
            columns[position] = [getattr(each, "obj", each) for each in columns[position]]
        with cursor.copy(self.sql) as copy:
            copy.set_types(self.types)
            for row in zip(*columns, strict=True):
                copy.write_row(row)


def copy_of(statement: Any, dialect: sa.Dialect, names: Iterable[str]) -> Copy | None:
    """None where it is no plain insert into PostgreSQL."""
    if dialect.name != "postgresql" or not _is_plain(statement):
        return None
    columns = [statement.table.c[name] for name in names]
    quoted = ", ".join(map(dialect.identifier_preparer.format_column, columns))
    table = dialect.identifier_preparer.format_table(statement.table)
    types = tuple(_type_of(column.type, dialect) for column in columns)
    return Copy(
        sql=f"COPY {table} ({quoted}) FROM STDIN (FORMAT BINARY)",
        types=types,
        texts=tuple(place for place, kind in enumerate(types) if kind in ("text", "varchar")),
        bytes=tuple(place for place, kind in enumerate(types) if kind == "bytea"),
    )


def _is_plain(statement: Any) -> bool:
    return type(statement) is sa.Insert and not statement.exported_columns


def _type_of(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> str:
    # Our JSON is written already, and a text of it is what PostgreSQL takes for `json`.
    return "text" if isinstance(kind, sa.JSON) else kind.dialect_impl(dialect).compile(dialect).lower()


def _without_nul(text: Any) -> Any:
    """PostgreSQL has no text with a NUL in it, and mails have."""
    return text.replace("\0", "") if text and "\0" in text else text
