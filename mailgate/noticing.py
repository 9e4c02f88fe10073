"""Notices that files of the configuration were saved, by their sizes and times, and waits until they rest."""

from __future__ import annotations

from pathlib import Path

from mailgate.clock import Clock
from mailgate.settings.copies import look

RESTS_AFTER_SECONDS = 2.0
"""So long after the last saved file; several are rarely saved at once."""
LOOKS_EVERY_SECONDS = 0.5


class Noticing:
    """Looks at one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self.known()

    def known(self) -> None:
        """As the files are now, they have been dealt with."""
        self._seen = self._dealt_with = look(self._folder)
        self._since = self._clock.monotonic()

    def is_due(self) -> bool:
        """Look now: there is a change, and it rests."""
        now = look(self._folder)
        if now != self._seen:
            self._seen, self._since = now, self._clock.monotonic()
        rests = self._clock.monotonic() - self._since >= RESTS_AFTER_SECONDS
        return rests and self._seen != self._dealt_with
