"""A reporter closes his own ticket: `#close` in a mail with his own token (CONTRACT 6), the one command he has."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from mailgate.desk import change, splitting
from mailgate.desk.threads import TokenUse
from mailgate.desk.tickets import Ticket
from mailgate.outbox.sentences import sentence
from mailgate.rules.commands import read_commands
from mailgate.sentence import Sentence
from mailgate.store.db import Tx

_GAP = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Said:
    """His new words without the command, and whether he closes."""

    text: str
    closes: bool = False


def read(use: TokenUse | None, text: str, names: Collection[str]) -> Said:
    """Whatever else looks like a command stays an ordinary word. `names`: as `read_commands` takes them."""
    if use is None or not use.by_person or use.role != "reporter":
        return Said(text)
    commands = read_commands(text, names).commands
    if not any(each.name == "close" and each.ticket is None for each in commands):
        return Said(text)
    return Said(without_lines(text, "close"), closes=True)


def without_lines(text: str, command: str) -> str:
    """A reporter's words without the lines that hold this command alone."""
    left = "\n".join(line for line in text.split("\n") if not _only_says(line, command))
    return _GAP.sub("\n\n", left).strip("\n")


def close(tx: Tx, ticket: Ticket, name: str) -> tuple[Ticket, tuple[Sentence, ...]]:
    """The ticket afterwards, and what agents are told. What is closed already stays so."""
    after = change.move(tx, ticket, "reporter", "reporter_close")
    if after.status == ticket.status:
        return after, ()
    splitting.close_after(tx, after, "reporter")
    return after, (sentence("change.closed", name=name, number=ticket.number),)


def _only_says(line: str, command: str) -> bool:
    written = read_commands(line)
    return bool(written.commands) and {each.name for each in written.commands} == {command} and not written.text
