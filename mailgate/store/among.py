"""Rows whose number is among very many: more than a statement has places for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mailgate.store.tx import Tx


def among(tx: Tx, column: sa.ColumnElement[Any], numbers: Collection[int]) -> sa.ColumnElement[bool]:
    """An expression: whether the column is one of these."""
    listed = sa.literal(list(numbers), sa.JSON())
    if tx.connection.dialect.name == "postgresql":
        each = sa.func.json_array_elements_text(listed).table_valued("value").c.value
        return column.in_(sa.select(sa.cast(each, sa.BigInteger)))
    return column.in_(sa.select(sa.func.json_each(listed).table_valued("value").c.value))
