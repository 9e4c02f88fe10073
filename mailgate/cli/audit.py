"""`mailgate audit verify`: is the history complete and unchanged?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from mailgate.cli.common import AsJson, Config, folder_of, print_json, say
from mailgate.cli.mistaken import reading_all_the_same
from mailgate.clock import Clock
from mailgate.desk import audit, seals
from mailgate.desk.views import when
from mailgate.sentence import many
from mailgate.settings import load
from mailgate.store import evidence

commands = typer.Typer(help="Prove the history complete and unchanged.", no_args_is_help=True)

_HASH = re.compile(r"[0-9a-fA-F]{64}")
LOOK_EVERY = 500
BAR_AFTER_SECONDS = 1.0


@commands.callback()
def options() -> None:
    """Prove the history complete and unchanged."""


@commands.command()
def verify(
    config: Config = None,
    anchor: Annotated[str | None, typer.Option(metavar="HASH", help="Hash of a seal, kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at every event, every mail behind it and every seal. 0 only when all is as it was."""
    if anchor is not None and not _HASH.fullmatch(anchor.strip()):
        raise typer.BadParameter(f"'{anchor}' is no hash of a seal: one has 64 digits, 0 to f", param_hint="--anchor")
    folder = folder_of(config)
    with reading_all_the_same(folder, load.examine(folder, os.environ)) as (store, tx):
        size = evidence.size(tx)
        with _bar(size.events + size.mails) as step:
            found = audit.verify(tx, store, anchor.strip().lower() if anchor else None, step=step)
        last = seals.anchor(tx) if not found else None  # nobody is to keep the anchor of a broken history
    document = {
        "ok": not found,
        **asdict(size),
        "anchor": last[0] if last else None,
        "sealed_at": when(last[1]) if last else None,
        "findings": [asdict(each) for each in found],
    }
    print_json(document) if as_json else _for_people(document)
    raise typer.Exit(1 if found else 0)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar for people, once they have waited for a second. What it yields is told of each thing looked at."""
    clock, done = Clock(), 0
    bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    task, began = bar.add_task("examining", total=total), clock.monotonic()

    def step(more: int) -> None:
        nonlocal done
        done += more
        if done % LOOK_EVERY == 0 and clock.monotonic() - began > BAR_AFTER_SECONDS:
            bar.start()
            bar.update(task, completed=done)

    try:
        yield step
    finally:
        bar.stop()


def _for_people(one: dict[str, Any]) -> None:
    for finding in one["findings"]:
        say(finding["what"])
    events, chains, mails, sealed = (many(one[f"{each}s"], each) for each in ("event", "chain", "mail", "seal"))
    counted = f"{events} of {chains}, {mails}, {sealed}"
    if not one["ok"]:
        say(f"The history is not whole. There are {counted}.")
        return
    say(f"The history is complete and unchanged: {counted}.")
    if one["anchor"]:
        say(f"Anchor of {one['sealed_at']}: {one['anchor']}")
    else:
        say("There is no seal yet: the daemon sets one every hour.")
