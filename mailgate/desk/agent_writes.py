"""What an agent wrote, how far it is believed, and what became of each command. Values only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailgate.desk.kept import Held
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.view import Effect
from mailgate.rules.written import Command, Written
from mailgate.sentence import Sentence
from mailgate.trust.verdict import Level

SETTLING = ("confirm", "command_refused")
"""Letters whose answers bring a kept mail back."""
ASKING = ("help", "list", "show", "history", "report")
"""Commands that are questions: they stand beside others and concern none of them."""


@dataclass(frozen=True, slots=True)
class AgentMail:
    """What an agent wrote, and how far it is believed."""

    agent: str
    level: Level
    thread: Thread
    written: Written
    text: str
    """All of his mail."""
    certain: bool
    """Everything of ours was cut from the words."""
    uncertain_because: Sentence
    files: tuple[Enclosure, ...]
    message_id: str | None
    language: str
    about: int | None = None
    """The message that the letter he answers had brought."""
    kept_from: int | None = None
    """The arrival whose kept words these are."""
    was_asked: bool = False
    """They were asked back, and this is what he said yes to."""
    seen: datetime | None = None
    """When the letter was written that it answers, or the question he says yes to: what is newer he did not know of."""
    draft_edited: bool = False
    """It answers a `merged_draft` and quotes that otherwise than it was."""
    shown: str = ""
    """The new words as of somebody outside, where all is shown when in doubt: what he wrote in or below the quoted
    letter stands here too."""
    to_letter: int | None = None
    """The letter it answers; of kept words the one that they had answered."""

    @property
    def answered(self) -> str | None:
        """Template of the letter it answers."""
        return self.thread.token.template if self.thread.token else None

    @property
    def enclosed(self) -> tuple[Enclosure, ...]:
        """What he enclosed: a logo in a signature says nothing."""
        return tuple(each for each in self.files if each.content_id is None)

    def held_whole(self, ticket: Ticket | None, commands: tuple[Command, ...], words: str) -> Held:
        """As `held`, where no other part of the mail takes its files."""
        return replace(self.held(ticket, commands, words), files=self.files if words else self.enclosed)

    def held(self, ticket: Ticket | None, commands: tuple[Command, ...], words: str) -> Held:
        """What is to be kept of it when it can not be carried out."""
        return Held(
            agent=self.agent,
            language=self.language,
            ticket=ticket,
            # What was written there had no other place to go than the commands that settle something.
            answered="command_done" if self.answered in SETTLING else self.answered,
            commands=tuple(dict.fromkeys(each.line for each in commands)),
            words=words,
            files=self.files if words or not commands else (),
            message_id=self.message_id,
            about=self.about,
            mail=self.kept_from,
            was_asked=self.was_asked,
            seen=self.seen,
            draft_edited=self.draft_edited,
            uncertain=bool(words) and not self.certain and self._answers,
            to_letter=self.to_letter,
            partly=bool(commands) and self.says_more_than(len(commands), words),
        )

    @property
    def _answers(self) -> bool:
        """Where there is nothing of ours to be quoted, all words are his."""
        return self.thread.ticket is not None or self.thread.token is not None

    def says_more_than(self, commands: int, words: str) -> bool:
        """Whether these, the questions aside, are not all of it."""
        others = sum(each.name not in ASKING for each in self.written.commands)
        return others > commands or self.written.text.strip() not in words


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command of a mail and what became of it."""

    command: str
    args: str
    ok: bool
    why: str


Results = tuple[CommandResult, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a mail did to one ticket; no effects where it was refused, or held no commands."""

    results: Results = ()
    ticket: Ticket | None = None
    effects: tuple[Effect, ...] = ()


def results(commands: tuple[Command, ...], ok: bool, why: str = "") -> Results:
    """The same for all commands of a ticket: all or none of them are carried out."""
    return tuple(CommandResult(each.name, each.args, ok, why) for each in commands)
