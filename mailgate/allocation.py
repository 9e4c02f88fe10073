"""Memory goes back to the machine as soon as a large mail is done with: glibc otherwise keeps what it believes to need
again, and each thread keeps its own. Elsewhere than on glibc nothing changes."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3
_ARENA_MAX = -8
_LARGE_BYTES = 128 * 2**10
"""glibc begins with this, and learns from the first large mail to keep up to 32 MiB; once set, it learns no more."""
_ARENAS = 2


def give_back_early() -> None:
    """From now on what is larger than 128 KiB is taken from the machine by itself, and given back by itself."""
    with suppress(OSError, AttributeError):  # another C library
        tune = ctypes.CDLL(None).mallopt
        tune(_MMAP_THRESHOLD, _LARGE_BYTES)
        tune(_ARENA_MAX, _ARENAS)
