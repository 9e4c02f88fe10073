"""What goes wrong in the loop while nobody waits for it, such as a connection that can not be taken because no file can
be opened any more. asyncio says such a thing a hundred times a second, each with its traceback."""

from __future__ import annotations

import asyncio
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
