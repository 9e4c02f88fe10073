"""Migrations: they lead to the tables as they are declared, go on where they were killed, and refuse a newer schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from mailgate.errors import StoreUnavailable
from mailgate.settings.model import Settings
from mailgate.store import migrations, version
from mailgate.store.db import open_store
from mailgate.store.migrations import Database
from mailgate.store.tables import DESK, JOURNAL
from tests.store import first
from tests.store.example import NOON, arrive, settings_at, transmission

STEP = '''
"""step {number}"""
from alembic import op
import sqlalchemy as sa
revision, down_revision = "{number:04}", {before}
def upgrade(part):
    op.execute("CREATE TABLE step_{number}_of_" + part + " (id INTEGER)")
    op.execute({then})
'''
TABLES = {"journal": JOURNAL, "desk": DESK}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_at(tmp_path / "state")


@pytest.fixture
def databases(settings: Settings) -> Iterator[tuple[Database, ...]]:
    with migrations.databases(settings, create=True) as found:
        yield found


def scripts(folder: Path, then: str = '"SELECT 1"') -> Path:
    """Three steps; `then` is the end of the second."""
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    for number in (1, 2, 3):
        before = repr(f"{number - 1:04}") if number > 1 else None
        text = STEP.format(number=number, before=before, then=then if number == 2 else '"SELECT 1"')
        (folder / "versions" / f"{number:04}_{len(then)}.py").write_text(text)
    return folder


def differences(database: Database, part: str) -> list[Any]:
    with database.engine.connect().execution_options(read_only=True) as connection:
        ours = set(TABLES[part].tables)

        def is_ours(name: str | None, kind: str, parents: Any) -> bool:
            return kind != "table" or name in ours

        options = {"compare_type": True, "include_name": is_ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), TABLES[part]))


def run_all(databases: tuple[Database, ...], folder: Path = migrations.HERE) -> None:
    for step in migrations.steps(databases, folder):
        migrations.run(step)


def test_the_steps_lead_to_the_tables_as_they_are_declared(databases: tuple[Database, ...]) -> None:
    run_all(databases)
    assert [differences(each, part) for each in databases for part in each.parts] == [[], []]
    assert migrations.steps(databases) == []


def test_the_first_step_is_what_the_tables_were_before_the_first_release() -> None:
    stale = [path.name for path, text in first.files().items() if path.read_text() != text]
    assert not stale, "the tables have changed: `python -m tests.store.first` (until the first release)"


def test_the_last_step_is_the_schema_of_this_version(databases: tuple[Database, ...]) -> None:
    assert {step.number for step in migrations.steps(databases)} == set(range(1, version.SCHEMA + 1))


def test_what_was_migrated_is_opened_and_keeps_its_mails(settings: Settings, databases: tuple[Database, ...]) -> None:
    run_all(databases)
    store = open_store(settings)
    assert arrive(store, transmission("erika")) == [1]
    store.close()
    assert migrations.steps(databases) == []


def test_a_step_that_is_killed_leaves_nothing_and_is_done_again(
    tmp_path: Path, databases: tuple[Database, ...]
) -> None:
    killed = scripts(tmp_path / "killed", '"SELECT nothing FROM nowhere"')
    with pytest.raises(sa.exc.DBAPIError):
        run_all(databases, killed)
    assert numbers(databases)[0] == 1
    run_all(databases, scripts(tmp_path / "whole"))
    assert numbers(databases) == [3] * len(databases)


def numbers(databases: tuple[Database, ...]) -> list[int | None]:
    with ExitStack() as opened:
        return [version.found(opened.enter_context(each.engine.connect())) for each in databases]


def test_a_step_that_somebody_else_has_done_is_not_done_twice(databases: tuple[Database, ...]) -> None:
    steps = migrations.steps(databases)
    for step in (*steps, *steps):
        migrations.run(step)
    assert numbers(databases) == [version.SCHEMA] * len(databases)


def test_a_newer_database_is_refused(databases: tuple[Database, ...]) -> None:
    with databases[0].engine.begin() as connection:
        version.write(connection, version.SCHEMA + 1)
    with pytest.raises(StoreUnavailable, match="newer mailgate"):
        migrations.steps(databases)


def test_nodes_that_give_signs_of_life_are_named(databases: tuple[Database, ...]) -> None:
    assert migrations.nodes_alive(databases, NOON) == []
    run_all(databases)
    with databases[-1].engine.begin() as connection:
        lease = {"name": "node:a:1", "holder": "a:1", "fence": 1, "until": NOON}
        connection.execute(sa.insert(migrations.LEASE).values(lease))
    assert migrations.nodes_alive(databases, NOON) == []
    assert migrations.nodes_alive(databases, NOON.replace(hour=11)) == ["a:1"]
