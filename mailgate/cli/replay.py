"""`mailgate replay`: what another configuration would have made of the mail that came."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from mailgate.cli.common import AsJson, Config, Since, print_json, say, settings_of, since_of
from mailgate.clock import Clock
from mailgate.first_hop import look_of
from mailgate.replay import numbers, replaying
from mailgate.sentence import many
from mailgate.settings import load
from mailgate.settings.model import Settings
from mailgate.store.db import open_store, state_folder
from mailgate.store.snapshot import aside


def replay(
    against: Annotated[Path, typer.Option("--against", metavar="DIR", help="The other configuration.")],
    config: Config = None,
    since: Since = "7d",
    as_json: AsJson = False,
) -> None:
    """Judge stored mail by another configuration, and print only what would come out differently."""
    earliest, settings = since_of(since), settings_of(config)
    other = _as_if_in_place(settings, against)
    store = open_store(settings)
    try:
        which = numbers(store, earliest)
        with aside(store) as desk, replaying(desk, settings, other, look_of(settings, Clock())) as judges:
            found = [each for number in _shown(which) if (each := judges.difference(number))]
    finally:
        store.close()
    if as_json:
        print_json({"total": len(which), "different": found})
    else:
        _for_people(found, len(which))


def _as_if_in_place(settings: Settings, folder: Path) -> Settings:
    """The other configuration as if it took the place of ours: files it names by relative paths are looked for in our
    state folder. Raises ConfigurationError."""
    return load.read(folder, {**os.environ, "STATE_DIRECTORY": str(state_folder(settings))})


def _shown(which: list[int]) -> Iterable[int]:
    """With a progress bar where a person waits."""
    return track(which, "judging", console=Console(stderr=True), disable=not (sys.stderr.isatty() and which))


def _for_people(found: list[dict[str, Any]], total: int) -> None:
    for one in found:
        received = one["received_at"][:16].replace("T", " ")
        say(f"{one['mail']}  {received}  {one['from'] or one['envelope_from']}  {one['subject'] or ''}")
        now, then = one["now"], one["against"]
        for name in (each for each in one["changed"] if each != "letters"):
            say(f"    {name}: {_plain(now[name])} -> {_plain(then[name])}")
        for letter in _without(now["letters"], then["letters"]):
            say(f"    - {letter}")
        for letter in _without(then["letters"], now["letters"]):
            say(f"    + {letter}")
        say(f"    because now: {now['why']}")
        say(f"    because then: {then['why']}")
    of_all = many(total, "mail")
    typer.echo(f"{len(found)} of {of_all} would come out differently." if found else f"No difference in {of_all}.")


def _without(letters: list[str], others: list[str]) -> list[str]:
    """The letters that the others have not, as often as they are more."""
    return list((Counter(letters) - Counter(others)).elements())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value) or "none"
    return "none" if value is None else str(value)
