"""The commands of reporters: `#close` and `#wanted` (CONTRACT 6), and their words without them.

Commands stand at the start or the end of a text, so only these lines are read: between them may lie megabytes of a log.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mailgate.rules.commands import read_commands
from mailgate.rules.written import Command

AT_EACH_END = 100
"""So many lines are looked at, which is more than anybody writes above or below his words."""
LONGEST = 500
"""A longer line, in characters, is none of them."""
_MAY_COMMAND = re.compile(r"\W*?#")
_GAP = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_WORDS = "…"


@dataclass(frozen=True, slots=True)
class _Ends:
    """Lines of a text: the first and the last ones, and all between them as one piece, None where there is nothing."""

    first: list[str]
    between: str | None
    last: list[str]

    @property
    def may_command(self) -> bool:
        """Hardly any mail does, and to read its lines costs as much as all its letters."""
        return any(map(_may_command, (*self.first, *self.last)))

    @property
    def shortened(self) -> str:
        """What commands are read from: other words stand for all that is long."""
        between = [] if self.between is None else [_WORDS]
        return "\n".join(_WORDS if len(line) > LONGEST else line for line in (*self.first, *between, *self.last))


def first(text: str, names: Collection[str], name: str) -> Command | None:
    """The first command of that name, for no other ticket than the mail's own. Whatever else looks like one stays an
    ordinary word. `names`: as `read_commands` takes them."""
    if "#" not in text or not (ends := _ends(text)).may_command:
        return None
    commands = read_commands(ends.shortened, names).commands
    return next((each for each in commands if each.name == name and each.ticket is None), None)


def without(text: str, name: str) -> str:
    """His words without the lines that hold this command alone."""
    ends = _ends(text)
    first, last = ([line for line in lines if not _only_says(line, name)] for lines in (ends.first, ends.last))
    between = [] if ends.between is None else [ends.between]
    return _GAP.sub("\n\n", "\n".join([*first, *between, *last])).strip("\n")


def _ends(text: str) -> _Ends:
    *first, rest = text.split("\n", AT_EACH_END)
    if len(first) < AT_EACH_END:
        return _Ends([*first, rest], None, [])
    between, *last = rest.rsplit("\n", AT_EACH_END)
    return _Ends(first, between, last) if len(last) == AT_EACH_END else _Ends(first, None, [between, *last])


def _may_command(line: str) -> bool:
    return len(line) <= LONGEST and _MAY_COMMAND.match(line) is not None


def _only_says(line: str, name: str) -> bool:
    if not _may_command(line):
        return False
    written = read_commands(line)
    return bool(written.commands) and {each.name for each in written.commands} == {name} and not written.text
