"""Mails on their way into the journal. Its thread answers a whole batch at once, and so the loop is woken once for all
of them; a mail for several rows is answered when it has all of its rows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from mailgate.store.transmission import Receipt


class Expected:
    """A mail whose rows are being written. `commit`: the receipt of the first row when all are written, or the error of
    one that was not."""

    __slots__ = ("_complete", "_heard", "_rows", "commit")

    def __init__(self, rows: int, commit: asyncio.Future[Receipt], complete: Callable[[Expected], None]) -> None:
        self.commit = commit
        self._rows = rows
        self._complete = complete
        self._heard: list[Receipt | Exception] = []

    def set_result(self, receipt: Receipt | Exception) -> None:
        """Of the next row, said by the journal's thread."""
        self._heard.append(receipt)
        if len(self._heard) == self._rows:
            self._complete(self)

    set_exception = set_result

    def settle(self) -> None:
        """All is heard; in the loop."""
        wrong = next((each for each in self._heard if isinstance(each, Exception)), None)
        if self.commit.done():
            return  # nobody waits for it any more
        if wrong is not None:
            self.commit.set_exception(wrong)
        elif isinstance(first := self._heard[0], Receipt):
            self.commit.set_result(first)


class Commits:
    """Those of one loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard: deque[Expected] = deque()
        self._is_called = False

    def expect(self, rows: int) -> Expected:
        """A mail of so many rows: who writes them tells it."""
        return Expected(rows, self._loop.create_future(), self._put)

    def _put(self, mail: Expected) -> None:
        """In the journal's thread."""
        self._heard.append(mail)
        if not self._is_called:
            self._is_called = True
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._is_called = False  # before we look: what is put from now on calls again
        while self._heard:
            self._heard.popleft().settle()
