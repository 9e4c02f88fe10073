"""Carrying out what an agent wrote on one ticket: all commands or none, then the words, then letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from mailgate.desk import answers, assignment, correspondence, handling, notices
from mailgate.desk.audience import of_agent
from mailgate.desk.case import Case
from mailgate.desk.correspondence import Outward
from mailgate.desk.proof import has_proven_mail
from mailgate.desk.retired import is_at_work
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules.destination import Destination
from mailgate.rules.written import Command

Act = Callable[[Case, str], None]

ACTS: dict[str, Act] = {
    "take": assignment.take,
    "assign": assignment.assign,
    "resolve": handling.resolve,
    "close": handling.close,
    "reopen": handling.reopen,
    "priority": handling.priority,
    "category": handling.category,
    "kind": handling.kind,
}
"""Commands that change the ticket. `#answer #question #note` only say where the words go."""

PURPOSES = (("resolve", "solution"), ("question", "question"))
NEED_WORDS = ("answer", "question", "note")


class StoppedAt(RefusedCommand):
    """one command of a mail could not be carried out, so none was"""

    def __init__(self, command: Command, why: RefusedCommand) -> None:
        super().__init__(why.why)
        self.command = command
        self.near: tuple[str, ...] = getattr(why, "near", ())


def carry_out(case: Case, commands: tuple[Command, ...], destination: Destination) -> None:
    """Do all of it. Raises StoppedAt at the first command that is impossible; the caller rolls back."""
    obey(case, commands)
    try:
        _send_words(case, {command.name for command in commands}, destination)
    except RefusedCommand as refused:
        _stop_at_cause(commands, refused)
    _tell_others(case)


def obey(case: Case, commands: tuple[Command, ...]) -> None:
    """The commands alone: no words, no letters to others. Raises StoppedAt as `carry_out` does."""
    for command in commands:
        try:
            _one(case, command)
        except RefusedCommand as refused:
            raise StoppedAt(command, refused) from refused


def _stop_at_cause(commands: tuple[Command, ...], refused: RefusedCommand) -> NoReturn:
    """Raises it as the fault of the command that says where the words go, where there is one."""
    cause = next((each for each in commands if each.name in (*NEED_WORDS, "resolve")), None)
    if cause is None:
        raise refused
    raise StoppedAt(cause, refused) from refused


def _one(case: Case, command: Command) -> None:
    if command.name in NEED_WORDS and not (case.words.strip() or case.files):
        raise RefusedCommand(sentence("refused.empty", line=command.written))
    if act := ACTS.get(command.name):
        act(case, command.args)


def _send_words(case: Case, names: set[str], destination: Destination) -> None:
    purpose = next((purpose for name, purpose in PURPOSES if name in names), "answer")
    if purpose == "solution":
        answers.to_reporter(case, purpose)
    elif not (case.words.strip() or case.files):
        return
    elif destination is Destination.reporter:
        answers.to_reporter(case, purpose)
    elif destination is Destination.note:
        answers.as_note(case)
    else:
        raise RefusedCommand(sentence("refused.only_commands"))


def _tell_others(case: Case) -> None:
    """One letter for each person, after all changes of the mail."""
    tx, ticket, words = case.tx, case.ticket, answers.words_of(case)
    told = {case.agent, *_tell_the_next(case)}
    changes = tuple(case.changes)
    if case.displaced and case.displaced not in told and is_at_work(tx.settings, case.displaced):
        notices.tell_agent(tx, ticket, "status_changed", of_agent(tx.settings, case.displaced), changes=changes)
        told.add(case.displaced)
    said_something = bool(case.words.strip() or case.files)
    letter = "new_message" if said_something else "status_changed"
    if said_something or case.changes:
        notices.tell_agents(tx, ticket, letter, actor=case.actor, words=words, changes=changes, skip=frozenset(told))
    _tell_reporter_of_state(case)


def _tell_the_next(case: Case) -> set[str]:
    """Whoever has the ticket now; returns the persons."""
    letters = {"assigned": case.assigned and case.ticket.assignee, "new_ticket": case.handed_to_group}
    told: set[str] = set()
    for letter, wanted in letters.items():
        if wanted:
            words, changes = answers.words_for_the_next(case), tuple(case.changes)
            told |= notices.tell_agents(case.tx, case.ticket, letter, actor=case.actor, words=words, changes=changes)
    return told


def _tell_reporter_of_state(case: Case) -> None:
    """`closed` only where letters.closed asks for it; `reopened` where an agent opened it again without a word."""
    sends = {"closed": case.closed and "reporter" in case.tx.settings.letters.closed, "reopened": case.reopened}
    for letter, wanted in sends.items():
        if wanted and not case.words.strip():
            outward = Outward(case.reporter.email, proven=has_proven_mail(case.tx, case.ticket))
            correspondence.tell_reporter_automatically(case.tx, case.ticket, letter, outward)
