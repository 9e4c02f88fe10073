"""An agent's mail at work: proof first, then rights, then all of it or nothing, ticket by ticket.

What is refused or not proven changes nothing and sends nothing; the words are kept (`kept.py`) and the agent is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailgate.desk import answers, conversation, kept, notices, people, tickets
from mailgate.desk.acts import StoppedAt, carry_out
from mailgate.desk.case import Case
from mailgate.desk.kept import Found, Held, mistake
from mailgate.desk.rights import may_act, sees
from mailgate.desk.threads import Thread
from mailgate.desk.tickets import Ticket
from mailgate.errors import RefusedCommand
from mailgate.outbox.draft import Enclosure
from mailgate.outbox.helping import help_rows
from mailgate.outbox.sentences import say
from mailgate.outbox.view import Effect, LetterView, Mistake
from mailgate.rules import access
from mailgate.rules.commands import read_commands
from mailgate.rules.destination import Destination, answering, destination
from mailgate.rules.written import Command, Written
from mailgate.store.db import Tx
from mailgate.trust.verdict import Level


@dataclass(frozen=True, slots=True)
class AgentMail:
    """What an agent wrote, and how far it is believed."""

    agent: str
    level: Level
    evidence: tuple[str, ...]
    thread: Thread
    written: Written
    certain: bool
    """Everything of ours was cut from the words."""
    uncertain_because: str
    files: tuple[Enclosure, ...]
    message_id: str | None

    @property
    def answered(self) -> str | None:
        """Template of the letter it answers."""
        return self.thread.token.template if self.thread.token else None


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command of a mail and what became of it."""

    command: str
    args: str
    ok: bool
    why: str


Results = tuple[CommandResult, ...]


def work(tx: Tx, mail: AgentMail) -> Results:
    """Carry out the mail, or say why not. Every path ends in letters to the agent or in work done."""
    language = tx.settings.agents[mail.agent].language or tx.settings.site.language
    if any(each.name == "help" for each in mail.written.commands):
        _help(tx, mail, language)
    if mail.answered in ("confirm", "command_refused"):
        return _answer_to_kept(tx, mail, language)
    if mail.written.misread:
        return _refused(tx, mail, language)
    results: Results = ()
    for number, commands in _by_ticket(mail).items():
        results += _on_ticket(tx, mail, number, commands, language)
    return results


# -- one ticket ------------------------------------------------------------------------------------------------------


def _by_ticket(mail: AgentMail) -> dict[int | None, tuple[Command, ...]]:
    """Commands by the ticket they name; the mail's own ticket first, with the words."""
    own = mail.thread.ticket.number if mail.thread.ticket else None
    groups: dict[int | None, tuple[Command, ...]] = {}
    if own is not None or mail.written.text:
        groups[own] = ()
    for command in mail.written.commands:
        if command.name != "help":
            number = command.ticket or own
            groups[number] = (*groups.get(number, ()), command)
    return {number: commands for number, commands in groups.items() if commands or number == own}


def _on_ticket(tx: Tx, mail: AgentMail, number: int | None, commands: tuple[Command, ...], language: str) -> Results:
    ticket = tickets.load(tx, number) if number else None
    own = ticket is not None and mail.thread.ticket is not None and ticket.number == mail.thread.ticket.number
    words, files = (mail.written.text, mail.files) if own else ("", ())
    held = Held(
        mail.agent,
        language,
        ticket,
        mail.answered,
        tuple(each.line for each in commands),
        words,
        files,
        mail.message_id,
    )
    if not (commands or words or files):
        return ()
    try:
        where = destination(replace(mail.written, commands=commands), answering(mail.answered or "new_message"))
        case = _case(tx, mail, ticket, number, words, files, language)
        _may(case)
    except RefusedCommand as refused:
        kept.refuse(tx, replace(held, ticket=ticket if own else None), _mistakes(commands, str(refused)), str(refused))
        return _all(commands, False, str(refused))
    if missing := _missing_proof(tx, mail, commands, where, words):
        return _asked_back(case, held, commands, where, missing, mail)
    if words and where is Destination.reporter and not mail.certain:
        return _uncut(case, held, commands, mail)
    return _carried_out(case, held, commands, where)


