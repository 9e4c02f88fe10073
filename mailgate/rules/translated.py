"""A line of commands as another reader would write it: the command words in his language, all else as it stands."""

from __future__ import annotations

import re

from mailgate.rules.command_line import read_line
from mailgate.rules.vocabulary import ENTRIES, fold
from mailgate.rules.written import Command
from mailgate.sentence import Sentence


def translated(line: str) -> Sentence:
    """`#zuweisen ben; due fri` is `#assign ben; due fri` and `#zuweisen ben; termin fri`."""
    read = read_line(line)
    commands = read.commands if read else ()
    return Sentence(_in(line, commands, german=False), _in(line, commands, german=True))


def _in(line: str, commands: tuple[Command, ...], *, german: bool) -> str:
    done, rest = "", line
    for each in commands:
        entry = ENTRIES.get(fold(each.name))
        # At the sign, behind the number of a ticket, or behind what parts two commands.
        found = re.search(rf"(?:^|[#@!;]|\d)\s*({re.escape(each.word)})(?!\w)", rest) if entry and each.word else None
        if entry is None or found is None:
            continue
        words = entry.german if german else (entry.name,)
        own = any(fold(each.word) == fold(word) for word in words)
        done += rest[: found.start(1)] + (each.word if own or not words else words[0])
        rest = rest[found.end(1) :]
    return done + rest
