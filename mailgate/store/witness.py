"""Deciding before one's turn: on a snapshot, with every answer remembered.

When the turn comes, the same is asked again. Where all is answered as before, what was decided is what would be decided
now, whoever has written in between. Where it is not, it is thrown away, and decided anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import sqlalchemy as sa

from mailgate.store.driver import Driver
from mailgate.store.prepared import Prepared, Rows, Values


class NotItsTurn(Exception):
    """this can only be done by who has the turn at the desk"""


class Overtaken(Exception):
    """somebody else has written what was read ahead of the turn"""


class Witness(Driver):
    """The driver of a snapshot: it remembers what was asked and what was found, and writes nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self._asked: list[tuple[Prepared, Values]] = []
        self._found: list[Rows] = []

    def rows(self, statement: Prepared, values: Values) -> Rows:
        found = super().rows(statement, values)
        self._remember(statement, values, found)
        return found

    def together(self, questions: Sequence[tuple[Prepared, Values]]) -> list[Rows]:
        found = super().together(questions)
        for question, rows in zip(questions, found, strict=True):
            self._remember(*question, rows)
        return found

    def is_right(self, driver: Driver) -> bool:
        """Whether all of it would be found there too."""
        return driver.asked(self._asked) == self._found

    def may_write(self) -> NoReturn:
        raise NotItsTurn

    def _remember(self, statement: Prepared, values: Values, found: Rows) -> None:
        if not statement.drifts:
            self._asked.append((statement, values))
            self._found.append(found)