def _case(
    tx: Tx,
    mail: AgentMail,
    ticket: Ticket | None,
    number: int | None,
    words: str,
    files: tuple[Enclosure, ...],
    language: str,
) -> Case:
    if ticket is None or not sees(tx, mail.agent, ticket):
        raise RefusedCommand(
            say("refused.not_here", language, number=number) if number else say("refused.no_ticket", language)
        )
    return Case(tx, ticket, mail.agent, language, words, files, mail.level)


def _may(case: Case) -> None:
    """Rights are checked when the command runs."""
    if not may_act(case.tx, case.agent, case.ticket):
        group = case.tx.settings.groups.get(case.ticket.group or "")
        owner = people.agent_name(case.tx.settings, case.ticket.assignee) or (str(group.name) if group else "")
        raise RefusedCommand(say("refused.right", case.language, number=case.ticket.number, name=owner))


def _missing_proof(tx: Tx, mail: AgentMail, commands: tuple[Command, ...], where: Destination, words: str) -> bool:
    """Does this mail ask for more than its level gives (CONTRACT 7)?"""
    acts = [each.name for each in commands] or []
    if words or mail.files:
        acts.append("note" if where is Destination.note else "answer")
    return any(mail.level not in access.needed(tx.settings, act) for act in acts)


def _carried_out(case: Case, held: Held, commands: tuple[Command, ...], where: Destination) -> Results:
    try:
        with case.tx.savepoint():
            if len(commands) > case.tx.settings.limits.commands_per_ticket:
                most = case.tx.settings.limits.commands_per_ticket
                raise StoppedAt(commands[most], RefusedCommand(say("refused.too_many", case.language, number=most)))
            carry_out(case, commands, where)
    except StoppedAt as stopped:
        answers.record_refusal(case, str(stopped))
        marked = mistake(stopped.command.line, str(stopped), _corrected(stopped))
        kept.refuse(case.tx, held, (marked,))
        return _all(commands, False, str(stopped))
    except RefusedCommand as refused:
        answers.record_refusal(case, str(refused))
        kept.refuse(case.tx, held, (), str(refused))
        return _all(commands, False, str(refused))
    if commands:
        _confirm_done(case, held)
    return _all(commands, True, "")


def _corrected(stopped: StoppedAt) -> tuple[str, ...]:
    return tuple(f"#{stopped.command.name} {each}" for each in stopped.near)


def _confirm_done(case: Case, held: Held) -> None:
    """One letter naming each effect and its undo; a plain answer gets none."""
    view = _view(case, effects=tuple(case.effects))
    notices.tell_person(case.tx, case.agent, "command_done", view, ticket=case.ticket, answers=held.message_id)


# -- not carried out ---------------------------------------------------------------------------------------------------


def _asked_back(
    case: Case, held: Held, commands: tuple[Command, ...], where: Destination, missing: bool, mail: AgentMail
) -> Results:
    """Kept as an internal note, nothing leaves, and the agent is asked at the registered address."""
    if held.words or held.files:
        answers.unproven_note(case, say("remark.unproven", case.tx.settings.site.language, writer=case.agent_name))
    acts = [say("act.command", case.language, number=case.ticket.number, line=each.line) for each in commands]
    if held.words or held.files:
        key = "act.note" if where is Destination.note else "act.answer"
        acts.append(say(key, case.language, name=case.reporter.shown, number=case.ticket.number))
    why = say("confirm.why", case.language, why="; ".join(mail.evidence))
    kept.ask_back(case.tx, held, tuple(acts), why)
    answers.record_refusal(case, why)
    return _all(commands, False, why)


def _uncut(case: Case, held: Held, commands: tuple[Command, ...], mail: AgentMail) -> Results:
    """An agent's words leave only when everything of ours was cut with certainty."""
    why = say("refused.uncut", case.language, why=mail.uncertain_because)
    answers.record_refusal(case, why)
    kept.refuse(case.tx, held, (), why)
    return _all(commands, False, why)


