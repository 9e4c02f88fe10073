"""Is something linear? Four times the input has to cost about four times the CPU, not sixteen.

Only ratios of one run are compared, never absolute times: these machines are shared. Noise makes single figures drift
by a factor of two, so a ratio below nine is taken for linear, and a bad one is measured again before it counts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FOUR_TIMES = 9.0
"""Linear is 4, quadratic is 16."""
TRIES = 5
SMALLEST_SECONDS = 0.002
"""Below this the clock measures the machine, not the task."""


def assert_linear(task: Callable[[int], object], size: int) -> None:
    """`task(n)` costs CPU in proportion to n; measured at `size` and four times that."""
    ratios = []
    for _ in range(TRIES):
        ratios.append(_seconds(task, 4 * size) / max(_seconds(task, size), SMALLEST_SECONDS))
        if ratios[-1] < FOUR_TIMES:
            return
    raise AssertionError(f"four times the input cost {min(ratios):.1f} times the time")


def _seconds(task: Callable[[int], object], size: int) -> float:
    """CPU seconds, the best of two."""
    best = float("inf")
    gc.disable()  # its walks through all else that lives in this process are not the task's
    try:
        for _ in range(2):
            began = time.process_time()
            task(size)
            best = min(best, time.process_time() - began)
    finally:
        gc.enable()
    return best
