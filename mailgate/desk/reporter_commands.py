"""The commands of reporters: `#close` and `#wanted` (CONTRACT 6), and their words without them.

Commands stand at the start or the end of a text, so only these lines are read: between them may lie megabytes of a log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from mailgate.rules.commands import read_commands
from mailgate.rules.written import Command

AT_EACH_END = 30
"""So many lines with words are looked at: above a command stands a greeting at most, below it a closing."""
LONGEST = 300
"""A longer line, in characters, is none of them."""
_FARTHEST = 1000
"""So many lines are counted: those without words are many only where nobody has written them."""
_WORD = re.compile(r"\w")
_MAY_COMMAND = re.compile(r"\W*?#")
_GAP = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_OTHER_WORDS = "…"


def first(text: str, names: Collection[str], name: str) -> Command | None:
    """The first command of that name, for no other ticket than the mail's own. Whatever else looks like one stays an
    ordinary word. `names`: as `read_commands` takes them."""
    if "#" not in text:
        return None
    above, between, below = _ends(text)
    # Hardly any mail goes on from here, and to read its lines costs as much as all its letters.
    if not any(map(_may_command, (*above, *below))):
        return None
    lines = (*above, *([_OTHER_WORDS] if between else []), *below)
    read = read_commands("\n".join(each if len(each) <= LONGEST else _OTHER_WORDS for each in lines), names)
    return next((each for each in read.commands if each.name == name and each.ticket is None), None)


def without(text: str, name: str) -> str:
    """His words without the lines that hold this command alone, and without the gaps where they stood."""
    above, between, below = _ends(text)
    kept = (_joined(above, name), *between, _joined(below, name))
    return "\n".join(kept).strip("\n")


def _ends(text: str) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """The lines of both ends, and what lies between them: lines, of a very long text many of them in one piece."""
    *lines, rest = text.split("\n", _FARTHEST)
    lines += rest.rsplit("\n", _FARTHEST)
    above = _until_enough(lines)
    below = _until_enough(reversed(lines[above:]))
    return lines[:above], lines[above : len(lines) - below], lines[len(lines) - below :]


def _until_enough(lines: Iterable[str]) -> int:
    """How many lines there are up to the last one that is looked at."""
    numbered = list(enumerate(lines, 1))
    with_words = (number for number, line in numbered if _WORD.search(line))
    return next(islice(with_words, AT_EACH_END - 1, None), len(numbered))


def _joined(lines: Iterable[str], name: str) -> str:
    return _GAP.sub("\n\n", "\n".join(line for line in lines if not _only_says(line, name)))


def _may_command(line: str) -> bool:
    return len(line) <= LONGEST and _MAY_COMMAND.match(line) is not None


def _only_says(line: str, name: str) -> bool:
    if not _may_command(line):
        return False
    written = read_commands(line)
    return bool(written.commands) and {each.name for each in written.commands} == {name} and not written.text
