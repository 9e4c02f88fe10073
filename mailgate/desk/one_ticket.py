"""An agent's mail on one ticket: rights, proof, certainty, and then all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

from mailgate.desk import kept, notices, people, tickets, turned_back
from mailgate.desk.acts import NEED_WORDS, StoppedAt, carry_out
from mailgate.desk.agent_writes import AgentMail, Results, results
from mailgate.desk.case import Case
from mailgate.desk.kept import Held
from mailgate.desk.letters_answered import purpose_answered
from mailgate.desk.rights import may_act, sees
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import sentence
from mailgate.outbox.view import LetterView
from mailgate.rules import access
from mailgate.rules.destination import Destination, answering, destination
from mailgate.rules.written import Command
from mailgate.store.db import Tx


def work(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Results:
    """Carry out these commands, and the words where it is the mail's own ticket; or say why not."""
    ticket = tickets.load(tx, number) if number else None
    own = ticket is not None and mail.thread.ticket is not None and ticket.number == mail.thread.ticket.number
    words, files = (mail.written.text, mail.files) if own else (_words_behind(commands), ())
    if not words:
        files = tuple(each for each in files if each.content_id is None)  # a logo in a signature is no answer
    if not (commands or words or files):
        return ()
    held = replace(mail.held(ticket if own else None, commands, words), files=files)
    try:
        case = _case(tx, mail, ticket, number, held)
        _may(case)
        where = _destination(tx, mail, number, commands)
    except RefusedCommand as refused:
        marked = tuple(kept.mistake(mail.language, each.line, refused.why) for each in commands)
        kept.refuse(tx, held, marked, None if marked else refused.why)
        return results(commands, False, str(refused))
    if _lacks_proof(case, mail, commands, where):
        return turned_back.asked_back(case, held, commands, where, mail.evidence)
    if words and where is Destination.reporter and not mail.certain:
        return turned_back.uncut(case, held, commands, mail.uncertain_because)
    return _carried_out(case, held, commands, where)


def _words_behind(commands: tuple[Command, ...]) -> str:
    """`#1042 note …`: the words stand behind the command, for that ticket alone."""
    return "\n".join(each.args for each in commands if each.name in (*NEED_WORDS, "resolve") and each.args)


def _case(tx: Tx, mail: AgentMail, ticket: Ticket | None, number: int | None, held: Held) -> Case:
    if ticket is None or not sees(tx, mail.agent, ticket):
        key = "refused.not_here" if number else "refused.no_ticket"
        raise RefusedCommand(sentence(key, number=number))
    return Case(tx, ticket, mail.agent, mail.language, held.words, held.files, mail.level)


def _may(case: Case) -> None:
    """Rights are checked when the command runs."""
    if not may_act(case.tx, case.agent, case.ticket):
        group = case.tx.settings.groups.get(case.ticket.group or "")
        owner = people.agent_name(case.tx.settings, case.ticket.assignee)
        name = owner or (group.name if group else "")
        raise RefusedCommand(sentence("refused.right", number=case.ticket.number, name=name))


def _destination(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...]) -> Destination:
    """Where the words go: the letter he answered says it, some commands say otherwise."""
    letter = mail.thread.token.letter if mail.thread.token and mail.answered == "new_message" else None
    usual = answering(mail.answered or "new_message", about=purpose_answered(tx, letter))
    return destination(replace(mail.written, commands=commands), usual, tickets=(number, None))


def _lacks_proof(case: Case, mail: AgentMail, commands: tuple[Command, ...], where: Destination) -> bool:
    """Does this mail ask for more than its level gives (CONTRACT 7)?"""
    acts = [each.name for each in commands]
    if case.words or case.files:
        acts.append("note" if where is Destination.note else "answer")
    return any(mail.level not in access.needed(case.tx.settings, act) for act in acts)


def _carried_out(case: Case, held: Held, commands: tuple[Command, ...], where: Destination) -> Results:
    try:
        with case.tx.savepoint():
            _not_too_many(case, commands)
            carry_out(case, commands, where)
    except RefusedCommand as refused:
        return turned_back.impossible(case, held, commands, refused)
    if commands:
        _confirm_done(case, held)
    return results(commands, True)


def _not_too_many(case: Case, commands: tuple[Command, ...]) -> None:
    most = case.tx.settings.limits.commands_per_ticket
    if len(commands) > most:
        why = RefusedCommand(sentence("refused.too_many", number=most))
        raise StoppedAt(commands[most], why)


def _confirm_done(case: Case, held: Held) -> None:
    """One letter naming each effect and its undo; a plain answer gets none."""
    view = LetterView(
        site=case.tx.settings.site.name,
        number=case.ticket.number,
        subject=case.ticket.subject,
        effects=tuple(case.effects),
    )
    notices.tell_person(case.tx, case.agent, "command_done", view, ticket=case.ticket, answers=held.message_id)