def _refused(tx: Tx, mail: AgentMail, language: str) -> Results:
    """A line that looks like a command but is none in its place stops the whole mail."""
    ticket = mail.thread.ticket
    visible = ticket if ticket and sees(tx, mail.agent, ticket) else None
    lines = tuple(each.line for each in mail.written.commands)
    held = Held(mail.agent, language, visible, mail.answered, lines, mail.written.text, mail.files, mail.message_id)
    marked = tuple(mistake(each.line, each.why, each.near) for each in mail.written.misread)
    if visible:
        why = "; ".join(f"{each.line}: {each.why}" for each in mail.written.misread)
        answers.record_refusal(Case(tx, visible, mail.agent, language), why)
    kept.refuse(tx, held, marked)
    return tuple(CommandResult(each.line, "", False, each.why) for each in mail.written.misread) + _all(
        mail.written.commands, False, "another line of the mail stopped it"
    )


def _mistakes(commands: tuple[Command, ...], why: str) -> tuple[Mistake, ...]:
    return tuple(mistake(each.line, why) for each in commands)


def _all(commands: tuple[Command, ...], ok: bool, why: str) -> Results:
    return tuple(CommandResult(each.name, each.args, ok, why) for each in commands)


# -- answers to confirm and command_refused ----------------------------------------------------------------------------


def _answer_to_kept(tx: Tx, mail: AgentMail, language: str) -> Results:
    """`#yes` carries out what was asked back, right commands carry out what was refused, `#drop` throws it away."""
    token, commands = mail.thread.token, mail.written.commands
    found = kept.named_by(tx, token.letter if token else None, mail.agent)
    names = {each.name for each in commands} - {"help"}
    if found is None or mail.written.misread or not names:
        if not names and not mail.written.misread and not mail.written.text:
            return ()
        why = say("refused.nothing_kept" if found is None else "refused.only_commands", language)
        return _plain_refusal(tx, mail, language, why)
    if names == {"drop"}:
        kept.settle(tx, found)
        _say_dropped(tx, mail, language)
        return _all(commands, True, "")
    if names == {"yes"}:
        return _again(tx, mail, found, read_commands("\n".join(found.commands)).commands, confirmed=True)
    return _again(tx, mail, found, commands, confirmed=False)


def _again(tx: Tx, mail: AgentMail, found: Found, commands: tuple[Command, ...], *, confirmed: bool) -> Results:
    """The kept words with these commands, as if written so."""
    if confirmed and found.kind != "confirm":
        return _plain_refusal(tx, mail, _language(tx, mail), say("refused.nothing_kept", _language(tx, mail)))
    kept.settle(tx, found)
    ticket = tickets.load(tx, found.ticket) if found.ticket else None
    use = replace(mail.thread.token, template=found.answered or "new_message") if mail.thread.token else None
    again = replace(
        mail,
        level=Level.proven if confirmed else mail.level,
        thread=replace(mail.thread, ticket=ticket, token=use),
        written=Written(tuple(each for each in commands if each.name != "help"), found.words, ()),
        files=found.files,
        certain=True,
    )
    return work(tx, again)


def _plain_refusal(tx: Tx, mail: AgentMail, language: str, why: str) -> Results:
    held = Held(
        mail.agent, language, mail.thread.ticket, mail.answered, (), mail.written.text, mail.files, mail.message_id
    )
    marked = tuple(mistake(each.line, each.why, each.near) for each in mail.written.misread)
    kept.refuse(tx, held, marked, "" if marked else why)
    return _all(mail.written.commands, False, why)


def _say_dropped(tx: Tx, mail: AgentMail, language: str) -> None:
    view = LetterView(site=tx.settings.site.name, effects=(Effect(say("done.dropped", language)),))
    notices.tell_person(tx, mail.agent, "command_done", view, ticket=mail.thread.ticket, answers=mail.message_id)


def _language(tx: Tx, mail: AgentMail) -> str:
    return tx.settings.agents[mail.agent].language or tx.settings.site.language


# -- help --------------------------------------------------------------------------------------------------------------


def _help(tx: Tx, mail: AgentMail, language: str) -> None:
    """The table of commands, to the registered address only."""
    rows = help_rows(language)
    view = LetterView(site=tx.settings.site.name, commands=rows)
    notices.tell_person(tx, mail.agent, "help", view, ticket=mail.thread.ticket, answers=mail.message_id)


def _view(case: Case, **shown: object) -> LetterView:
    return LetterView(
        site=case.tx.settings.site.name,
        number=case.ticket.number,
        subject=case.ticket.subject,
        **shown,  # type: ignore[arg-type]  # fields of LetterView
    )
