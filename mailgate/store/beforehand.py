"""Large mails before their turn in the journal: their digests, and their bytes on the disk. Several are made ready side
by side; the journal's one thread would do one after the other, while their senders wait. What goes wrong is raised in
their turn, where it is known what that means.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from mailgate import standby
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


class Beforehand:
    """Threads that make large mails ready. `folder`: of their files; None where they lie in the database."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._threads = standby.threads(_AT_ONCE, "large mails")

    def begin(self, mail: Transmission) -> Future[Ready] | None:
        """None where its turn is soon enough."""
        return self._threads.submit(_ready, self._folder, mail) if is_large(mail) else None

    def close(self) -> None:
        """End the threads, when they have nothing to do."""
        self._threads.shutdown()


def is_large(mail: Transmission) -> bool:
    """Whether its bytes lie apart from its row."""
    return len(mail.raw) > INLINE_BYTES


def in_turn(mail: Transmission, begun: Future[Ready] | None) -> Ready:
    """What was made of it beforehand, or is now. Raises what went wrong."""
    return begun.result() if begun else Ready(digests(mail))


def forget(begun: Future[Ready] | None) -> None:
    """The journal is done with it: a file that it did not take is of no use."""
    if begun and not begun.exception() and (file := begun.result().file):
        blobs.discard(file)


def _ready(folder: Path | None, mail: Transmission) -> Ready:
    known = digests(mail)
    if folder is None or blobs.is_kept(folder, known.sha256):
        return Ready(known)
    return Ready(known, blobs.write(folder, mail.raw))
