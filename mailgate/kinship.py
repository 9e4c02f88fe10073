"""What the kernel does about parents and children: prctl(2), on Linux. Elsewhere a child is told by the end of its pipe
that its parent is gone, and nobody adopts anybody."""

from __future__ import annotations

import ctypes
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1
_SET_NAME = 15
_SET_CHILD_SUBREAPER = 36


def die_with_parent() -> None:
    """From now on the end of the parent is ours too. A parent that is gone already is not noticed."""
    _control(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def adopts_grandchildren() -> bool:
    """From now on whoever loses a parent that descends from this process becomes its child. False: not here."""
    return _control(_SET_CHILD_SUBREAPER, 1)


def be_called(name: str) -> None:
    """How `ps -e` and `top` call this process: 15 bytes of it."""
    _control(_SET_NAME, ctypes.c_char_p(name.encode()))


def _control(what: int, value: int | ctypes.c_char_p) -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(what, value, 0, 0, 0) == 0)
