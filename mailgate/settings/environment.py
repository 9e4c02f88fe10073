"""`${NAME}` in a text is an environment variable; `something_file:` names a file that has to be there.

Neither the value of a variable nor the content of a file ever stands in a message.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mailgate.settings.problems import Problem
from mailgate.settings.tree import Found, Node, everything

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def filled(text: str, environ: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The text with its variables filled in, and the names of those that are not set."""
    missing = tuple(name for name in _VARIABLE.findall(text) if name not in environ)
    return _VARIABLE.sub(lambda found: environ.get(found[1], found[0]), text), missing


def state_folder(folder: Path, state: str | None, environ: Mapping[str, str]) -> Path:
    """Where relative paths count from: `site.state`, else $STATE_DIRECTORY, else `var` beside the configuration."""
    if state:
        return folder.absolute().parent / state
    # systemd joins several state directories with colons; the first is ours.
    given = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else folder.absolute().parent / "var"


def missing_files(root: Node, state: Path) -> Iterator[Problem]:
    """A problem for each `…_file:` that is not there or may not be read."""
    for found in everything(root):
        if str(found.path[-1]).endswith("_file") and found.text is not None and (why := _unreadable(found, state)):
            yield found.problem(why)


def _unreadable(found: Found, state: Path) -> str | None:
    path = state / (found.text or "")
    # A file named by a variable may give away what the variable holds, so the message names it as written.
    named = str(path) if found.text == found.written else found.written
    if not path.exists():
        return f"there is no file {named}; relative paths count from the state folder"
    if not path.is_file():
        return f"{named} is no file"
    return None if os.access(path, os.R_OK) else f"the file {named} may not be read by this user"
