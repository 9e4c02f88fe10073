"""Large mails before their turn in the journal: their digests, and their bytes on the disk. Several are made ready side
by side; the journal's one thread would do one after the other, while their senders wait. What goes wrong is raised in
their turn, where it is known what that means.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from mailgate import standby
from mailgate.errors import StoreUnavailable
from mailgate.store import blobs
from mailgate.store.transmission import Digests, Transmission, digests

INLINE_BYTES = 64 * 2**10
"""A larger mail lies in a file of its own; a row that large is slower than two fsyncs."""
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Ready:
    """What the journal needs of a mail."""

    digests: Digests
    file: Path | None = None
    """Where its bytes are durable already, under a name that nobody knows; None where they are not."""


Begun = Future[Ready | Exception]
"""Or what went wrong: as a value, for an exception that is kept keeps the mail."""


class Beforehand:
    """Threads that make large mails ready. `folder`: of their files; None where they lie in the database."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._threads = standby.threads(_AT_ONCE, "large mails")
        self._is_over = False

    def begin(self, mail: Transmission) -> Begun | None:
        """None where its turn is soon enough."""
        return self._threads.submit(self._ready, mail) if is_large(mail) else None

    def give_up(self) -> None:
        """The disk is broken: what was not begun with is not written any more."""
        self._is_over = True

    def close(self) -> None:
        """End the threads, when they have nothing to do."""
        self._threads.shutdown()

    def _ready(self, mail: Transmission) -> Ready | Exception:
        try:
            if self._is_over:
                return StoreUnavailable("The journal takes nothing any more.")
            known = digests(mail)
            if self._folder is None or blobs.is_kept(self._folder, known.sha256):
                return Ready(known)
            return Ready(known, blobs.write(self._folder, mail.raw))
        except Exception as wrong:  # noqa: BLE001  # whoever has its turn raises it
            return wrong.with_traceback(None)


def is_large(mail: Transmission) -> bool:
    """Whether its bytes lie apart from its row."""
    return len(mail.raw) > INLINE_BYTES


def in_turn(mail: Transmission, begun: Begun | None) -> Ready:
    """What was made of it beforehand, or is now. Raises what went wrong."""
    found = begun.result() if begun else Ready(digests(mail))
    if isinstance(found, Exception):
        raise found
    return found


def forget(begun: Begun | None) -> None:
    """The journal is done with it: a file that it did not take is of no use."""
    found = begun.result() if begun else None
    if isinstance(found, Ready) and found.file:
        blobs.discard(found.file)
    elif isinstance(found, Exception):
        found.with_traceback(None)  # it holds all who raised it, and they hold the mail
