"""Is something linear? Four times the input has to cost about four times the CPU, not sixteen.

Only ratios of one run are compared, never absolute times: these machines are shared. Noise makes single figures drift
by a factor of two, so a ratio below nine is taken for linear, and a bad one is measured again before it counts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from itertools import pairwise

FOUR_TIMES = 9.0
"""Linear is 4, quadratic is 16."""
TRIES = 5
SMALLEST_SECONDS = 0.002
"""Below this the clock measures the machine, not the task."""
TWICE = 3.0
"""Linear is 2, and was seen to be 2.6 where a text no longer fits the processor's cache; quadratic is 4."""
_SHORTEST = 0.0005
_TOO_SHORT = 0.001
"""What takes less at a sixteenth of the size would, if it were quadratic, still be done in a quarter of a second."""
_TOO_LONG = 0.04
"""What takes more at a sixteenth is measured at a quarter of the size: it would hold up the suite."""


def assert_linear(task: Callable[[int], object], size: int) -> None:
    """`task(n)` costs CPU in proportion to n; measured at `size` and four times that, of each the best time."""
    more = less = float("inf")
    for _ in range(TRIES):
        more, less = min(more, _seconds(task, 4 * size)), min(less, _seconds(task, size))
        if more / max(less, SMALLEST_SECONDS) < FOUR_TIMES:
            return
    raise AssertionError(f"four times the input cost {more / max(less, SMALLEST_SECONDS):.1f} times the time")


def assert_doubles(task: Callable[[int], object], most: int) -> None:
    """`task(n)` costs at most thrice as much for twice the input, measured up to `most`. Of three doublings the middle
    one counts: at one a text may no longer fit the processor's cache, or a limit turn to another way of reading
    it; and of each size the best time, for what else the machine does can only add to it."""
    look = _once(task, most // 16)
    if look < _TOO_SHORT:
        return
    size = most // 4 if look > _TOO_LONG else most
    best = [float("inf")] * 4
    for _ in range(2 * TRIES):
        best = [min(known, _once(task, size >> halved)) for halved, known in zip((3, 2, 1, 0), best, strict=True)]
        ratios = [more / max(less, _SHORTEST) for less, more in pairwise(best)]
        if sorted(ratios)[1] <= TWICE:
            return
    raise AssertionError(f"twice the input cost {sorted(ratios)[1]:.1f} times the time ({best[3]:.3f} s for {size})")


def _seconds(task: Callable[[int], object], size: int) -> float:
    """CPU seconds, the best of two."""
    return min(_once(task, size), _once(task, size))


def _once(task: Callable[[int], object], size: int) -> float:
    """CPU seconds."""
    gc.disable()  # its walks through all else that lives in this process are not the task's
    try:
        began = time.process_time()
        task(size)
        return time.process_time() - began
    finally:
        gc.enable()
