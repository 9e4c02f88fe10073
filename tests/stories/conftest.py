"""The desk of the stories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.stories.example import Json
from tests.stories.world import World

DeskWith = Callable[[Json], World]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as world:
        yield world


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[DeskWith]:
    """A desk with changes of its configuration; several of them are desks of their own."""
    with ExitStack() as opened:
        folders = (tmp_path / f"desk{number}" for number in range(9))
        yield lambda changes: opened.enter_context(World(next(folders), changes))
