"""A copy of the desk to try something on: in memory or in a file, whatever pages the desk has."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailgate.store import snapshot
from mailgate.store.db import Store, open_store
from mailgate.store.tables import Cursor, table_of
from tests.store.example import settings_at

CURSOR = table_of(Cursor)
Copying = Callable[[Store], AbstractContextManager[Store]]
pytestmark = pytest.mark.sqlite


def names(store: Store) -> list[str]:
    with store.desk.connect() as connection:
        return list(connection.scalars(sa.select(CURSOR.c.name)))


@pytest.fixture(params=[4096, 8192])
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Store:
    """A desk that was made by an older SQLite's own choice of pages, or by ours."""
    with closing(sqlite3.connect(tmp_path / "desk.db")) as file:
        file.executescript(
            f"PRAGMA page_size={request.param}; PRAGMA journal_mode=WAL; CREATE TABLE other (id INTEGER)"
        )
    return open_store(settings_at(tmp_path), create=True)


@pytest.mark.parametrize("copying", [snapshot.aside, snapshot.thrown_away])
def test_what_is_tried_on_a_copy_does_not_happen(store: Store, copying: Copying) -> None:
    with copying(store) as copy, copy.desk.begin() as connection:
        connection.execute(sa.insert(CURSOR).values(name="tried", value=1))
        assert store.desk is not copy.desk
    assert "tried" not in names(store)
    store.close()


def test_a_large_desk_is_copied_into_a_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MOST_BYTES", 0)
    with snapshot.thrown_away(store) as copy:
        with copy.desk.begin() as connection:
            connection.execute(sa.insert(CURSOR).values(name="tried", value=1))
        assert Path(str(copy.desk.url.database)).name == "desk.db"
        assert "tried" in names(copy)
    assert "tried" not in names(store)
    store.close()
