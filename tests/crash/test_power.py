"""The power is cut: what was said 250 to is there. And without the fsync it is not, so this would be noticed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash import experiments
from tests.crash.experiments import Size
from tests.crash.machine import Machine
from tests.crash.rig import Rig

pytestmark = pytest.mark.sqlite
SEED = random.randrange(10**6)


@pytest.fixture(autouse=True)
def seed() -> None:
    print("seed", SEED)  # pytest shows it with a failure


@pytest.mark.timeout(300)
def test_200_acknowledged_mails_are_there_after_power_cuts(tmp_path: Path) -> None:
    experiments.power(tmp_path, Size(0, 0, cuts=2, stops=0), SEED)


def test_the_disk_of_this_machine_keeps_what_was_fsynced_and_nothing_else(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    machine = Machine(tmp_path / "machine", state, durable=True)
    script = """
import os
def write(name, text, sync):
    with open(name, "w") as file:
        file.write(text); file.flush()
        if sync: os.fsync(file.fileno())
write("kept", "whole", True)
write("empty", "lost", False)
folder = os.open(".", os.O_RDONLY)
os.fsync(folder)
write("unlisted", "nobody knows it", True)
"""
    experiments.run_python(script, state, machine.environ)
    machine.cut(None)
    assert {file.name: file.read_text() for file in state.iterdir()} == {"kept": "whole", "empty": ""}


def test_with_a_clean_start_nothing_is_missing_either(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=SEED, machine="durable") as rig:
        rig.under_load(20)
        rig.settle()
        rig.end_daemon()
        rig.machine.cut(rig.luck)
        rig.node.start()
        rig.audit()
        assert rig.doubts == 0
