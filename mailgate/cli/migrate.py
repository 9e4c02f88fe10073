"""`mailgate migrate`: raises the database to the schema of this version, or says what would be done."""

from __future__ import annotations

from typing import Annotated

import typer

from mailgate.cli.common import AsJson, Config, print_json, settings_of
from mailgate.clock import Clock
from mailgate.errors import NoDatabase, StoreUnavailable
from mailgate.sentence import many
from mailgate.settings.model import Settings
from mailgate.store import migrations, version
from mailgate.store.db import state_folder
from mailgate.store.migrations import Database, Step
from mailgate.store.running import running


def migrate(
    config: Config = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is to do; 1 where there is something.")] = False,
    as_json: AsJson = False,
) -> None:
    """Raise the database to the schema of this version. Stop mailgate first; killed in the middle, run it again."""
    settings = settings_of(config)
    with migrations.databases(settings, create=not check) as databases:
        if not databases:
            raise NoDatabase(f"There is no database at {state_folder(settings)}: `mailgate migrate` makes one.")
        steps = migrations.steps(databases)
        if steps and not check:
            _nobody_works(settings, databases)
        for step in steps:
            if not as_json:
                typer.echo(f"{step.database.name}: {step.number}, {step.what}")
            if not check:
                migrations.run(step)
    if as_json:
        print_json({"schema": version.SCHEMA, "done": not check, "steps": [_document(each) for each in steps]})
    else:
        typer.echo(_in_words(steps, check))
    raise typer.Exit(1 if check and steps else 0)


def _nobody_works(settings: Settings, databases: tuple[Database, ...]) -> None:
    """Raises StoreUnavailable where a daemon would find other tables than it knows."""
    if running(state_folder(settings)):
        raise StoreUnavailable("A mailgate is running here: stop it, run `mailgate migrate`, and start it again.")
    if alive := migrations.nodes_alive(databases, Clock().now()):
        raise StoreUnavailable(
            f"Other nodes work on this database: stop them first ({', '.join(alive)}). One that was killed counts as "
            "alive for 30 seconds."
        )


def _document(step: Step) -> dict[str, str | int]:
    return {"database": step.database.name, "number": step.number, "what": step.what}


def _in_words(steps: list[Step], check: bool) -> str:
    if not steps:
        return f"Nothing to do: the database has schema {version.SCHEMA}."
    counted = many(len(steps), "step")
    return f"{counted} to do: run `mailgate migrate`." if check else f"{counted} done: schema {version.SCHEMA}."
