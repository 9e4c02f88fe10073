"""Carrying out what an agent wrote on one ticket: all commands or none, then the words, then letters."""

from __future__ import annotations

from collections.abc import Callable

from mailgate.desk import answers, assignment, correspondence, handling, notices
from mailgate.desk.audience import of_agent
from mailgate.desk.case import Case
from mailgate.desk.correspondence import Outward
from mailgate.desk.proof import has_proven_mail
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
    for command in commands:
        try:
            _one(case, command)
        except RefusedCommand as refused:
            raise StoppedAt(command, refused) from refused
    _send_words(case, {command.name for command in commands}, destination)
    _tell_others(case)


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
    told = {case.agent}
    changes = tuple(case.changes)
    if case.assigned and ticket.assignee:
        told |= notices.tell_agents(tx, ticket, "assigned", actor=case.actor, words=words, changes=changes)
    if case.handed_to_group:
        told |= notices.tell_agents(tx, ticket, "new_ticket", actor=case.actor, words=words, changes=changes)
    if case.displaced and case.displaced not in told:
        notices.tell_agent(tx, ticket, "status_changed", of_agent(tx.settings, case.displaced), changes=changes)
        told.add(case.displaced)
    said_something = bool(case.words.strip() or case.files)
    letter = "new_message" if said_something else "status_changed"
    if said_something or case.changes:
        notices.tell_agents(
            tx, ticket, letter, actor=case.actor, words=words, changes=changes, skip=frozenset(told)
        )
    _tell_reporter_of_state(case)


def _tell_reporter_of_state(case: Case) -> None:
    """`closed` only where letters.closed asks for it; `reopened` where an agent opened it again without a word."""
    sends = {"closed": case.closed and "reporter" in case.tx.settings.letters.closed, "reopened": case.reopened}
    for letter, wanted in sends.items():
        if wanted and not case.words.strip():
            outward = Outward(case.reporter.email, proven=has_proven_mail(case.tx, case.ticket))
            correspondence.tell_reporter_automatically(case.tx, case.ticket, letter, outward)
