"""A desk with a past, made once, and a copy of it for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.past import Past, live
from tests.stories.world import World


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Only to be copied."""
    folder = tmp_path_factory.mktemp("lived")
    with World(folder) as desk:
        live(desk)
        return Past(folder / "state", desk.settings, desk.clock.now())


@pytest.fixture
def past(lived: Past, tmp_path: Path) -> Past:
    """To be tampered with."""
    return lived.copy(tmp_path / "state")
