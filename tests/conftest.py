"""On which database the tests run: `pytest --database=postgresql` for those that open one of their own."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest

gc.disable()  # the tests of the suite stay: to look for garbage among them takes a fifth of the time of each story

from tests import databases, postgres  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="what stores are opened on")


def pytest_configure(config: pytest.Config) -> None:
    databases.CHOSEN = config.getoption("--database")
    config.addinivalue_line("markers", "sqlite: it is about SQLite itself, and left out on PostgreSQL")
    if not hasattr(config, "workerinput"):
        place = ExitStack()
        place.enter_context(postgres.for_this_run())
        config.add_cleanup(place.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if databases.CHOSEN == "postgresql":
        left_out = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
