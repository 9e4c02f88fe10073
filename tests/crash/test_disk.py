"""The disk is full, read-only or broken, or the state folder is away: 4xx, no 250, and all is well once it is back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.machine import Machine
from tests.crash.rig import Rig

pytestmark = pytest.mark.sqlite
TROUBLES: dict[str, Callable[[Machine], None]] = {"full": Machine.is_full, "read-only": Machine.is_read_only}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_while_the_disk_takes_nothing_mails_wait_outside_and_then_come_in(trouble: str, tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:

        def break_and_mend() -> None:
            rig.until(lambda: rig.heard > 3, "nobody has come in")
            TROUBLES[trouble](rig.machine)
            rig.more(10)  # the others may all have come in by now
            rig.until(lambda: rig.refused > 20, "nobody was turned away")
            heard = rig.heard
            rig.until(lambda: rig.refused > 60, "not turned away again and again")
            assert rig.heard == heard, "250 was said while nothing could be written"
            rig.machine.works()

        rig.under_load(30, break_and_mend)
        rig.audit()
        assert {said[:9] for said in rig.refusals} <= {"451 4.3.1", "452 4.3.1"}


def test_after_a_failed_fsync_the_daemon_ends_and_the_next_one_has_everything(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:

        def fail_and_restart() -> None:
            rig.until(lambda: rig.heard > 3, "nobody has come in")
            rig.machine.fsync_fails()
            assert rig.node.wait() == 1
            rig.end_of_life()
            rig.machine.works()
            rig.node.start()

        rig.under_load(30, fail_and_restart)
        rig.audit()
        assert {said[0] for said in rig.refusals} <= {"4"}


def test_while_the_state_folder_is_away_nothing_is_lost(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1) as rig:
        away = rig.node.state.with_name("away")

        def take_away_and_bring_back() -> None:
            rig.until(lambda: rig.heard > 3, "nobody has come in")
            rig.node.state.rename(away)
            rig.until(lambda: rig.refused > 5 or rig.heard == 40, "nothing happens")
            shutil.rmtree(rig.node.state, ignore_errors=True)
            away.rename(rig.node.state)

        rig.under_load(40, take_away_and_bring_back)
        rig.audit()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real one of 24 MB in memory."""
    disk = tmp_path / "rig" / "state"
    disk.mkdir(parents=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a small disk can not be mounted here: a really full one is tried elsewhere")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_really_full_disk_is_the_same(small_disk: Path) -> None:
    with Rig(small_disk.parent, seed=1, changes={"limits": {"free_disk": "64KiB"}}) as rig:

        def fill_and_empty() -> None:
            rig.until(lambda: rig.heard > 3, "nobody has come in")
            _fill(small_disk / "rubbish")
            rig.more(10)  # the others may all have come in by now
            rig.until(lambda: rig.refused > 20, "nobody was turned away")
            (small_disk / "rubbish").unlink()

        rig.under_load(30, fill_and_empty)
        rig.audit()
        assert {said[:9] for said in rig.refusals} <= {"451 4.3.1", "452 4.3.1"}


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as rubbish:
        for size in (2**20, 4096, 1):
            try:
                while rubbish.write(os.urandom(size)) == size:
                    pass
            except OSError:
                continue
