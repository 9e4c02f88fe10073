"""On which mail a worker is: a page of memory that it shares with its parent, who reads it at any time, also when the
worker has died. A line over the pipe for each mail cost both of them together a fifth of what the mail costs.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass

_FORM = struct.Struct("@dqq")
"""Since when, the mail (0: none), its bytes. The time goes first: whoever reads between two of them sees an old mail
that has just begun, not a new one that has taken long."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail of so many bytes, and when the worker came to it, in seconds of the machine's monotonic clock."""

    mail: int
    size: int
    since: float


class Slate:
    """One worker's. `file` is what the worker inherits; then both close it."""

    def __init__(self, file: int) -> None:
        self.file = file
        self._page = mmap.mmap(file, mmap.PAGESIZE)

    @classmethod
    def new(cls) -> Slate:
        """A clean one, that no other process has."""
        file = os.memfd_create("mailgate slate")
        os.ftruncate(file, mmap.PAGESIZE)
        return cls(file)

    def close(self) -> None:
        """Close the file. What was written, and what is yet to be, can be read all the same."""
        os.close(self.file)

    def write(self, mail: int, size: int, now: float) -> None:
        """We begin with this mail."""
        _FORM.pack_into(self._page, 0, now, mail, size)

    def clear(self) -> None:
        """We are on no mail."""
        self.write(0, 0, 0.0)

    def read(self) -> Entry | None:
        """What stands there; None for no mail."""
        since, mail, size = _FORM.unpack_from(self._page)
        return Entry(mail, size, since) if mail else None
