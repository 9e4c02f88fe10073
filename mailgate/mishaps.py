"""What goes wrong while nobody waits for it: a thread ends, or in the loop a connection can not be taken because no
file can be opened any more. asyncio says such a thing a hundred times a second, each with its traceback."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mailgate import log
from mailgate.clock import Clock

LOG = log.get("daemon")
SAID_AGAIN_AFTER_SECONDS = 10.0


@dataclass
class Mishaps:
    """The loop's exception handler: `loop.set_exception_handler(Mishaps(clock))`."""

    clock: Clock
    _last: str = ""
    _said_at: float = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say it in words, and with its traceback where it is no trouble of the machine."""
        wrong, now = context.get("exception"), self.clock.monotonic()
        what = f"{context['message']}: {wrong}"
        if what == self._last and now - self._said_at < SAID_AGAIN_AFTER_SECONDS:
            return
        self._last, self._said_at = what, now
        unknown = None if wrong is None or isinstance(wrong, OSError) else wrong
        LOG.error("something went wrong, and all else goes on", what=what, exc_info=unknown)


async def all_end(*endings: Awaitable[Any]) -> None:
    """Wait for all; one that fails is logged and keeps no other from ending well."""
    for result in await asyncio.gather(*endings, return_exceptions=True):
        if isinstance(result, Exception):
            LOG.error("did not end well", error=f"{type(result).__name__}: {result}")


@contextmanager
def losses_told(to: Callable[[str], None]) -> Iterator[None]:
    """What comes not back by itself: a thread that ends by an error, and work in a pool whose result never arrives, so
    that whoever waits for it waits for ever. `to` is told in the thread where it happens, and must need no memory."""
    lost, before = _Lost(to), threading.excepthook
    pools = logging.getLogger("concurrent.futures")  # says nothing else, and has no other way to say it
    pools.addHandler(lost)
    threading.excepthook = lost.thread_ended
    try:
        yield
    finally:
        pools.removeHandler(lost)
        threading.excepthook = before


class _Lost(logging.Handler):
    def __init__(self, to: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._to = to

    def emit(self, record: logging.LogRecord) -> None:
        """Of a pool."""
        self._to("the result of some work was lost")

    def thread_ended(self, about: threading.ExceptHookArgs) -> None:
        """By an error that nobody has caught in it."""
        self._to(f"{about.thread.name if about.thread else 'a thread'} has ended")
        LOG.error("a thread has ended", exc_info=about.exc_value)
