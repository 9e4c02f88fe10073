"""A store of its own for each test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailgate.store.db import Store, open_store
from tests.store.example import settings_at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(settings_at(tmp_path), create=True)
    yield store
    store.close()
