"""Threads that stand by are there before anything is to be done."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading

from mailgate import standby


def test_all_of_them_run_already_and_work_side_by_side() -> None:
    before = threading.active_count()
    pool = standby.threads(5, "aside")
    assert threading.active_count() == before + 5
    together = threading.Barrier(5)
    assert sorted(pool.map(lambda _: together.wait(10), range(5))) == [0, 1, 2, 3, 4]
    assert threading.active_count() == before + 5
    pool.shutdown()


def test_where_no_thread_can_be_started_it_is_said_and_nothing_hangs() -> None:
    """Also what comes late still works, where a pool that starts its threads as it goes would fail."""
    story = f"""
import resource
from mailgate import standby
pool = standby.threads(2, "aside")
resource.setrlimit(resource.RLIMIT_AS, ({2**20}, {resource.RLIM_INFINITY}))
print(pool.submit(int, "7").result())
try:
    standby.threads(50, "aside")
except RuntimeError as wrong:
    print(wrong)
"""
    said = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, timeout=30)
    assert (said.returncode, said.stdout) == (0, "7\ncan't start new thread\n"), said.stderr
