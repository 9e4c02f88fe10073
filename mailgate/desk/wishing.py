"""A reporter says by when he wants it done: `#wanted DATE` in the mail that opens his ticket (CONTRACT 6)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mailgate.desk import change
from mailgate.desk.agent_writes import CommandResult
from mailgate.desk.closing import without_lines
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.rules.command_parts import SIGNS
from mailgate.rules.commands import read_commands
from mailgate.rules.dates import moment_of
from mailgate.settings.model import Settings
from mailgate.store.db import Tx

_SIGN = re.compile(SIGNS)
_MAY_COMMAND = re.compile(rf"^[^\w\n]*?{SIGNS}", re.MULTILINE)
_MOST_LINES = 500
"""That may be commands. Who writes more of them means none; to read fifty thousand holds up everybody."""


@dataclass(frozen=True, slots=True)
class Wish:
    """His new words without the command, and the date."""

    text: str
    wanted_by: datetime | None = None

    @property
    def results(self) -> tuple[CommandResult, ...]:
        """The command as `explain` shows it; nothing where there is none."""
        return (CommandResult("wanted", "", True, ""),) if self.wanted_by else ()


def read(settings: Settings, text: str, names: Collection[str], kind: str, now: datetime) -> Wish:
    """Whatever is no date stays an ordinary word: a reporter's mail is never refused. `names`: as `read_commands` takes
    them; `kind`: whose calendar says when a day ends."""
    # Hardly any mail does, and to read it line by line costs as much as all its letters.
    if not _SIGN.search(text) or not 0 < _lines_that_may_command(text) <= _MOST_LINES:
        return Wish(text)
    said = [each for each in read_commands(text, names).commands if each.name == "wanted" and each.ticket is None]
    if not said:
        return Wish(text)
    named = settings.all_kinds.get(kind)
    try:
        at = moment_of(settings, said[0].args, now, named.calendar if named else None, settings.site.timezone)
    except RefusedCommand:
        return Wish(text)
    return Wish(without_lines(text, "wanted"), at)


def _lines_that_may_command(text: str) -> int:
    """How many there are, counted as far as it matters."""
    return sum(1 for _ in islice(_MAY_COMMAND.finditer(text), _MOST_LINES + 1))


def remember(tx: Tx, ticket: Ticket, wish: Wish) -> Ticket:
    """The wish stands on his ticket."""
    if wish.wanted_by is None:
        return ticket
    return change.apply(tx, ticket, "reporter", "wanted", wanted_by=wish.wanted_by)
