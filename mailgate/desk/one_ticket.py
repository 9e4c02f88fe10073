"""An agent's mail on one ticket: rights, proof, certainty, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import people, tickets, turned_back
from mailgate.desk.acts import NEED_WORDS, StoppedAt, carry_out
from mailgate.desk.agent_writes import AgentMail, Done, results
from mailgate.desk.case import Case
from mailgate.desk.kept import Held
from mailgate.desk.letters_answered import purpose_of
from mailgate.desk.rights import may_act, sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.rules import access
from mailgate.rules.destination import Destination, answering, destination
from mailgate.rules.written import Command
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level


def work(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Done:
    """Carry out these commands, and the words where it is the mail's own ticket; or say why not."""
    ticket = tickets.load(tx, number) if number else None
    own = number == (mail.thread.ticket.number if mail.thread.ticket else None)
    words, files = (mail.written.text, mail.files) if own else (_words_behind(commands), ())
    if not words:
        files = tuple(each for each in files if each.content_id is None)  # a logo in a signature is no answer
    empty = not (commands or words or files)
    if empty and (mail.certain or not own):
        return Done()
    held = replace(mail.held(ticket if own else None, commands, words), files=files, concerns=number)
    try:
        case = _case(tx, mail, ticket, number, held)
        _may(case)
        where = _destination(tx, mail, number, commands)
    except RefusedCommand as refused:
        return Done(turned_back.no_right(tx, held, ticket, commands, refused.why))
    needed = _needed(case, commands, where)
    if any(mail.level not in levels for levels in needed):
        # A `#yes` makes it proven; where that is not enough, the `#yes` itself has to be signed.
        more = any(Level.proven not in levels for levels in needed)
        return Done(turned_back.asked_back(case, held, commands, where, mail.evidence, needs_signature=more))
    if not mail.certain and (empty or (words and where is Destination.reporter)):
        return Done(turned_back.uncut(case, held, commands, mail.uncertain_because))
    return _carried_out(case, held, commands, where)


def _words_behind(commands: tuple[Command, ...]) -> str:
    """`#1042 note …`: the words stand behind the command, for that ticket alone."""
    return "\n".join(each.args for each in commands if each.name in (*NEED_WORDS, "resolve") and each.args)


def _case(tx: Tx, mail: AgentMail, ticket: Ticket | None, number: int | None, held: Held) -> Case:
    own = mail.thread.ticket is not None and number == mail.thread.ticket.number
    if ticket is None or not sees(tx, mail.agent, ticket):
        without = "refused.no_ticket" if held.commands else "refused.no_place"
        # Whoever only named the Message-ID of somebody's mail does not learn the number that it has here.
        is_known = number and (not own or mail.thread.token is not None)
        raise RefusedCommand(sentence("refused.not_here" if is_known else without, number=number))
    text, message_id = (mail.text, mail.message_id) if own else ("", None)
    return Case(tx, ticket, mail.agent, mail.language, held.words, held.files, mail.level, text, message_id)


def _may(case: Case) -> None:
    """Rights are checked when the command runs."""
    if not may_act(case.tx, case.agent, case.ticket):
        group = case.tx.settings.groups.get(case.ticket.group or "")
        owner = people.agent_name(case.tx.settings, case.ticket.assignee)
        name = owner or (group.name if group else "")
        raise RefusedCommand(sentence("refused.right", number=case.ticket.number, name=name))


def _destination(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Destination:
    """Where the words go: the letter he answered says it, some commands say otherwise."""
    about = purpose_of(tx, mail.about) if mail.answered == "new_message" else None
    usual = answering(mail.answered or "new_message", about=about)
    return destination(replace(mail.written, commands=commands), usual, tickets=(number, None))


def _needed(case: Case, commands: tuple[Command, ...], where: Destination) -> list[tuple[str, ...]]:
    """The levels that are enough for each thing this mail asks for (CONTRACT 7)."""
    acts = [each.name for each in commands]
    if case.words or case.files:
        acts.append("note" if where is Destination.note else "answer")
    return [access.needed(case.tx.settings, act) for act in acts]


def _carried_out(case: Case, held: Held, commands: tuple[Command, ...], where: Destination) -> Done:
    try:
        with case.tx.savepoint():
            _not_too_many(case, commands)
            carry_out(case, commands, where)
    except RefusedCommand as refused:
        return Done(turned_back.impossible(case, held, commands, refused))
    was_kept = held.mail is not None  # the mail that brought it back is one of commands, such as #yes
    return Done(results(commands, True), case.ticket, tuple(case.effects) if commands or was_kept else ())


def _not_too_many(case: Case, commands: tuple[Command, ...]) -> None:
    most = case.tx.settings.limits.commands_per_ticket
    if len(commands) > most:
        why = RefusedCommand(sentence("refused.too_many", number=most))
        raise StoppedAt(commands[most], why)
