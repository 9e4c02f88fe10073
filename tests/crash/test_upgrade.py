"""`mailgate migrate` is killed at any step: the next run goes on, and the daemon starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.points import NAMED
from tests.crash.rig import Rig
from tests.daemon.node import mail_of

STEPS = [("migration-written", 1), ("migration-committed", 1)]
"""Where, and on the way to which database: the first is the journal."""


@pytest.mark.parametrize(("name", "nth"), STEPS)
@pytest.mark.sqlite
def test_a_migration_that_was_killed_goes_on(name: str, nth: int, tmp_path: Path) -> None:
    rig = Rig(tmp_path / "rig", seed=1)
    with rig.prepared():
        number = rig.arm(NAMED[name], nth, "kill")
        assert migrate(rig) == -9
        assert rig.fired(number)
        assert migrate(rig) == 0
        assert migrate(rig) == 0
        rig.node.start()
        rig.node.send(mail_of("erika"))
        rig.node.until(lambda: rig.node.settled(1))
        rig.node.audit({"erika"})


def migrate(rig: Rig) -> int:
    command = [sys.executable, "-m", "mailgate", "migrate", "--config", str(rig.node.config)]
    return subprocess.run(command, env={**os.environ, **rig.environ}, capture_output=True, check=False).returncode
