"""The desk of the stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.world import World


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as world:
        yield world
