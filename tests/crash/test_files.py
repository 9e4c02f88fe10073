"""All file descriptors are used up: whoever comes waits or is told 4xx, no mail suffers, and all goes on by itself once
there are some again."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.rig import Rig


@contextmanager
def only(more: int, processes: Iterable[int]) -> Iterator[None]:
    """Each of them may have so many more files open than now."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in processes}
    for pid, (_, hard) in before.items():
        used = max((int(file.name) for file in Path(f"/proc/{pid}/fd").iterdir()), default=0) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + more, hard))
    yield
    for pid, limits in before.items():
        if Path(f"/proc/{pid}").exists():
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)


def daemon(rig: Rig) -> list[int]:
    assert rig.node.process
    return [rig.node.process.pid]


def workers(rig: Rig) -> list[int]:
    rig.node.worker()
    return rig.node.workers


@pytest.mark.parametrize("who", [daemon, workers])
def test_while_no_file_can_be_opened_nothing_is_lost(who: Callable[[Rig], list[int]], tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1) as rig:
        rig.under_load(10)
        rig.settle()

        def use_up() -> None:
            with only(rig.luck.randrange(5), who(rig)):
                rig.until(lambda: rig.node.times_said("oo many open files") or rig.heard > 25, "nothing happens")

        rig.under_load(30, use_up)
        rig.audit()
        assert {said[0] for said in rig.refusals} <= {"4"}
