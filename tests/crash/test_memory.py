"""The daemon gets no memory, at a step or for a while: whoever comes is told 4xx, no mail or letter suffers, and all
goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.crash import crowd
from tests.crash.points import IN_THE_DAEMON
from tests.crash.rig import Rig

TIMES_LARGE = 60
"""So many times what makes a mail large are 4 MB."""
LATER = ("letter-claim-committed", "letter-answered")
"""Letters that go again when a claim has run out, or after a doubt: in minutes."""
STEPS = [
    each for each in IN_THE_DAEMON if each.process == "daemon" and each.needs != "a start" and each.name not in LATER
]


def test_where_there_is_no_memory_at_a_step_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1) as rig:
        process = rig.node.process
        for step in STEPS:
            rig.under_load(10, lambda: rig.starve_at(step))  # noqa: B023  # within this round
            rig.settle()
        assert rig.starved == len(STEPS)
        assert rig.node.process is process, "it lives on"
        rig.audit(faults=("MemoryError",))
        assert {said[0] for said in rig.refusals} == {"4"}


@contextmanager
def no_more_memory(pid: int) -> Iterator[None]:
    """It gets nothing more from the machine, not even what it gives back."""
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (2**20, before[1]))
    yield
    with suppress(ProcessLookupError):  # it may have ended by now
        resource.prlimit(pid, resource.RLIMIT_AS, before)


@pytest.mark.timeout(300)  # a claim may have to run out
def test_while_there_is_no_memory_at_all_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "LARGE", crowd.LARGE * TIMES_LARGE)
    with Rig(tmp_path / "rig", seed=1) as rig:
        rig.under_load(10)
        rig.settle()
        process = rig.node.process
        assert process

        def use_up() -> None:
            with no_more_memory(process.pid):
                rig.until(lambda: rig.refused or rig.heard == 30 or rig.node.times_said("stopping"), "nothing happens")
            rig.supervise(lambda: rig.heard == 30)

        rig.under_load(30, use_up)
        rig.audit(faults=("MemoryError", "Cannot allocate memory", "can't start new thread"))
        assert {said[0] for said in rig.refusals} <= {"4"}
