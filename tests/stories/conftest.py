"""The desk of the stories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.stories.answering import reported, taken
from tests.stories.beginnings import Databases
from tests.stories.example import Json
from tests.stories.world import ANNA, BEN, World

DeskWith = Callable[[Json], World]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("desks"))
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, databases: Databases) -> Iterator[World]:
    with databases.lent() as store, World(tmp_path, store=store) as world:
        yield world


@pytest.fixture
def desk_with(tmp_path: Path, databases: Databases) -> Iterator[DeskWith]:
    """A desk with changes of its configuration; several of them are desks of their own."""
    with ExitStack() as opened:
        folders = (tmp_path / f"desk{number}" for number in range(9))

        def made(changes: Json) -> World:
            store = opened.enter_context(databases.lent())
            return opened.enter_context(World(next(folders), changes, store))

        yield made


@pytest.fixture
def new(desk: World) -> World:
    """Erika has written; the group knows of it."""
    return reported(desk)


@pytest.fixture
def mine(desk: World) -> World:
    """Anna is at work on what Erika has written."""
    return taken(desk, ANNA)


@pytest.fixture
def bens(desk: World) -> World:
    """Ben is at work on what Erika has written."""
    return taken(desk, BEN)
