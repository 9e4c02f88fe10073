"""How much of the machine the workers of a daemon get while others use it too: a promise in seconds is one of a machine
that one has for oneself.

    with Share(node) as share:
        ...
    assert took < 2.0 * share.slowness
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Self

from tests.daemon.node import Node

LOOKS_EVERY = 0.05
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Share:
    """Looks again and again at those workers who want to run."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._wanted = self._got = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def slowness(self) -> float:
        """1 where they ran whenever they wanted, 3 where they got a third of that."""
        return max(1.0, self._wanted / self._got) if self._got else 1.0

    def _look(self) -> None:
        before, then = _running(self._node), time.monotonic()
        while not self._over.wait(LOOKS_EVERY):
            now, at = _running(self._node), time.monotonic()
            for pid in before.keys() & now.keys():
                self._wanted += at - then
                self._got += now[pid] - before[pid]
            before, then = now, at


def _running(node: Node) -> dict[int, float]:
    """CPU seconds of each worker that runs, or would if it were let."""
    stats = {pid: _stat(pid) for pid in node.workers}
    return {pid: (int(stat[11]) + int(stat[12])) * TICK for pid, stat in stats.items() if stat and stat[0] == "R"}


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
