"""A desk whose configuration changes under it: edited as files, checked, taken over as at a reload."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from mailgate.desk import succession
from mailgate.settings import load
from tests.stories.example import Json
from tests.stories.world import World

Edit = Callable[[Json], object]


def follow(desk: World, **edits: Edit) -> None:
    """Change files (`people`, `categories`, …) by these functions, and let the desk work on."""
    write(desk, **edits)
    old, desk.settings = desk.settings, load.read(desk.folder / "config", os.environ)
    with desk.store.transaction(desk.settings, desk.clock.now()) as tx:
        succession.take_over(tx, old)
    desk.work()


def write(desk: World, **edits: Edit) -> None:
    """Only change the files."""
    for name, edit in edits.items():
        path = desk.folder / "config" / f"{name}.yaml"
        content = json.loads(path.read_text())
        edit(content)
        path.write_text(json.dumps(content, indent=1))


def renamed(what: str, old: str, new: str) -> Edit:
    """In that mapping `old` is called `new` now, and says so."""

    def edit(content: Json) -> None:
        content[what] = {new if name == old else name: value for name, value in content[what].items()}
        content[what][new]["was"] = [old]

    return edit


def retired(what: str, name: str) -> Edit:
    """`active: false`"""

    def edit(content: Json) -> None:
        content[what][name]["active"] = False

    return edit
