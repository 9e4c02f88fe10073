"""A reporter says by when he wants it done: `#wanted DATE` in the mail that opens his ticket (CONTRACT 6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from mailgate.desk import change, reporter_commands
from mailgate.desk.agent_writes import CommandResult
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.rules.dates import moment_of
from mailgate.settings.model import Settings
from mailgate.store.db import Tx


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
    said = reporter_commands.first(text, names, "wanted")
    if said is None:
        return Wish(text)
    named = settings.all_kinds.get(kind)
    try:
        at = moment_of(settings, said.args, now, named.calendar if named else None, settings.site.timezone)
    except RefusedCommand:
        return Wish(text)
    return Wish(reporter_commands.without(text, "wanted"), at)


def remember(tx: Tx, ticket: Ticket, wish: Wish) -> Ticket:
    """The wish stands on his ticket."""
    if wish.wanted_by is None:
        return ticket
    return change.apply(tx, ticket, "reporter", "wanted", wanted_by=wish.wanted_by)
