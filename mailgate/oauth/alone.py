"""One at a time renews the tokens of a login: the readers, the relays and `mailgate connect`, whatever process they are
in. The lock is the system's, and is gone with whoever held it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from mailgate.errors import StoreUnavailable
from mailgate.oauth import owner

_LOOKS_EVERY_SECONDS: Final = 0.05
_LONGEST_WAIT_SECONDS: Final = 120.0


@asynccontextmanager
async def alone(file: Path) -> AsyncIterator[None]:
    """Nobody else renews these tokens meanwhile. Raises StoreUnavailable where that can not be had."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _LONGEST_WAIT_SECONDS
    handle = _opened(file.with_suffix(".lock"))
    try:
        while not _is_ours(handle):
            if loop.time() > until:
                raise StoreUnavailable(f"Somebody else has been renewing the tokens in {file} for too long.")
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
        yield
    finally:
        os.close(handle)  # and with it the lock, also when this process is killed


def _opened(file: Path) -> int:
    try:
        owner.made(file.parent)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        owner.hand_over(handle, file.parent)
        return handle
    except OSError as wrong:
        raise StoreUnavailable(f"The tokens in {file.parent} can not be locked: {wrong.strerror}.") from wrong


def _is_ours(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
