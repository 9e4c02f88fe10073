"""Threads that stand by, started before they are needed: where memory has run out none can be started, and a pool that
starts them as work comes in says that it failed, and does the work later all the same."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor


def threads(most: int, name: str) -> ThreadPoolExecutor:
    """A pool whose threads all run already. Raises RuntimeError where they can not be started."""
    pool, together = ThreadPoolExecutor(most, name), threading.Barrier(most + 1)
    try:
        for _ in range(most):
            pool.submit(together.wait)  # nobody is free before the last has come, so each is another
    except RuntimeError:
        together.abort()
        raise
    together.wait()
    return pool
