"""An agent's mail that is not carried out: asked back, uncertain, impossible, or misread. Its words are kept."""

from __future__ import annotations

from mailgate.desk import answers, kept
from mailgate.desk.acts import StoppedAt
from mailgate.desk.agent_writes import AgentMail, CommandResult, Results, results
from mailgate.desk.case import Case
from mailgate.desk.kept import Held
from mailgate.desk.rights import sees
from mailgate.errors import RefusedCommand
from mailgate.outbox.sentences import say, sentence
from mailgate.rules.arguments import as_written
from mailgate.rules.destination import Destination
from mailgate.rules.written import Command
from mailgate.sentence import AND_ALSO, Sentence, joined
from mailgate.store.db import Tx


def asked_back(
    case: Case, held: Held, commands: tuple[Command, ...], where: Destination, evidence: tuple[Sentence, ...]
) -> Results:
    """Not proven: kept as an internal note, nothing leaves, and the agent is asked at the registered address."""
    says_something = bool(held.words or held.files)
    if says_something:
        answers.unproven_note(case, say("remark.unproven", case.tx.settings.site.language, writer=case.agent_name))
    number = case.ticket.number
    acts = [say("act.command", case.language, number=number, line=line) for line in held.commands]
    if says_something:
        key = "act.note" if where is Destination.note else "act.answer"
        acts.append(say(key, case.language, name=case.reporter.shown, number=number))
    why = sentence("confirm.why", why=joined(evidence, AND_ALSO))
    kept.ask_back(case.tx, held, tuple(acts), why)
    answers.record_refusal(case, str(why))
    return results(commands, False, str(why))


def uncut(case: Case, held: Held, commands: tuple[Command, ...], because: Sentence) -> Results:
    """An agent's words leave only when everything of ours was cut with certainty."""
    why = sentence("refused.uncut", why=because.whole)
    answers.record_refusal(case, str(why))
    kept.refuse(case.tx, held, (), why)
    return results(commands, False, str(why))


def impossible(case: Case, held: Held, commands: tuple[Command, ...], refused: RefusedCommand) -> Results:
    """One of the commands can not be carried out, so none was."""
    answers.record_refusal(case, str(refused))
    if isinstance(refused, StoppedAt):
        command = refused.command
        said = (as_written(command.name, each).in_language(case.language) for each in refused.near)
        near = tuple(f"{command.written} {each}" for each in said)
        kept.refuse(case.tx, held, (kept.mistake(case.language, command.line, refused.why, near),))
    else:
        kept.refuse(case.tx, held, (), refused.why)
    return results(commands, False, str(refused))


def misread(tx: Tx, mail: AgentMail) -> Results:
    """A line that looks like a command but is none in its place stops the whole mail."""
    ticket = mail.thread.ticket
    visible = ticket if ticket and sees(tx, mail.agent, ticket) else None
    lines = mail.written.misread
    if visible:
        why = "; ".join(f"{each.line}: {each.why}" for each in lines)
        answers.record_refusal(Case(tx, visible, mail.agent, mail.language), why)
    marked = tuple(kept.mistake(mail.language, each.line, each.why, each.near) for each in lines)
    kept.refuse(tx, mail.held(visible, mail.written.commands, mail.written.text), marked)
    return tuple(CommandResult(each.line, "", False, str(each.why)) for each in lines) + results(
        mail.written.commands, False, "another line of the mail stopped it"
    )


def plainly(tx: Tx, mail: AgentMail, why: Sentence) -> Results:
    """Refused as a whole, with one sentence."""
    marked = tuple(kept.mistake(mail.language, each.line, each.why, each.near) for each in mail.written.misread)
    kept.refuse(tx, mail.held(mail.thread.ticket, (), mail.written.text), marked, None if marked else why)
    return results(mail.written.commands, False, str(why))
