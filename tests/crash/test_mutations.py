"""What is taken out of mailgate turns the rig red: here the quick ones, in `python -m tests.crash mutations` all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.crash.experiments import EXPERIMENTS, Size
from tests.crash.mutations import MUTATIONS

pytestmark = pytest.mark.timeout(300)
SEED = random.randrange(10**6)
QUICK = ("synchronous-off", "no-shield", "no-fence")


@pytest.mark.sqlite
@pytest.mark.parametrize("name", QUICK)
def test_without_it_the_rig_is_red(name: str, tmp_path: Path) -> None:
    # A daemon that does not even start proves nothing (a RuntimeError); one that does not start again is a finding.
    with pytest.raises(AssertionError):
        EXPERIMENTS[MUTATIONS[name].red](tmp_path, Size(kills=4, mails=60, cuts=1, stops=1), SEED, mutation=name)
