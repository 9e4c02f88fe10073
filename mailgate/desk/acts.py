"""Carrying out what an agent wrote on one ticket: all commands or none, then the words, then letters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NoReturn

from mailgate.desk import (
    accepting,
    answers,
    asking_others,
    assignment,
    correspondence,
    dating,
    forwarding,
    handling,
    involved,
    levels,
    looking_on,
    merging,
    next_hands,
    notices,
    part_answers,
    particulars,
    pausing,
    rights,
    same_cause,
    splitting,
    tying,
    undoing,
)
from mailgate.desk.audience import of_agent
from mailgate.desk.case import Case
from mailgate.desk.correspondence import Outward
from mailgate.desk.proof import has_proven_mail
from mailgate.desk.retired import is_at_work
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import lifecycle
from mailgate.rules.destination import Destination
from mailgate.rules.written import Command

Act = Callable[[Case, str], None]

ACTS: dict[str, Act] = {
    "take": assignment.take,
    "assign": assignment.assign,
    "unassign": accepting.unassign,
    "accept": accepting.accept,
    "decline": accepting.decline,
    "coordinator": accepting.coordinator,
    "wait": pausing.wait,
    "snooze": pausing.snooze,
    "due": dating.due,
    "wanted": dating.wanted,
    "level": levels.level,
    "watch": looking_on.watch,
    "unwatch": looking_on.unwatch,
    "resolve": handling.resolve,
    "close": handling.close,
    "reopen": handling.reopen,
    "priority": handling.priority,
    "category": handling.category,
    "kind": handling.kind,
    "spam": handling.spam,
    "tag": particulars.tag,
    "channel": particulars.channel,
    "time": particulars.time,
    "phone": particulars.phone,
    "company": particulars.company,
    "department": particulars.department,
    "from": involved.reported_by,
    "customer": involved.customer,
    "cc": involved.read_along,
    "conceal": involved.conceal,
    "reveal": involved.reveal,
    "link": tying.link,
    "same": tying.same,
    "merge": tying.merge,
    "undo": undoing.undo,
    "ask": asking_others.ask,
    "forward": forwarding.forward,
    "split": splitting.split,
    "part": splitting.part,
    "release": merging.release,
}
"""Commands that change the ticket. `#answer #question #note` only say where the words go."""

SENDERS: dict[str, Callable[[Case], None]] = {
    "ask": asking_others.send,
    "forward": forwarding.send,
    "split": splitting.send,
}
"""Commands whose words go to others than the reporter and whoever is next, each its own way."""

PURPOSES = (("resolve", "solution"), ("question", "question"))
NEED_WORDS = ("answer", "question", "note")
FIRST = ("from", "release")
"""What else is said of the reporter is meant of the one that the first names; what is released is the text that other
commands speak of."""


class StoppedAt(RefusedCommand):
    """one command of a mail could not be carried out, so none was"""

    def __init__(self, command: Command, why: RefusedCommand) -> None:
        super().__init__(why.why)
        self.command = command
        self.near: tuple[str, ...] = getattr(why, "near", ())
        self.instead: tuple[str, ...] = getattr(why, "instead", ())


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
    begun_as = case.ticket.status
    case.beside = frozenset(each.name for each in commands)
    for command in sorted(commands, key=lambda each: each.name not in FIRST):
        try:
            _is_possible(command, commands, begun_as, case.ticket.number)
            _one(case, command)
        except RefusedCommand as refused:
            raise StoppedAt(command, refused) from refused


def _is_possible(command: Command, commands: tuple[Command, ...], status: str, number: int) -> None:
    """What is merged is final but for `#undo`, and that takes back another mail, not this one."""
    if command.name != "undo":
        lifecycle.after("note", status=status, number=number)
    elif len(commands) > 1:
        raise RefusedCommand(sentence("refused.undo.alone", line=command.written))


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
    if sender := next((SENDERS[name] for name in SENDERS if name in names), None):
        sender(case)
    elif destination is Destination.coordinator and (purpose == "solution" or case.words.strip() or case.files):
        part_answers.to_coordinator(case, purpose)
    elif purpose == "solution":
        same_cause.resolve(case)
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
    told = {case.agent, *case.joint.told, *part_answers.draft(case), *tying.tell_where_it_lives_on(case)}
    told |= _tell_the_next(case, told)
    changes = tuple(case.changes)
    if case.displaced and case.displaced not in told and is_at_work(tx.settings, case.displaced):
        reader, skip = of_agent(tx.settings, case.displaced), frozenset(told)
        told |= notices.tell_agent(tx, ticket, "status_changed", reader, changes=changes, skip=skip)
        told.add(case.displaced)
    told |= part_answers.report(case, told)
    said_something = bool(case.words.strip() or case.files)
    letter = "new_message" if said_something else "status_changed"
    if said_something or case.changes:
        skip = frozenset(told)
        told |= notices.tell_agents(tx, ticket, letter, actor=case.actor, words=words, changes=changes, skip=skip)
    _tell_concerned(case, told)
    if case.ticket.parent is None:  # of a part the coordinator is told
        _tell_reporter_of_state(case)


def _tell_concerned(case: Case, told: Collection[str]) -> None:
    """Those whom the changes concern, and the handlers of other tickets that changed with this one."""
    tx, here, new = case.tx, (case.ticket, tuple(case.changes)), set[str]()
    letters = [(each, *here) for each in sorted(case.concerned)]
    letters += [(ticket.assignee, ticket, (said,)) for ticket, said in case.elsewhere if ticket.assignee]
    for agent, ticket, changes in letters:
        if agent not in (*told, *new) and is_at_work(tx.settings, agent) and rights.sees(tx, agent, ticket):
            reader = of_agent(tx.settings, agent)
            skip = frozenset((*told, *new))
            new |= {agent, *notices.tell_agent(tx, ticket, "status_changed", reader, changes=changes, skip=skip)}
    for ticket, said in (each for each in case.elsewhere if each[0].assignee is None):
        skip = frozenset((*told, *new))
        new |= notices.tell_agents(tx, ticket, "status_changed", actor=case.actor, changes=(said,), skip=skip)


def _tell_the_next(case: Case, already: Collection[str]) -> set[str]:
    """Whoever has the ticket now; returns the persons. `already`: who has had a letter."""
    tx, ticket, told, changes = case.tx, case.ticket, set(already), tuple(case.changes)
    has_assignee = ticket.assignee is not None
    letters = {"assigned": case.assigned and has_assignee, "new_ticket": case.handed_to_group and not has_assignee}
    for letter in (letter for letter, wanted in letters.items() if wanted):
        words, skip = next_hands.words(case), frozenset(told)
        told |= notices.tell_agents(tx, ticket, letter, actor=case.actor, words=words, changes=changes, skip=skip)
    if case.entrusted and case.entrusted not in told and is_at_work(tx.settings, case.entrusted):
        reader, words = of_agent(tx.settings, case.entrusted), next_hands.words(case)
        told |= notices.tell_agent(tx, ticket, "assigned", reader, words=words, changes=changes, skip=frozenset(told))
    return told


def _tell_reporter_of_state(case: Case) -> None:
    """`closed` only where letters.closed asks for it; `reopened` where an agent opened it again without a word."""
    sends = {"closed": case.closed and "reporter" in case.tx.settings.letters.closed, "reopened": case.reopened}
    sends = {letter: wanted and not case.words.strip() for letter, wanted in sends.items()}
    sends["postponed"] = case.postponed and (case.message is None or case.noted)
    for letter, wanted in sends.items():
        if wanted:
            outward = Outward(case.reporter.email, proven=has_proven_mail(case.tx, case.ticket))
            correspondence.tell_reporter_automatically(case.tx, case.ticket, letter, outward)
