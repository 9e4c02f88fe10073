"""The clock jumps by a day, to and fro: no letter is doubled, none is forgotten, and what is due happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.experiments import DAY
from tests.crash.rig import Rig
from tests.daemon.node import mail_of


def test_whatever_the_clock_says_each_mail_is_answered_once(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:
        for off in (DAY, 0, -DAY, 0):
            rig.under_load(15, lambda off=off: rig.machine.clock_is_off_by(off))  # type: ignore[misc]
            rig.settle()
        rig.audit()
        assert rig.doubts == 0


def test_a_letter_that_is_due_tomorrow_leaves_when_it_is_tomorrow(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:
        rig.node.relay.defer("r0@customer.example", times=1)
        rig.under_load(1)
        rig.until(lambda: rig.node.relay.commands["RCPT"], "the relay was not asked")
        rig.node.said("Try again later")
        rig.machine.clock_is_off_by(DAY)
        rig.audit()
        assert rig.node.relay.commands["RCPT"] == 2


def test_what_was_put_off_while_the_clock_was_ahead_leaves_once_it_is_right(tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:
        rig.node.relay.defer("r0@customer.example", times=1)
        rig.machine.clock_is_off_by(DAY)
        rig.under_load(1)
        rig.node.said("Try again later")
        rig.machine.works()
        rig.node.relay.wait_for(1, "r0@customer.example", timeout=60)


@pytest.mark.parametrize("off", [DAY, -DAY], ids=["forward", "back"])
def test_the_clocks_jobs_go_on_after_a_jump(off: int, tmp_path: Path) -> None:
    with Rig(tmp_path / "rig", seed=1, machine="own") as rig:
        rig.machine.clock_is_off_by(off)
        rig.node.send(mail_of("erika", subject="hold me"))
        rig.node.relay.wait_for(1, "ops@example.com", timeout=60)
