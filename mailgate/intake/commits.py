"""Mails on their way into the journal. Its thread answers a whole batch at once, and so the loop is woken once for all
of them; a mail for several rows is answered when it has all of its rows."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

from mailgate.store.transmission import Receipt


@dataclass(frozen=True, slots=True)
class _Open:
    """A mail whose rows are being written."""

    rows: tuple[Future[Receipt], ...]
    first: asyncio.Future[Receipt]


class Commits:
    """Those of one loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._settled: deque[_Open] = deque()
        self._is_called = False

    def expect(self, rows: tuple[Future[Receipt], ...]) -> asyncio.Future[Receipt]:
        """The receipt of the first row when all are written, or the error of one that was not."""
        mail = _Open(rows, self._loop.create_future())
        for row in rows:
            row.add_done_callback(lambda row: self._put(mail))
        return mail.first

    def _put(self, mail: _Open) -> None:
        """In the journal's thread."""
        self._settled.append(mail)
        if not self._is_called:
            self._is_called = True
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._is_called = False  # before we look: what is put from now on calls again
        while self._settled:
            mail = self._settled.popleft()
            if mail.first.done() or not all(row.done() for row in mail.rows):
                continue
            wrong = next((wrong for row in mail.rows if (wrong := row.exception())), None)
            if wrong is None:
                mail.first.set_result(mail.rows[0].result())
            else:
                mail.first.set_exception(wrong)
