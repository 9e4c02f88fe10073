"""What an agent wrote, how far it is believed, and what became of each command. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from mailgate.desk.kept import Held
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Enclosure
from mailgate.rules.written import Command, Written
from mailgate.sentence import Sentence
from mailgate.trust.verdict import Level


@dataclass(frozen=True, slots=True)
class AgentMail:
    """What an agent wrote, and how far it is believed."""

    agent: str
    level: Level
    evidence: tuple[Sentence, ...]
    thread: Thread
    written: Written
    certain: bool
    """Everything of ours was cut from the words."""
    uncertain_because: Sentence
    files: tuple[Enclosure, ...]
    message_id: str | None
    language: str

    @property
    def answered(self) -> str | None:
        """Template of the letter it answers."""
        return self.thread.token.template if self.thread.token else None

    def held(self, ticket: Ticket | None, commands: tuple[Command, ...], words: str) -> Held:
        """What is to be kept of it when it can not be carried out."""
        lines, files = tuple(dict.fromkeys(each.line for each in commands)), self.files if words or not commands else ()
        return Held(self.agent, self.language, ticket, self.answered, lines, words, files, self.message_id)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command of a mail and what became of it."""

    command: str
    args: str
    ok: bool
    why: str


Results = tuple[CommandResult, ...]


def results(commands: tuple[Command, ...], ok: bool, why: str = "") -> Results:
    """The same for all commands of a ticket: all or none of them are carried out."""
    return tuple(CommandResult(each.name, each.args, ok, why) for each in commands)
