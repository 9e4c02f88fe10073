"""Limits of the process that works on a mail: what needs more ends that process, and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys

from mailgate.shift import Ending
from tests.limits.shown import shows

LIMITED = """
import sys, time
from mailgate import worker
from mailgate.settings.model import Settings
settings = Settings.model_validate({
    "site": {"admins": ["ops@example.com"]}, "addresses": [{"address": "support@example.com"}],
    "limits": {"mail_cpu": "1s", "mail_memory": "64MiB"},
})
"""
BURN = """
worker.CpuLimit.of(settings).begin(0.0); end = time.process_time() + float(sys.argv[1])
while time.process_time() < end: pass
"""
BURN_AGAIN = """
limit = worker.CpuLimit.of(settings)
for mail in range(10):
    limit.begin(float(mail)); end = time.process_time() + float(sys.argv[1])
    while time.process_time() < end: pass
"""
BURN_BETWEEN = """
limit = worker.CpuLimit.of(settings)
limit.begin(0.0); limit.lift(); end = time.process_time() + float(sys.argv[1])
while time.process_time() < end: pass
"""
FILL = """
worker.limit_memory(settings)
try:
    bytes(int(sys.argv[1]) * 2**20)
except MemoryError:
    sys.exit(worker.Ending.memory)
"""


def ends(what: str, much: str) -> int:
    """How a process ended that is limited as a worker, and then does so much."""
    return subprocess.run([sys.executable, "-c", LIMITED + what, much], check=False).returncode


@shows("mail_cpu")
def test_a_mail_may_take_so_much_cpu_time() -> None:
    assert ends(BURN, "0.3") == 0
    assert ends(BURN, "60") == -signal.SIGPROF


def test_each_mail_has_its_own_limit_of_cpu_time() -> None:
    assert ends(BURN_AGAIN, "0.3") == 0, "three seconds together, and the kernel may count half as much again"


def test_between_mails_nothing_is_limited() -> None:
    assert ends(BURN_BETWEEN, "3.5") == 0


@shows("mail_memory")
def test_a_mail_may_take_so_much_memory() -> None:
    assert ends(FILL, "48") == 0
    assert ends(FILL, "80") == Ending.memory
